import { HOUR_MS, SECOND_MS } from '../clock.ts'
import { alone } from '../domain/repositories/alone.ts'
import { handleDeliveries } from '../domain/repositories/handle-deliveries.ts'
import type { RepositorySource } from '../domain/repositories/source.ts'
import { syncRepositories } from '../domain/repositories/sync-repositories.ts'
import {
  runSyncJob,
  type SyncJobDeps,
  type SyncOutcome,
  type SyncSummary,
} from '../domain/sync/run-sync-job.ts'

export interface GithubSyncDeps extends SyncJobDeps {
  source: RepositorySource
  /** How often the organisation is listed, in milliseconds (GITHUB_SYNC_MINUTES). */
  intervalMs: number
}

/** A wake-up comes with every delivery; this is for the lost ones. */
export const GITHUB_WEBHOOKS_MS = 30 * SECOND_MS
/** GitHub's limits may hold a round up for an hour. */
const LONGEST_ROUND_MS = 2 * HOUR_MS

/** Brings the projects in line with the organisation's repositories (M-5), then with what webhooks told meanwhile. */
export const createGithubSync = (deps: GithubSyncDeps) => (): Promise<SyncOutcome> =>
  runSyncJob(
    deps,
    'github_sync',
    deps.intervalMs,
    async (signal) => {
      const summary = await alone(
        deps,
        async (lease) => {
          const sync = { ...deps, lease, signal: AbortSignal.any([signal, lease.signal]) }
          return sum(await syncRepositories(sync), await handleDeliveries(sync))
        },
        { patient: true, signal },
      )
      return summary ?? {}
    },
    { timeoutMs: LONGEST_ROUND_MS },
  )

const sum = (one: SyncSummary, other: SyncSummary): SyncSummary =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [
      key,
      (one[key] ?? 0) + (other[key] ?? 0),
    ]),
  )

/** Acts on deliveries that came by webhook. While the organisation is being listed they wait for the end of that. */
export const createGithubWebhooks = (deps: GithubSyncDeps) => (): Promise<SyncOutcome> =>
  runSyncJob(
    deps,
    'github_webhooks',
    GITHUB_WEBHOOKS_MS,
    async (signal) => {
      const summary = await alone(
        deps,
        (lease) => handleDeliveries({ ...deps, lease, signal: AbortSignal.any([signal, lease.signal]) }),
        { patient: false, signal },
      )
      return summary ?? {}
    },
    { timeoutMs: LONGEST_ROUND_MS },
  )
