import { sql } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import type { UserRole } from '../../db/schema/users.ts'
import type { OutboxContent } from '../../db/shapes/outgoing.ts'
import { type Identity, personName } from '../users/person.ts'
import { storable } from './storable.ts'

export interface InboxAnswer {
  inboxId: string
  conversationId: string
  /** Idempotency key: a row that was answered before is not answered again. */
  key: string
  content: OutboxContent
  /** Who asked, and which roles may. */
  identity: Identity
  roles: readonly UserRole[]
  /** The message that is answered; shown in groups, where it must be plain whom the answer is for. */
  messageRef: string | null
}

/**
 * Says the answers and marks the rows they answer done, all in one statement: what `resolvePerson`, `say` and
 * `completeInbox` do in a transaction, for many rows at the price of one. Wake delivery afterwards.
 *
 * @returns for each whether it was dealt with. Not so where there is more to it: strangers, people who may not or
 *   whose access was withdrawn, accounts whose name or language changed.
 */
export const answerInbox = async (
  db: Database,
  answers: readonly InboxAnswer[],
  now: Date,
): Promise<boolean[]> => {
  const items = answers.map(({ identity, ...one }, n) => ({
    n,
    inbox_id: one.inboxId,
    conversation_id: one.conversationId,
    key: one.key,
    content: storable(one.content),
    platform: identity.platform,
    platform_user_id: identity.platformUserId,
    // As in `isUpToDate`: an id in place of a name tells nothing.
    name: identity.name === identity.platformUserId ? null : personName(identity.name),
    lang_hint: identity.langHint ?? null,
    roles: one.roles,
    message_ref: one.messageRef,
  }))
  const rows = await db.execute<{ n: number }>(sql`
    with item as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as item(n int, inbox_id uuid,
        conversation_id uuid, key text, content jsonb, platform text, platform_user_id text, name text,
        lang_hint text, roles text[], message_ref text)
    ), allowed as materialized (
      select item.*, a.user_id, case when c.kind = 'group' then item.message_ref end as reply_to from item
      join conversations c on c.id = item.conversation_id
      join identities a on a.platform = item.platform and a.platform_user_id = item.platform_user_id
      join users u on u.id = a.user_id
      where u.disabled_at is null and u.role = any(item.roles)
        and (item.name is null or a.name = item.name) and (item.lang_hint is null or a.lang_hint = item.lang_hint)
    ), said as (
      insert into outbox (conversation_id, key, content, reader_id, reply_to, not_before)
      select conversation_id, key, content, user_id, reply_to, 'epoch' from allowed order by n
      on conflict (key) do nothing
    ), done as (
      update inbox set state = 'done', done_at = ${now.toISOString()}::timestamptz, claimed_by = null, claimed_until = null
      from allowed where inbox.id = allowed.inbox_id and inbox.state = 'pending'
    )
    select n from allowed`)
  const dealtWith = new Set(rows.map(({ n }) => n))
  return answers.map((_, n) => dealtWith.has(n))
}
