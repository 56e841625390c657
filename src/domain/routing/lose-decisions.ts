import { and, inArray, type SQL } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import { routingDecisions } from '../../db/schema/index.ts'
import { OPEN_OUTCOMES } from './close-decision.ts'
import { endDecision } from './end-decision.ts'

/**
 * Takes back what workers that are gone have in hand. Each in a transaction of its own, so that several processes that
 * do the same never wait for each other in a circle; a crash in between leaves the rest to the next.
 * @returns the tasks that this call took back.
 */
export const loseDecisions = async (db: Database, whose: SQL | undefined): Promise<string[]> => {
  const open = await db
    .select({ id: routingDecisions.id })
    .from(routingDecisions)
    .where(and(inArray(routingDecisions.outcome, OPEN_OUTCOMES), whose))
  const taskIds: string[] = []
  for (const { id } of open) {
    const lost = await db.transaction((tx) => endDecision(tx, { id }, { outcome: 'lost' }))
    if (lost?.taskId) taskIds.push(lost.taskId)
  }
  return taskIds
}
