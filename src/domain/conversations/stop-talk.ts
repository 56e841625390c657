import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import { inbox, turns } from '../../db/schema/conversations.ts'
import { waitingTexts } from './turns.ts'

/**
 * Puts aside what was said before a stop and nobody has begun to answer. What is said after it is answered as ever.
 *
 * @returns whether there was anything.
 */
export const putAsideWaiting = async (db: Database, conversationId: string, now: Date): Promise<boolean> => {
  const rows = await db
    .update(inbox)
    .set({ state: 'done', doneAt: now })
    .where(waitingTexts(conversationId))
    .returning({ id: inbox.id })
  return rows.length > 0
}

/** Whether a turn of this conversation is being answered. */
export const isAnswering = async (db: Database, conversationId: string): Promise<boolean> => {
  const [turn] = await db
    .select({ id: turns.id })
    .from(turns)
    .where(and(eq(turns.conversationId, conversationId), eq(turns.state, 'running')))
  return turn !== undefined
}
