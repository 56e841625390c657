import { and, eq, sql } from 'drizzle-orm'
import { SECOND_MS } from '../../clock.ts'
import type { Database, Executor } from '../../db/client.ts'
import { outbox } from '../../db/schema/conversations.ts'
import type { Lang, users } from '../../db/schema/users.ts'
import type { DeliveredPart } from '../../db/shapes/outgoing.ts'
import { asReader, type Reader } from '../users/reader.ts'
import type { Conversation } from './conversations.ts'
import type { OutboxRow } from './outbox.ts'

/** A claim that is not renewed for so long belongs to a dead process. */
export const DELIVERY_CLAIM_MS = 20 * SECOND_MS
/** Edits of one conversation taken at a time. */
const MAX_EDITS = 5

export interface Claimant {
  /** One per process and start: a restarted process does not own what it had claimed before. */
  instanceId: string
  /** Only conversations that this process can reach. */
  platforms: string[]
  now: Date
}

/** A row with who will read it, who is looked up on the way. */
export interface ClaimedRow extends OutboxRow {
  reader: Reader | undefined
}

export interface Claimed {
  conversation: Conversation
  rows: ClaimedRow[]
  /** When something of this conversation may become due; undefined while rows were claimed or nothing is left. */
  nextAt: Date | undefined
}

/**
 * Claims what is to be shown next in each conversation, before it is sent (design rule 7): the first message not
 * shown yet, by priority and age, and edits of messages that are shown. A first message that must wait holds back
 * those after it, and an edit holds back nothing. Two processes that claim at once look at the same first message,
 * and only one gets it: that keeps the order across processes.
 */
export const claimDue = async (
  db: Database,
  { instanceId, platforms, now }: Claimant,
  conversationIds: string[],
): Promise<Claimed[]> => {
  const due = sql`o.state in ('pending', 'sending') and o.not_before <= ${now.toISOString()}::timestamptz
    and (o.claimed_until is null or o.claimed_until <= ${now.toISOString()}::timestamptz)`
  const waiting = sql`o.conversation_id = c.id and o.state in ('pending', 'sending')`
  const dueAt = sql`greatest(o.not_before, o.claimed_until)`
  const rows = await db.execute(sql`
    with c as materialized (
      select id, key, platform, kind, lang from conversations
      where id = any(${array(conversationIds)}::uuid[]) and platform = any(${array(platforms)}::text[])
    ), candidates as materialized (
      select c.id as conversation_id, one.* from c cross join lateral (
        (select o.id, ${dueAt} as due_at from outbox o where ${waiting} and o.delivered_version = 0
          order by o.priority desc, o.seq limit 1)
        union all
        (select o.id, ${dueAt} from outbox o where ${waiting} and o.delivered_version > 0
          order by ${dueAt}, o.seq limit ${MAX_EDITS})
      ) one
    ), claimed as (
      update outbox o set state = 'sending', attempts = o.attempts + 1, claimed_by = ${instanceId},
        claimed_until = ${claimEnd(now).toISOString()}::timestamptz
      from candidates where o.id = candidates.id and ${due}
      returning o.*
    )
    select c.id, c.key, c.platform, c.kind, c.lang,
      (select min(due_at) from candidates where conversation_id = c.id) as next_at,
      (select json_agg(to_jsonb(claimed) || jsonb_build_object('reader', to_jsonb(u), 'lang_hint', (
            select lang_hint from identities where user_id = u.id and platform = c.platform limit 1))
          order by claimed.delivered_version > 0, claimed.seq)
        from claimed left join users u on u.id = claimed.reader_id where claimed.conversation_id = c.id) as rows
    from c`)
  return rows.map((row) => {
    const { rows: claimed, next_at, ...conversation } = row as unknown as RawClaim
    return {
      conversation,
      rows: (claimed ?? []).map(claimedRow),
      nextAt: claimed || next_at === null ? undefined : new Date(next_at),
    }
  })
}

interface RawClaim extends Conversation {
  next_at: string | null
  rows: Record<string, unknown>[] | null
}

/** Keeps everything that this process is sending, however long a platform takes to answer. */
export const renewClaims = async (
  db: Database,
  { instanceId, now }: Pick<Claimant, 'instanceId' | 'now'>,
): Promise<void> => {
  await db
    .update(outbox)
    .set({ claimedUntil: claimEnd(now) })
    .where(and(eq(outbox.state, 'sending'), eq(outbox.claimedBy, instanceId)))
}

const claimEnd = (now: Date) => new Date(now.getTime() + DELIVERY_CLAIM_MS)

/** How far a claimed message came. */
export type Progress = { id: string; parts: DeliveredPart[] } & (
  | { outcome: 'sent'; version: number; nextEditAt: Date }
  | { outcome: 'partly' }
  | { outcome: 'failed'; error: string }
  /** Told to wait: no failure of the message. */
  | { outcome: 'later'; error: string | null; notBefore: Date }
  | { outcome: 'retry'; error: string; notBefore: Date }
)

/**
 * Writes down how far messages came, many in one statement. Only claims of this process are touched: one that ran
 * out and was taken over is left to the one who took it.
 *
 * @returns per message, the conversation that has something else to show, if any.
 */
