import { sql } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import type { InboxRow } from './inbox.ts'

export type NewInboxRow = Omit<InboxRow, 'id' | 'seq'>

/** One text for any number of rows, so that it stays prepared. @returns the rows that were not there, in order. */
export const insertInbox = async (db: Database, rows: NewInboxRow[]): Promise<InboxRow[]> => {
  const items = rows.map((row, n) => ({
    n,
    conversation_id: row.conversationId,
    platform: row.platform,
    event_id: row.eventId,
    message_key: row.messageKey,
    lane: row.lane,
    platform_user_id: row.platformUserId,
    body: row.body,
    attempts: row.attempts,
    claimed_by: row.claimedBy,
    claimed_until: row.claimedUntil,
    received_at: row.receivedAt,
  }))
  const inserted = await db.execute<{ id: string; seq: string; platform: string; event_id: string }>(sql`
    insert into inbox (conversation_id, platform, event_id, message_key, lane, platform_user_id, body, attempts,
      claimed_by, claimed_until, received_at)
    select conversation_id, platform, event_id, message_key, lane, platform_user_id, body, attempts, claimed_by,
      claimed_until, received_at
    from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as item(n int, conversation_id uuid, platform text,
      event_id text, message_key text, lane text, platform_user_id text, body jsonb, attempts int, claimed_by text,
      claimed_until timestamptz, received_at timestamptz)
    order by n
    on conflict do nothing
    returning id, seq, platform, event_id`)
  const byEvent = new Map(rows.toReversed().map((row) => [eventOf(row.platform, row.eventId), row]))
  return inserted.flatMap(({ id, seq, platform, event_id }) => {
    const row = byEvent.get(eventOf(platform, event_id))
    return row ? [{ ...row, id, seq: Number(seq) }] : []
  })
}

const eventOf = (platform: string, eventId: string) => `${platform} ${eventId}`
