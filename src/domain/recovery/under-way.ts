import { and, eq, inArray, isNull, like, ne } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { approvals, tasks } from '../../db/schema/index.ts'
import type { Approval } from '../approvals/approvals.ts'
import { OPEN_TASK_STATES } from '../tasks/tasks.ts'

const originOf = (incidentId: string): string => `recovery:${incidentId}:`

/** What the tasks of an attempt are called: the one that begins it, and the one that does what was approved. */
export const originsOf = (incidentId: string, attempt: number): [begin: string, approved: string] => {
  const begin = `${originOf(incidentId)}${attempt}`
  return [begin, `${begin}:approved`]
}

/** The thread of its questions. */
export const recoveryThread = (incidentId: string): string => `recovery:${incidentId}`

export type UnderWay = { taskId: string } | { question: Approval }

/**
 * The recovery of an incident that is not over: a task that is worked on or waits for a worker, or a question that
 * waits for a person, or was answered and not acted on yet.
 *
 * @param except a task that is just ending.
 */
export const recoveryUnderWay = async (
  db: Executor,
  incidentId: string,
  { except }: { except?: string } = {},
): Promise<UnderWay | undefined> => {
  const [task] = await db
    .select({ id: tasks.id })
    .from(tasks)
    .where(
      and(
        inArray(tasks.state, OPEN_TASK_STATES),
        like(tasks.originKey, `${originOf(incidentId)}%`),
        except ? ne(tasks.id, except) : undefined,
      ),
    )
    .limit(1)
  if (task) return { taskId: task.id }
  const [question] = await db
    .select()
    .from(approvals)
    .where(and(eq(approvals.threadId, recoveryThread(incidentId)), isNull(approvals.appliedAt)))
    .limit(1)
  return question && { question }
}