export const recordProgress = async (
  db: Database,
  { instanceId, now }: Pick<Claimant, 'instanceId' | 'now'>,
  progress: Progress[],
): Promise<(string | undefined)[]> => {
  const items = progress.map((one) => ({
    id: one.id,
    parts: one.parts,
    outcome: one.outcome,
    version: one.outcome === 'sent' ? one.version : null,
    error: 'error' in one ? one.error : null,
    not_before: one.outcome === 'sent' ? one.nextEditAt : 'notBefore' in one ? one.notBefore : null,
    claimed_until: one.outcome === 'partly' ? claimEnd(now) : null,
  }))
  const rows = await db.execute(sql`
    with item as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as item(
        id uuid, parts jsonb, outcome text, version int, error text, not_before timestamptz, claimed_until timestamptz)
    ), written as (
      update outbox o set
        parts = item.parts,
        state = case
          when item.outcome = 'partly' then 'sending'
          when item.outcome = 'failed' then 'failed'
          when item.outcome = 'sent' and o.version <= item.version then 'delivered'
          else 'pending' end,
        delivered_version = coalesce(item.version, o.delivered_version),
        delivered_at = case when item.outcome = 'sent' then ${now.toISOString()}::timestamptz else o.delivered_at end,
        attempts = case item.outcome when 'sent' then 0 when 'partly' then 1 when 'later' then o.attempts - 1
          else o.attempts end,
        not_before = coalesce(item.not_before, o.not_before),
        error = item.error,
        claimed_by = case when item.outcome = 'partly' then o.claimed_by end,
        claimed_until = item.claimed_until
      from item
      where o.id = item.id and o.state = 'sending' and o.claimed_by = ${instanceId}
      returning o.id, o.conversation_id, o.state
    )
    select written.id, written.conversation_id from written where written.state = 'pending' or exists (
      select 1 from outbox o where o.conversation_id = written.conversation_id and o.id <> written.id
        and o.state in ('pending', 'sending'))`)
  const more = new Map(rows.map((row) => [row.id as string, row.conversation_id as string]))
  return progress.map(({ id }) => more.get(id))
}

/** For the sweeper: conversations with something due that nobody is sending. */
export const conversationsDue = async (
  db: Executor,
  { platforms, now, limit = 1000 }: { platforms: string[]; now: Date; limit?: number },
): Promise<string[]> => {
  const rows = await db.execute(sql`
    select o.conversation_id as id from outbox o join conversations c on c.id = o.conversation_id
    where o.state in ('pending', 'sending') and o.not_before <= ${now.toISOString()}::timestamptz
      and (o.claimed_until is null or o.claimed_until <= ${now.toISOString()}::timestamptz)
      and c.platform = any(${array(platforms)}::text[])
    group by o.conversation_id order by min(o.seq) limit ${limit}`)
  return rows.map((row) => row.id as string)
}

/**
 * Whether anything is still to be shown that nothing stands in the way of: no trouble with the platform, and no
 * other process that has it in hand.
 */
export const hasDeliverable = async (
  db: Executor,
  { instanceId, platforms, now }: Claimant,
): Promise<boolean> => {
  const stuck = (row: string) => sql`(${sql.raw(row)}.error is not null or (${sql.raw(row)}.state = 'sending'
    and ${sql.raw(row)}.claimed_by <> ${instanceId} and ${sql.raw(row)}.claimed_until > ${now.toISOString()}::timestamptz))`
  const [row] = await db.execute(sql`
    select exists (
      select 1 from outbox o join conversations c on c.id = o.conversation_id
      where o.state in ('pending', 'sending') and c.platform = any(${array(platforms)}::text[]) and not ${stuck('o')}
        and not (o.delivered_version = 0 and exists (
          select 1 from outbox head where head.conversation_id = o.conversation_id
            and head.state in ('pending', 'sending') and head.delivered_version = 0
            and (head.priority > o.priority or (head.priority = o.priority and head.seq < o.seq))
            and ${stuck('head')}))
    ) as found`)
  return row?.found === true
}

/** Drizzle spreads a JavaScript array over many parameters; one text keeps the statement the same for any length. */
const array = (values: string[]) => `{${values.map((value) => JSON.stringify(value)).join(',')}}`

const date = (value: unknown) => (value === null ? null : new Date(String(value)))

const claimedRow = (raw: Record<string, unknown>): ClaimedRow =>
  ({
    id: raw.id,
    seq: raw.seq,
    conversationId: raw.conversation_id,
    key: raw.key,
    content: raw.content,
    priority: raw.priority,
    replyTo: raw.reply_to,
    readerId: raw.reader_id,
    version: raw.version,
    deliveredVersion: raw.delivered_version,
    streaming: raw.streaming,
    state: raw.state,
    parts: raw.parts,
    attempts: raw.attempts,
    notBefore: date(raw.not_before),
    claimedBy: raw.claimed_by,
    claimedUntil: date(raw.claimed_until),
    error: raw.error,
    createdAt: date(raw.created_at),
    deliveredAt: date(raw.delivered_at),
    reader: raw.reader ? readerOf(raw.reader as RawUser, raw.lang_hint as Lang | null) : undefined,
  }) as ClaimedRow

type RawUser = Pick<typeof users.$inferSelect, 'id' | 'name' | 'role' | 'lang'> & { lang_heard: Lang | null }

const readerOf = ({ lang_heard, ...user }: RawUser, langHint: Lang | null): Reader =>
  asReader({ ...user, langHeard: lang_heard }, langHint)
