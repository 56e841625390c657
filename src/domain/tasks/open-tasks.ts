import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { tasks } from '../../db/schema/index.ts'

/** The ids of tasks that are not over: of a run, or those of a conversation that belong to no run. Oldest first. */
export const openTasks = async (
  db: Executor,
  of: { runId: string } | { conversationId: string },
): Promise<string[]> => {
  const whose =
    'runId' in of
      ? eq(tasks.runId, of.runId)
      : and(eq(tasks.conversationId, of.conversationId), isNull(tasks.runId))
  const rows = await db
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(whose, inArray(tasks.state, ['waiting', 'routed'])))
    .orderBy(asc(tasks.createdAt))
  return rows.map(({ id }) => id)
}
