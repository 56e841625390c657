import { sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'

/**
 * Whether nothing of a conversation is in hand: nobody waits for an answer of the product owner or of another agent,
 * no run of it goes on by itself, no decision is unapplied, and everything was shown. A question that waits for a
 * person counts as settled.
 */
export const isSettled = async (db: Executor, conversationId: string): Promise<boolean> => {
  const [row] = await db.execute(sql`
    select not (
      exists (select 1 from inbox where conversation_id = ${conversationId} and state = 'pending')
      or exists (select 1 from turns where conversation_id = ${conversationId} and state = 'running')
      or exists (select 1 from runs where conversation_id = ${conversationId} and status in ('queued', 'running'))
      or exists (select 1 from tasks
        where conversation_id = ${conversationId} and run_id is null and state in ('waiting', 'routed'))
      or exists (select 1 from approvals
        where conversation_id = ${conversationId} and decided_at is not null and applied_at is null)
      or exists (select 1 from outbox where conversation_id = ${conversationId} and state in ('pending', 'sending'))
    ) as settled`)
  return row?.settled === true
}
