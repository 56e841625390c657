import { type Clock, SECOND_MS } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import { type HeldLease, withLease } from '../../db/lease.ts'
import type { Log } from '../../log.ts'
import type { RepositorySource } from './source.ts'

export interface AloneDeps {
  db: Database
  clock: Clock
  log: Log
  instanceId: string
  source: RepositorySource
}

const LEASE = { ttlMs: 30 * SECOND_MS, renewMs: 8 * SECOND_MS }
const LOOK_AGAIN_MS = SECOND_MS

/**
 * Does something to the projects of a forge while nobody else does: a listing that was read before a webhook's answer
 * must not be applied after it.
 *
 * @param options.patient waits until it is free; otherwise undefined is returned when it is not.
 */
export const alone = async <T>(
  { db, clock, log, instanceId, source }: AloneDeps,
  work: (lease: HeldLease) => Promise<T>,
  { patient, signal }: { patient: boolean; signal: AbortSignal },
): Promise<T | undefined> => {
  for (;;) {
    signal.throwIfAborted()
    const result = await withLease(
      { db, log, clock },
      `repositories:${source.kind}`,
      { ...LEASE, holder: instanceId },
      work,
    )
    if (result.held) return result.value
    if (!patient) return undefined
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
}
