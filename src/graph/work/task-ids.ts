import type { Task } from '../../domain/tasks/tasks.ts'
import { AppError } from '../../errors.ts'
import type { CallIds } from '../models/call-model.ts'

/** Whose work the model calls of a task are recorded as (G-12). */
export const idsOf = ({ runId, projectId, conversationId, requestedBy }: Task): CallIds => ({
  ...(runId && { runId }),
  ...(projectId && { projectId }),
  ...(conversationId && { conversationId }),
  ...(requestedBy && { userId: requestedBy }),
})

/** @throws AppError internal for a task that belongs to no run. */
export const runOf = ({ id, runId, projectId }: Task): { runId: string; projectId: string } => {
  if (!runId || !projectId) throw new AppError('internal', `task ${id} belongs to no run`)
  return { runId, projectId }
}
