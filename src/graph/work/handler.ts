import type { Transaction } from '../../db/client.ts'
import type { Task } from '../../domain/tasks/tasks.ts'
import type { DeliveryDeps } from '../session.ts'

/** What a worker holds while it does a task: the lease, and through it the wish of a person to stop. */
export interface WorkSession {
  signal: AbortSignal
  assertHeld(tx: Transaction): Promise<void>
}

/**
 * Does a task of one work type. It may be done again, by another worker, after it was done by half: whatever it
 * leaves behind must be found again, or made again the same.
 *
 * @returns what is kept as the task's result.
 */
export type WorkHandler = (
  deps: DeliveryDeps,
  task: Task,
  session: WorkSession,
) => Promise<Record<string, unknown>>
