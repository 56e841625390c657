import { withLease } from '../db/lease.ts'
import type { Lang } from '../db/schema/users.ts'
import { findConversation } from '../domain/conversations/conversations.ts'
import { isLive, type Run, requireRun, runLease } from '../domain/runs/runs.ts'
import { DEFAULT_LANG, findPerson } from '../domain/users/person.ts'
import { findReader } from '../domain/users/reader.ts'
import { asAppError } from '../errors.ts'
import { closeRun } from '../graph/close-run.ts'
import type { Runner } from '../graph/runner.ts'
import type { DeliveryDeps } from '../graph/session.ts'
import { withLogContext } from '../log.ts'
import { untilShutdown } from './shutdown.ts'

export interface RunWorkerDeps extends DeliveryDeps {
  runner: Runner
  instanceId: string
  /** Aborts when the process is to end: the run goes on in the next one. */
  shutdown: AbortSignal
}

export const RUN_LEASE = { ttlMs: 15_000, renewMs: 4_000 }
const LOOK_AGAIN_MS = 1_000

/** Drives one run as far as it goes, under its lease; a stop by a person ends it here (design rule 3). */
export const createRunWorker =
  (deps: RunWorkerDeps) =>
  async (runId: string): Promise<void> => {
    const { db, log, clock, wake, instanceId } = deps
    const outcome = await withLogContext({ runId }, () =>
      withLease({ db, log, clock }, runLease(runId), { ...RUN_LEASE, holder: instanceId }, async (lease) => {
        const run = await requireRun(db, runId)
        const lang = await langOf(deps, run)
        // Somebody was told that it is stopped, and the process died before it was.
        if (run.stoppedBy && isLive(run)) return closeStopped(deps, runId, lease.assertHeld)
        try {
          await deps.runner.drive(runId, { lease: untilShutdown(lease, deps.shutdown) }, lang)
        } catch (error) {
          if (asAppError(error).code !== 'stopped') throw error
          await closeStopped(deps, runId, lease.assertHeld)
        }
      }),
    )
    if (outcome.held) return
    await clock.sleep(LOOK_AGAIN_MS)
    await wake.run(runId)
  }

/** The language of who asked, where they asked: plans are written in it. */
const langOf = async ({ db }: DeliveryDeps, { requestedBy, conversationId }: Run): Promise<Lang> => {
  const conversation = await findConversation(db, conversationId)
  const reader =
    conversation && (await findReader(db, { readerId: requestedBy, platform: conversation.platform }))
  return reader?.lang ?? conversation?.lang ?? DEFAULT_LANG
}

/** Closes a run somebody stopped; `runs.stopped_by` says who. */
export const closeStopped = async (
  deps: DeliveryDeps,
  runId: string,
  fence: Parameters<typeof closeRun>[3],
): Promise<void> => {
  const run = await requireRun(deps.db, runId)
  const by = run.stoppedBy ? await findPerson(deps.db, run.stoppedBy) : undefined
  await closeRun(
    deps,
    runId,
    { status: 'stopped', by: { id: by?.id ?? null, name: by?.name ?? '', surface: 'chat' } },
    fence,
  )
}
