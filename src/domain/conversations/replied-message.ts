import { and, desc, inArray, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { conversations, outbox } from '../../db/schema/conversations.ts'
import type { OutboxRow } from './outbox.ts'

/**
 * The message of the bot that somebody replies to, by the platform's reference of it. A thread of Slack is a
 * conversation of its own, and the message it hangs from stands outside of it.
 */
export const repliedMessage = async (
  db: Executor,
  { conversationId, replyTo }: { conversationId: string; replyTo: string },
): Promise<OutboxRow | undefined> => {
  const places = db
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      sql`${conversations.key} in (
        select unnest(array[key, regexp_replace(key, ':[^:]*$', ':main')]) from conversations where id = ${conversationId})`,
    )
  const [row] = await db
    .select()
    .from(outbox)
    .where(
      and(
        inArray(outbox.conversationId, places),
        sql`${outbox.parts} @> ${JSON.stringify([{ ref: replyTo }])}::jsonb`,
      ),
    )
    .orderBy(desc(outbox.seq))
    .limit(1)
  return row
}
