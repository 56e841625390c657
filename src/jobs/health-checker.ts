import { setImmediate } from 'node:timers/promises'
import { SECOND_MS } from '../clock.ts'
import { type ClaimedCheck, claimDueChecks } from '../domain/checks/claim.ts'
import { type Looked, recordResults } from '../domain/checks/record.ts'
import { allocatedPorts } from '../domain/deployments/allocated-ports.ts'
import { runSyncJob, type SyncJobDeps, type SyncOutcome } from '../domain/sync/run-sync-job.ts'
import { createGroupCommit } from '../group-commit.ts'
import { createGuard, type GuardDeps } from '../workers/checks/guard.ts'
import { probe } from '../workers/checks/probe.ts'
import type { SshKey } from '../workers/checks/ssh-key.ts'
import { createTurns } from '../workers/checks/turns.ts'

export const HEALTH_CHECKER_MS = 5 * SECOND_MS
/** A round that takes longer has failed: its claims run out, and the next round takes them up. */
const ROUND_TIMEOUT_MS = 300 * SECOND_MS
/** Connections open at the same time: nobody knows beforehand which will hang, and those had better begin early. */
const LOOKS_AT_ONCE = 1_000
const BEGUN_TOGETHER = 10
const LOGINS_AT_ONCE = 8
const RESULTS_AT_ONCE = 100

export interface HealthCheckerDeps
  extends SyncJobDeps,
    Pick<GuardDeps, 'resolve' | 'ownEndpoints' | 'ownAddresses'> {
  /** Lets servers tell of their disk, memory and load. */
  sshKey?: SshKey | undefined
  /** Authorities to trust besides the usual ones, in PEM. */
  ca?: string
  random?: () => number
}

/** Looks at everything that is due, and writes down how it is (M-8). */
export const createHealthChecker = (deps: HealthCheckerDeps) => (): Promise<SyncOutcome> =>
  runSyncJob(
    deps,
    'health_checker',
    HEALTH_CHECKER_MS,
    async (signal) => {
      const { failing, recovered } = await checkRound(deps, signal)
      return { failing, recovered }
    },
    { timeoutMs: ROUND_TIMEOUT_MS },
  )

/** Looks taken, and how many of them found something that is wrong or right again since. */
export interface RoundSummary {
  looked: number
  failing: number
  recovered: number
}

/**
 * One round: so many looks side by side, each within its own time-out; whoever is free takes the next check. Results
 * are written as they come, many in one statement.
 */
export const checkRound = async (deps: HealthCheckerDeps, signal: AbortSignal): Promise<RoundSummary> => {
  const { db, clock, wake, sshKey, ca, random = Math.random } = deps
  const due = clock.now()
  const guard = createGuard({ ...deps, allocatedPorts: await allocatedPorts(db) })
  const claims = claimsOf(deps, due)
  const summary = { looked: 0, failing: 0, recovered: 0 }
  const results = createGroupCommit<Looked, true>(
    async (looked) => {
      const {
        failing,
        recovered,
        wake: conversations,
      } = await recordResults(db, looked, {
        now: clock.now(),
        random,
      })
      summary.failing += failing
      summary.recovered += recovered
      await Promise.all(conversations.map((id) => wake.deliver(id)))
      return looked.map(() => true as const)
    },
    { maxItems: RESULTS_AT_ONCE },
  )
  const logins = createTurns(LOGINS_AT_ONCE)
  const written: Promise<unknown>[] = []
  const worker = async () => {
    for (let check = await claims.next(); check; check = await claims.next()) {
      const result = await probe(check, { guard, clock, signal, ca, logins, ...(sshKey && { sshKey }) })
      summary.looked += 1
      // Whoever looked goes on; what is not written yet is waited for at the end.
      written.push(handled(results.add({ check, result })))
    }
  }
  const workers: Promise<void>[] = []
  for (const places = await claims.fill(); workers.length < places; ) {
    workers.push(handled(worker()))
    // Others want to be heard in between.
    if (workers.length % BEGUN_TOGETHER === 0) await setImmediate()
  }
  const looked = await Promise.allSettled(workers)
  const ended = [...looked, ...(await Promise.allSettled(written))]
  const broken = ended.find((one) => one.status === 'rejected')
  if (broken) throw broken.reason
  return summary
}

/** Its failure is looked at in the end, together with all others. */
const handled = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {})
  return promise
}

/** Due checks, claimed a handful at a time so that no claim grows old while it waits for its turn. */
const claimsOf = ({ db, clock }: HealthCheckerDeps, due: Date) => {
  let waiting: ClaimedCheck[] = []
  let claiming: Promise<void> | undefined
  let isEmpty = false
  const claim = async () => {
    const claimed = await claimDueChecks(db, { due, now: clock.now(), limit: LOOKS_AT_ONCE })
    isEmpty = claimed.length === 0
    waiting = claimed.toSorted((a, b) => b.failures - a.failures)
    claiming = undefined
  }
  return {
    /** @returns how many there are to begin with. */
    fill: async (): Promise<number> => {
      await claim()
      return waiting.length
    },
    next: async (): Promise<ClaimedCheck | undefined> => {
      while (waiting.length === 0 && !isEmpty) {
        claiming ??= claim()
        await claiming
      }
      return waiting.shift()
    },
  }
}
