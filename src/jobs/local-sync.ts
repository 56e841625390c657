import { MINUTE_MS } from '../clock.ts'
import type { RepositorySource } from '../domain/repositories/source.ts'
import { syncRepositories } from '../domain/repositories/sync-repositories.ts'
import { runSyncJob, type SyncJobDeps, type SyncOutcome } from '../domain/sync/run-sync-job.ts'

/** Looking at a folder costs nothing. */
export const LOCAL_SYNC_MS = MINUTE_MS

/** Brings the projects in line with the bare repositories of this machine, as it is done with GitHub's (M-2). */
export const createLocalSync =
  (deps: SyncJobDeps & { source: RepositorySource }) => (): Promise<SyncOutcome> =>
    runSyncJob(deps, 'local_sync', LOCAL_SYNC_MS, (signal, lease) =>
      syncRepositories({ ...deps, lease, signal }),
    )
