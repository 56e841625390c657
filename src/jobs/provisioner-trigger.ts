import { MINUTE_MS } from '../clock.ts'
import { noteLacks, serversToProvision } from '../domain/servers/to-provision.ts'
import { runSyncJob, type SyncJobDeps, type SyncOutcome } from '../domain/sync/run-sync-job.ts'

export const PROVISIONER_TRIGGER_MS = MINUTE_MS

export interface ProvisionerTriggerDeps extends SyncJobDeps {
  /** Whether this process can open servers. */
  hasSshKey: boolean
}

/**
 * Looks for servers that wait to be prepared, and notes on each what is missing for that (M-4, M-9). Preparing them
 * is Ansible's work.
 */
export const createProvisionerTrigger = (deps: ProvisionerTriggerDeps) => (): Promise<SyncOutcome> =>
  runSyncJob(deps, 'provisioner_trigger', PROVISIONER_TRIGGER_MS, async (_signal, lease) => {
    const { db, hasSshKey } = deps
    const waiting = await serversToProvision(db, { hasSshKey })
    let news = 0
    for (const one of waiting)
      news += await db.transaction(async (tx) => {
        await lease.assertHeld(tx)
        return (await noteLacks(tx, one)) ? 1 : 0
      })
    const prepared = waiting.filter(({ lacks }) => lacks.length === 0).length
    return { waiting: prepared, lacking: waiting.length - prepared, noted: news }
  })
