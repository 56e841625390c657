import { MINUTE_MS } from '../clock.ts'
import type { Inventory } from '../domain/servers/inventory.ts'
import { syncSource } from '../domain/servers/sync-source.ts'
import {
  runSyncJob,
  type SyncJobDeps,
  type SyncOutcome,
  type SyncSummary,
} from '../domain/sync/run-sync-job.ts'

export const SERVER_SYNC_MS = MINUTE_MS

export interface ServerSyncDeps extends SyncJobDeps {
  /** Where servers are known from; none is fine. */
  inventories: readonly Inventory[]
}

/**
 * Brings the servers in step with their sources (M-3, M-8). A source that does not answer keeps no other waiting, and
 * is an incident of its own rather than a failure of the job.
 */
export const createServerSync = (deps: ServerSyncDeps) => (): Promise<SyncOutcome> =>
  runSyncJob(deps, 'server_sync', SERVER_SYNC_MS, async (signal, lease) => {
    const { db, clock, wake, inventories } = deps
    const terms = { now: () => clock.now(), signal, assertHeld: lease.assertHeld }
    const synced = await Promise.all(inventories.map((inventory) => syncSource(db, inventory, terms)))
    const summary: SyncSummary = { failed: synced.filter(({ changes }) => !changes).length }
    for (const { changes } of synced)
      for (const [name, count] of Object.entries(changes ?? {})) summary[name] = (summary[name] ?? 0) + count
    const conversations = new Set(synced.flatMap((one) => one.wake))
    await Promise.all([...conversations].map((id) => wake.deliver(id)))
    return summary
  })
