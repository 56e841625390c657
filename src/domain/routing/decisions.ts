import { and, eq, exists, lt, or, sql } from 'drizzle-orm'
import type { Database, Transaction } from '../../db/client.ts'
import { agentRegistry, routingDecisions, tasks } from '../../db/schema/index.ts'
import { timeWaited, toolThread } from '../approvals/time-waited.ts'
import { requireTask, type Task } from '../tasks/tasks.ts'
import { workKeyOf } from '../tasks/work-key.ts'
import { type DecisionEnd, endDecision } from './end-decision.ts'
import type { Decision } from './route-task.ts'

/**
 * A worker takes up what it was chosen for, once. From here its time runs.
 * @returns undefined when it is not this process's to do: it has begun, has ended, or the worker is another's now.
 */
export const beginDecision = async (
  db: Database,
  id: string,
  processId: string,
): Promise<{ task: Task; decision: Decision } | undefined> => {
  const [decision] = await db
    .update(routingDecisions)
    .set({
      outcome: 'running',
      startedAt: sql`clock_timestamp()`,
      deadlineAt: sql`clock_timestamp() + (select ${tasks.timeoutMs} * interval '1 ms' from ${tasks} where ${tasks.id} = ${routingDecisions.taskId})`,
    })
    .where(
      and(
        eq(routingDecisions.id, id),
        eq(routingDecisions.outcome, 'pending'),
        exists(
          db
            .select({ one: sql`1` })
            .from(agentRegistry)
            .where(
              and(
                eq(agentRegistry.agentId, routingDecisions.selectedAgentId),
                eq(agentRegistry.processId, processId),
                sql`${agentRegistry.status} <> 'offline'`,
              ),
            ),
        ),
      ),
    )
    .returning()
  return decision?.taskId ? { decision, task: await requireTask(db, decision.taskId) } : undefined
}

/**
 * Ends what a worker has begun, exactly once, whoever says so how often: the decision, the worker's record and,
 * after a success, the task, in one transaction. Only `succeeded`, `failed` and `timed_out` count for the worker.
 *
 * @returns done false when it had ended before: then nothing was written. `wakeTaskIds` are to be dispatched: this
 *   task if it is not over, and those that wait for a place that is free now.
 */
export const finishDecision = (
  db: Database,
  id: string,
  finish: DecisionEnd & { durationMs: number },
): Promise<{ done: boolean; wakeTaskIds: string[] }> =>
  db.transaction(async (tx) => {
    const closed = await endDecision(tx, { id, outcome: 'running' }, finish)
    return closed ? { done: true, wakeTaskIds: await wakeable(tx, closed) } : { done: false, wakeTaskIds: [] }
  })

/** A worker is not blamed for the time that people take to answer: while a question is open, no time runs. */
const waitedForPeople = timeWaited({
  thread: sql`${toolThread(workKeyOf({ id: '' }))} || ${routingDecisions.taskId}`,
  since: sql`coalesce(${routingDecisions.startedAt}, clock_timestamp())`,
  now: sql`clock_timestamp()`,
})

/**
 * Ends what has taken too long, by the database's clock. Work that has begun has timed out; what nobody took up in
 * that time was no execution, so it is lost and nobody is blamed.
 * @returns the tasks to dispatch.
 */
export const overdueDecisions = async (db: Database): Promise<string[]> => {
  const overdue = await db
    .select({ id: routingDecisions.id })
    .from(routingDecisions)
    .where(
      and(
        sql`${routingDecisions.outcome} in ('pending', 'running')`,
        lt(sql`${routingDecisions.deadlineAt} + ${waitedForPeople}`, sql`clock_timestamp()`),
      ),
    )
  const woken = new Set<string>()
  for (const { id } of overdue) {
    const wake = await db.transaction(async (tx) => {
      const closed =
        (await endDecision(tx, { id, outcome: 'running' }, { outcome: 'timed_out' })) ??
        (await endDecision(tx, { id, outcome: 'pending' }, { outcome: 'lost' }))
      return closed ? wakeable(tx, closed) : []
    })
    for (const taskId of wake) woken.add(taskId)
  }
  return [...woken]
}

const inTurn = sql`row_number() over (partition by ${tasks.agentId} order by ${tasks.createdAt})`

/** Several may fit into the place that is free; the sweeper finds the others. */
const WOKEN_AT_ONCE = 5

/** Those that need such a worker or this agent, oldest first; but of one agent, which may be at its own limit, in turn. */
const wakeable = async (
  tx: Transaction,
  { taskId, agentType, performedBy, outcome }: Decision,
): Promise<string[]> => {
  const waiting = await tx
    .select({ id: tasks.id })
    .from(tasks)
    .where(
      and(
        eq(tasks.state, 'waiting'),
        or(eq(tasks.agentType, agentType), performedBy ? eq(tasks.agentId, performedBy) : undefined),
      ),
    )
    .orderBy(inTurn, tasks.createdAt)
    .limit(WOKEN_AT_ONCE)
  const ids = waiting.map(({ id }) => id)
  return outcome !== 'succeeded' && taskId ? [...new Set([taskId, ...ids])] : ids
}
