import { and, count, eq, inArray, sql } from 'drizzle-orm'
import { MINUTE_MS, SECOND_MS } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import { agentRegistry, routingDecisions, tasks } from '../../db/schema/index.ts'
import type { TaskFailure } from '../../db/shapes/task.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { reviseViews } from '../conversations/outbox.ts'
import { findTask, isFinal, OPEN_TASK_STATES, type Task } from '../tasks/tasks.ts'
import type { Wake } from '../wake.ts'
import { isOpen } from './close-decision.ts'
import { failureOf, failureOfAttempts } from './failures.ts'
import { decisionsOfTask } from './history.ts'
import { type Decision, routeTask } from './route-task.ts'

export interface DispatchDeps {
  db: Database
  wake: Pick<Wake, 'work'>
  log: Log
}

/** Attempts that a worker failed. */
const ATTEMPTS_MAX = 3
/** A machine that dies under the task again and again may well be dying of it. */
const LOSSES_MAX = 10
/** How long a task whose worker was lost waits for any other to come, e.g. while everything is started anew. */
const WAIT_AFTER_LOSS_MS = 2 * MINUTE_MS

/**
 * Takes a task one step further, without waiting for anything: to a worker; to another one after a failure; or
 * to its end, with a failure that tells every attempt. Called when the task is new, whenever a decision about it ends,
 * and by the sweeper; calling it once too often changes nothing.
 *
 * Three failed attempts end a task. An outage or a cancellation ends it at once: another worker could do no better. A
 * lost worker is nobody's attempt.
 */
export const dispatchWithRetry = async (deps: DispatchDeps, taskId: string): Promise<void> => {
  const { db, log } = deps
  const task = await findTask(db, taskId)
  if (!task || isFinal(task)) return
  const before = await decisionsOfTask(db, taskId)
  const open = before.find(isOpen)
  if (open) return tellWorker(deps, open)

  const last = before.at(-1)
  if (last?.outcome === 'cancelled') return leave(db, task, before, { state: 'cancelled' })
  if (last && isEnough(before)) return fail(deps, task, before, failureOfAttempts(before))
  try {
    const decision = await routeTask(db, task, before.length + 1)
    const { workType, attempt, score, selectedAgentName: worker } = decision
    if (attempt > 1) log.warn({ workType, worker, attempt }, 'task.tried_again')
    else log.info({ workType, worker, score, context: decision.recentContextMatch }, 'task.routed')
    await tellWorker(deps, decision)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'conflict') return
    if (await mayWait(db, task, last, error)) return leave(db, task, before, { state: 'waiting' })
    await fail(deps, task, before, last ? failureOfAttempts(before, error) : failureOf(error))
  }
}

const isEnough = (decisions: readonly Decision[]): boolean => {
  const ended = (...outcomes: Decision['outcome'][]) =>
    decisions.filter(({ outcome }) => outcomes.includes(outcome)).length
  return ended('outage') > 0 || ended('failed', 'timed_out') >= ATTEMPTS_MAX || ended('lost') >= LOSSES_MAX
}

/** The row is the truth; a worker that is told twice begins once, and one that is gone is found by the sweeper. */
const tellWorker = async (
  { db, wake }: DispatchDeps,
  { id, outcome, selectedAgentId }: Decision,
): Promise<void> => {
  if (outcome !== 'pending' || !selectedAgentId) return
  const [worker] = await db
    .select({ processId: agentRegistry.processId })
    .from(agentRegistry)
    .where(eq(agentRegistry.agentId, selectedAgentId))
  if (worker) await wake.work(worker.processId, id)
}

/** Whether a task without a worker waits for one, judged by the database's clock. */
const mayWait = async (
  db: Database,
  task: Task,
  last: Decision | undefined,
  { code }: AppError,
): Promise<boolean> => {
  const patienceMs =
    code === 'workers_busy'
      ? task.timeoutMs
      : code === 'no_worker' && last?.outcome === 'lost'
        ? WAIT_AFTER_LOSS_MS
        : 0
  if (patienceMs === 0) return false
  const since = (last?.finishedAt ?? task.createdAt).toISOString()
  const [row] = await db.execute<{ waits: boolean }>(
    sql`select ${since}::timestamptz > clock_timestamp() - make_interval(secs => ${patienceMs / SECOND_MS}) as waits`,
  )
  return row?.waits === true
}

const fail = async (
  { db, log }: DispatchDeps,
  task: Task,
  seen: readonly Decision[],
  failure: TaskFailure,
) => {
  log.error({ workType: task.workType, attempts: seen.length, reference: failure.reference }, 'task.failed')
  await leave(db, task, seen, { state: 'failed', failure })
}

/** Unless somebody else has routed or ended the task since it was looked at. */
const leave = (
  db: Database,
  { id }: Task,
  seen: readonly Decision[],
  change: { state: 'waiting' | 'cancelled' } | { state: 'failed'; failure: TaskFailure },
): Promise<void> =>
  db.transaction(async (tx) => {
    const [task] = await tx.select({ id: tasks.id }).from(tasks).where(eq(tasks.id, id)).for('no key update')
    const [now] = await tx
      .select({ decisions: count() })
      .from(routingDecisions)
      .where(eq(routingDecisions.taskId, id))
    if (!task || now?.decisions !== seen.length) return
    await tx
      .update(tasks)
      .set({ ...change, ...(change.state !== 'waiting' && { finishedAt: sql`clock_timestamp()` }) })
      .where(and(eq(tasks.id, id), inArray(tasks.state, OPEN_TASK_STATES)))
    if (change.state !== 'waiting') await reviseViews(tx, 'task', { id })
  })
