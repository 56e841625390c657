import { MINUTE_MS, SECOND_MS } from '../clock.ts'
import { isConnectionLost } from '../db/connection-lost.ts'
import { type HeldLease, withLease } from '../db/lease.ts'
import { msWaited } from '../domain/approvals/time-waited.ts'
import { beginDecision, finishDecision } from '../domain/routing/decisions.ts'
import type { Decision } from '../domain/routing/route-task.ts'
import type { Task } from '../domain/tasks/tasks.ts'
import { workKeyOf } from '../domain/tasks/work-key.ts'
import { AppError } from '../errors.ts'
import { taskLease } from '../graph/perform-task.ts'
import type { DeliveryDeps } from '../graph/session.ts'
import type { WorkHandler } from '../graph/work/handler.ts'
import { withLogContext } from '../log.ts'
import { outcomeOf, type WorkOutcome } from './work-outcome.ts'

export interface WorkDeps extends DeliveryDeps {
  /** Of this process; decisions name it. */
  instanceId: string
  shutdown: AbortSignal
  handlers: Partial<Record<string, WorkHandler>>
}

export const TASK_LEASE = { ttlMs: 15_000, renewMs: 4_000 }
const LOOK_AGAIN_MS = SECOND_MS
/** A database that was away is told of the outcome once it is back; later than this somebody else has the task. */
const KEEP_TELLING_MS = 10 * MINUTE_MS

/**
 * Does what this process was chosen for: begins the decision, does the work under the task's lease, and ends the
 * decision with what came out, each by compare-and-set. Whoever died or was too slow ends nothing.
 */
export const createWorkWorker =
  (deps: WorkDeps) =>
  async (decisionId: string): Promise<void> => {
    const { db, log, clock, wake, instanceId, shutdown } = deps
    if (shutdown.aborted) return
    const begun = await beginDecision(db, decisionId, instanceId)
    if (!begun) return
    const { task } = begun
    const ended = await withLogContext({ taskId: task.id, decisionId }, async () => {
      for (;;) {
        const outcome = await withLease(
          { db, log, clock },
          taskLease(task.id),
          { ...TASK_LEASE, holder: instanceId },
          (lease) => work(deps, begun, lease),
        )
        if (outcome.held) return outcome.value
        // Whoever had the task before was told to let go, and has not yet.
        await clock.sleep(LOOK_AGAIN_MS, shutdown)
      }
    })
    await Promise.all(ended.map((id) => wake.dispatch(id)))
  }

interface Begun {
  task: Task
  decision: Decision
}

/** @returns the tasks that can be looked at again now. */
const work = async (deps: WorkDeps, { task, decision }: Begun, lease: HeldLease): Promise<string[]> => {
  const started = performance.now()
  const outcome = await attempt(deps, { task, decision }, lease)
  const durationMs = Math.round(performance.now() - started)
  deps.log.info({ workType: task.workType, outcome: outcome.outcome, durationMs }, 'task.ended')
  const { done, wakeTaskIds } = await persistently(deps, () =>
    finishDecision(deps.db, decision.id, { ...outcome, durationMs }),
  )
  return done ? [...new Set([task.id, ...wakeTaskIds])] : []
}

const attempt = async (
  { handlers, shutdown, ...deps }: WorkDeps,
  { task, decision }: Begun,
  lease: HeldLease,
): Promise<WorkOutcome> => {
  const late = new AbortController()
  const over = new AbortController()
  const signal = AbortSignal.any([lease.signal, shutdown, late.signal])
  const limit = untilTooLate(deps, task, over.signal).then(
    () => late.abort(tooLate(task, decision)),
    () => {},
  )
  try {
    signal.throwIfAborted()
    const handler = handlers[task.workType]
    if (!handler) throw new AppError('misconfigured', `nobody here can do ${task.workType}`)
    return {
      outcome: 'succeeded',
      result: await handler(deps, task, { signal, assertHeld: lease.assertHeld }),
    }
  } catch (error) {
    const timedOut = late.signal.aborted && !lease.signal.aborted
    const ended = outcomeOf(signal.aborted ? signal.reason : error, { timedOut })
    if (ended.outcome === 'failed' || timedOut)
      deps.log.error({ reference: ended.failure.reference, err: error }, 'task.failed')
    return ended
  } finally {
    over.abort()
    await limit
  }
}

/** The time that questions about HIGH-risk tools are open does not count: people take as long as they take. */
const untilTooLate = async (deps: Pick<WorkDeps, 'db' | 'clock'>, task: Task, signal: AbortSignal) => {
  const { db, clock } = deps
  const since = clock.now()
  for (let leftMs = task.timeoutMs; leftMs > 0; ) {
    await clock.sleep(leftMs, signal)
    const now = clock.now()
    const waitedMs = await persistently(deps, () => msWaited(db, { workKey: workKeyOf(task), since, now }))
    leftMs = task.timeoutMs + waitedMs - (now.getTime() - since.getTime())
  }
}

const tooLate = ({ timeoutMs }: Task, { selectedAgentName: worker }: Decision) =>
  new AppError('internal', `not done within ${Math.round(timeoutMs / SECOND_MS)} s`, {
    userMessage: { key: 'error-task-timed-out', args: { worker } },
  })

const persistently = async <T>({ clock }: Pick<WorkDeps, 'clock'>, tell: () => Promise<T>): Promise<T> => {
  const until = clock.now().getTime() + KEEP_TELLING_MS
  for (;;) {
    try {
      return await tell()
    } catch (error) {
      if (!isConnectionLost(error) || clock.now().getTime() > until) throw error
      await clock.sleep(LOOK_AGAIN_MS)
    }
  }
}
