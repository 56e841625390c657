import type { Clock } from '../clock.ts'
import { type DispatchDeps, dispatchWithRetry } from '../domain/routing/dispatch-with-retry.ts'
import { decisionsOfTask } from '../domain/routing/history.ts'
import { requireTask } from '../domain/tasks/tasks.ts'
import type { Wake } from '../domain/wake.ts'
import { withLogContext } from '../log.ts'
import { tellStuck, tellUnstuck } from './stuck-workers.ts'

/**
 * Takes one task one step further: to a worker, to the next one, or to its end. It is called once more when its
 * work is done, so here is also where those who wait in a chat are shown what came of it, and where a worker that
 * does not finish in time is noticed.
 */
export const createDispatchWorker =
  (deps: DispatchDeps & { clock: Clock; wake: Pick<Wake, 'deliver'> }) =>
  (taskId: string): Promise<void> =>
    withLogContext({ taskId }, async () => {
      const last = (await decisionsOfTask(deps.db, taskId)).at(-1)
      if (last?.outcome === 'timed_out') await tellStuck(deps, last)
      if (last?.outcome === 'succeeded') await tellUnstuck(deps, last)
      await dispatchWithRetry(deps, taskId)
      const { conversationId, runId } = await requireTask(deps.db, taskId)
      if (conversationId && !runId) await deps.wake.deliver(conversationId)
    })
