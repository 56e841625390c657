import { and, eq, exists, gt, inArray, lt } from 'drizzle-orm'
import type { Database, Executor } from '../../db/client.ts'
import { inbox, turns } from '../../db/schema/conversations.ts'
import { waitingTexts } from './turns.ts'

/**
 * Puts aside what was said before a stop and is not answered yet: texts that nobody has taken up, and the turn that
 * is being answered. It holds from here on, whatever becomes of the process that answers; asking that one to leave
 * off (`requestStop`) only saves its work. What was said after the stop is answered as ever.
 *
 * @param stopSeq the place of the stop in the order of what was said (`inbox.seq`).
 * @returns whether there was anything.
 */
export const stopTalk = (
  db: Database,
  conversationId: string,
  { stopSeq, now }: { stopSeq: number; now: Date },
): Promise<boolean> =>
  db.transaction(async (tx) => {
    // In this order: what a turn takes up in between is no longer waiting, and is found with the turn.
    const waiting = await tx
      .update(inbox)
      .set({ state: 'done', doneAt: now })
      .where(and(waitingTexts(conversationId), lt(inbox.seq, stopSeq)))
      .returning({ id: inbox.id })
    const saidBefore = tx
      .select({ id: inbox.id })
      .from(inbox)
      .where(and(eq(inbox.turnId, turns.id), lt(inbox.seq, stopSeq)))
    const stopped = await tx
      .update(turns)
      .set({ state: 'stopped', finishedAt: now })
      .where(and(eq(turns.conversationId, conversationId), eq(turns.state, 'running'), exists(saidBefore)))
      .returning({ id: turns.id })
    await settleTexts(tx, { turnIds: stopped.map(({ id }) => id), stopSeq, now })
    return waiting.length + stopped.length > 0
  })

/** What a stopped turn had taken up too early, because it was said after the stop, waits for the next turn. */
const settleTexts = async (
  tx: Executor,
  { turnIds, stopSeq, now }: { turnIds: string[]; stopSeq: number; now: Date },
) => {
  if (turnIds.length === 0) return
  const taken = and(inArray(inbox.turnId, turnIds), eq(inbox.state, 'pending'))
  await tx
    .update(inbox)
    .set({ state: 'done', doneAt: now })
    .where(and(taken, lt(inbox.seq, stopSeq)))
  await tx
    .update(inbox)
    .set({ turnId: null })
    .where(and(taken, gt(inbox.seq, stopSeq)))
}

/** Which of these turns a person has stopped. */
export const stoppedAmong = async (db: Executor, turnIds: string[]): Promise<Set<string>> => {
  const rows = await db
    .select({ id: turns.id })
    .from(turns)
    .where(and(inArray(turns.id, turnIds), eq(turns.state, 'stopped')))
  return new Set(rows.map(({ id }) => id))
}
