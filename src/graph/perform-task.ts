import { type Clock, SECOND_MS } from '../clock.ts'
import type { Database, Transaction } from '../db/client.ts'
import { isLeaseHeld, requestStop } from '../db/lease.ts'
import type { TaskEnds } from '../domain/tasks/task-ends.ts'
import {
  cancelTask,
  createTask,
  isFinal,
  type NewTask,
  requireTask,
  type Task,
} from '../domain/tasks/tasks.ts'
import type { Wake } from '../domain/wake.ts'
import { AppError, asAppError, type ErrorCode } from '../errors.ts'

export interface TaskDeps {
  db: Database
  clock: Clock
  wake: Wake
  taskEnds: TaskEnds
}

/** The lease under which a worker does a task. */
export const taskLease = (id: string): string => `task:${id}`

const LOOK_AGAIN_MS = 200
/** How long a worker that was told to stop is waited for. */
const WIND_DOWN_MS = 15 * SECOND_MS

/**
 * Has a worker do a task, wherever it runs, and waits for it. The same origin key finds the same task: after a
 * crash the one that was begun is waited for, or its result is there. A person's stop stops the worker too, and it
 * has stopped when this rejects.
 *
 * @throws AppError with the failure of the task; the signal's reason when aborted.
 */
export const performTask = async (
  deps: TaskDeps,
  { lease }: { lease: { signal: AbortSignal; assertHeld(tx: Transaction): Promise<void> } },
  wish: NewTask,
): Promise<Record<string, unknown>> => {
  const { task } = await deps.db.transaction(async (tx) => {
    await lease.assertHeld(tx)
    return createTask(tx, wish)
  })
  if (isFinal(task)) return resultOf(task)
  await deps.wake.dispatch(task.id)
  try {
    return resultOf(await ended(deps, task.id, lease.signal))
  } catch (error) {
    if (lease.signal.aborted && asAppError(lease.signal.reason).code === 'stopped')
      await abandonTask(deps, task.id)
    throw error
  }
}

const ended = async ({ db, taskEnds }: TaskDeps, id: string, signal: AbortSignal): Promise<Task> => {
  using watch = taskEnds.watch(id)
  for (;;) {
    const task = await requireTask(db, id)
    if (isFinal(task)) return task
    await watch.next(signal)
  }
}

const resultOf = ({ state, result, failure, title }: Task): Record<string, unknown> => {
  if (state === 'succeeded') return result ?? {}
  if (!failure) throw new AppError('stopped', `${title} was cancelled`)
  const { code, message, key, args, reference } = failure
  throw new AppError(code as ErrorCode, message, { userMessage: { key, args }, reference })
}

/** Cancels a task and waits until nobody works on it any more, so that what it worked on can be put away. */
export const abandonTask = async (
  { db, clock }: Pick<TaskDeps, 'db' | 'clock'>,
  id: string,
  by = '',
): Promise<void> => {
  await cancelTask(db, id)
  await requestStop(db, taskLease(id), by)
  const until = clock.now().getTime() + WIND_DOWN_MS
  while ((await isLeaseHeld(db, taskLease(id))) && clock.now().getTime() < until)
    await clock.sleep(LOOK_AGAIN_MS)
}
