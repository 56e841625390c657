import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { type Clock, MINUTE_MS, SECOND_MS } from '../../clock.ts'
import type { Database, Transaction } from '../../db/client.ts'
import { type HeldLease, withLease } from '../../db/lease.ts'
import { syncJobs, syncRuns } from '../../db/schema/sync.ts'
import { AppError, asAppError } from '../../errors.ts'
import { type Log, withLogContext } from '../../log.ts'
import { heal } from '../incidents/heal.ts'
import { type Finding, report } from '../incidents/report.ts'
import type { Wake } from '../wake.ts'

export interface SyncJobDeps {
  db: Database
  clock: Clock
  log: Log
  wake: Pick<Wake, 'deliver'>
  /** Who works, for people who look at the leases. */
  instanceId: string
  /** Aborts when the process is to end: that is no failure of the job. */
  shutdown: AbortSignal
}

interface Terms {
  intervalMs: number
  timeoutMs?: number
}

/** What a run changed, in numbers: `{ discovered: 2 }`. */
export type SyncSummary = Record<string, number>

export type SyncWork = (signal: AbortSignal, lease: HeldLease) => Promise<SyncSummary>

export type SyncOutcome =
  | { outcome: 'done'; summary: SyncSummary }
  | { outcome: 'failed'; error: AppError; failures: number }
  /** Another process is at it. */
  | { outcome: 'busy' }
  /** The process ends, or lost its lease; whoever is next begins again. */
  | { outcome: 'put_aside' }

const LEASE = { ttlMs: 30 * SECOND_MS, renewMs: 8 * SECOND_MS }
const TIMEOUT_INTERVALS = 10
/** One that fails once may be lucky next time; one that fails this often in a row is told of (M-5). */
const FAILURES_TOLD = 3
/** So many runs of each job are kept for people to look at. */
const RUNS_KEPT = 50
/** Of a job that runs more often than this only the runs that changed something or failed are kept. */
const EVERY_RUN_COUNTS_MS = MINUTE_MS
const ERROR_MAX_LENGTH = 500

export const syncLease = (name: string): string => `sync:${name}`

/**
 * Runs something that happens by itself, once at a time in all processes together, and writes down how it went (M-4).
 * A failure is written down and answered, never thrown.
 * @param intervalMs how often it runs by itself.
 * @param options.timeoutMs a run that takes longer has failed; ten intervals, at least a minute, unless told.
 * @param work must stop when its signal aborts; its writes belong into transactions that call `lease.assertHeld`.
 */
export const runSyncJob = async (
  deps: SyncJobDeps,
  name: string,
  intervalMs: number,
  work: SyncWork,
  { timeoutMs }: { timeoutMs?: number } = {},
): Promise<SyncOutcome> => {
  const { db, log, clock, instanceId } = deps
  const result = await withLogContext({ sync: name }, () =>
    withLease({ db, log, clock }, syncLease(name), { ...LEASE, holder: instanceId }, (lease) =>
      runHeld(deps, name, { intervalMs, timeoutMs }, work, lease),
    ),
  )
  return result.held ? result.value : { outcome: 'busy' }
}

const runHeld = async (
  deps: SyncJobDeps,
  name: string,
  terms: Terms,
  work: SyncWork,
  lease: HeldLease,
): Promise<SyncOutcome> => {
  const { db, clock, log, shutdown } = deps
  const startedAt = clock.now()
  const nextAt = new Date(startedAt.getTime() + terms.intervalMs)
  await db
    .insert(syncJobs)
    .values({ name, lastStartedAt: startedAt, nextAt })
    .onConflictDoUpdate({ target: syncJobs.name, set: { lastStartedAt: startedAt, nextAt } })
  const stopped = AbortSignal.any([lease.signal, shutdown])
  const ended = { name, terms, startedAt, lease }
  try {
    const summary = await inTime(deps, terms, stopped, (signal) => work(signal, lease))
    const { wake } = await db.transaction((tx) => writeDown(tx, deps, { ...ended, summary }))
    await wakeAll(deps, wake)
    return { outcome: 'done', summary }
  } catch (thrown) {
    const error = asAppError(thrown)
    if (stopped.aborted || error.code === 'lease_lost') return { outcome: 'put_aside' }
    log.warn({ err: thrown }, 'sync.failed')
    const { failures, wake } = await db.transaction((tx) => writeDown(tx, deps, { ...ended, error }))
    await wakeAll(deps, wake)
    return { outcome: 'failed', error, failures }
  }
}

/** Work that hangs is given up, so that its lease does not hang with it. */
const inTime = async (
  { clock }: SyncJobDeps,
  { intervalMs, timeoutMs = Math.max(TIMEOUT_INTERVALS * intervalMs, MINUTE_MS) }: Terms,
  stopped: AbortSignal,
  work: (signal: AbortSignal) => Promise<SyncSummary>,
): Promise<SyncSummary> => {
  const late = new AbortController()
  const done = new AbortController()
  const signal = AbortSignal.any([stopped, late.signal])
  const gaveUp = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
  gaveUp.catch(() => {})
  clock.sleep(timeoutMs, done.signal).then(
    () => late.abort(new AppError('internal', `it took longer than ${Math.round(timeoutMs / SECOND_MS)} s`)),
    () => {},
  )
  try {
    if (signal.aborted) throw signal.reason
    return await Promise.race([work(signal), gaveUp])
  } finally {
    done.abort()
  }
}

interface Ended {
  name: string
  terms: Terms
  startedAt: Date
  lease: HeldLease
  summary?: SyncSummary
  error?: AppError
}

/** @returns how often it has failed in a row, and the conversations to wake. */
const writeDown = async (
  tx: Transaction,
  { clock }: SyncJobDeps,
  { name, terms, startedAt, lease, summary = {}, error }: Ended,
): Promise<{ failures: number; wake: string[] }> => {
  await lease.assertHeld(tx)
  const now = clock.now()
  const text = error?.message.slice(0, ERROR_MAX_LENGTH) ?? null
  const [job] = await tx
    .update(syncJobs)
    .set(
      error
        ? { failures: sql`${syncJobs.failures} + 1`, lastError: text }
        : { failures: 0, lastError: null, lastSuccessAt: now, summary },
    )
    .where(eq(syncJobs.name, name))
    .returning({ failures: syncJobs.failures })
  const changed = Object.values(summary).some((count) => count > 0)
  if (error || changed || terms.intervalMs >= EVERY_RUN_COUNTS_MS) {
    await tx.insert(syncRuns).values({ name, startedAt, finishedAt: now, ok: !error, error: text, summary })
    await forgetOldRuns(tx, name)
  }
  const failures = job?.failures ?? 0
  if (error && failures >= FAILURES_TOLD)
    return { failures, ...(await report(tx, failing(name, failures, error, now))) }
  const healed = error ? undefined : await heal(tx, { key: failingKey(name), now })
  return { failures, wake: healed?.wake ?? [] }
}

const failingKey = (name: string): string => `sync_failing:${name}`

const failing = (name: string, failures: number, error: AppError, now: Date): Finding => ({
  kind: 'sync_failing',
  key: failingKey(name),
  severity: 'warning',
  subject: name,
  facts: { job: name, failures, reason: error.message.slice(0, ERROR_MAX_LENGTH) },
  now,
})

const wakeAll = async ({ wake }: SyncJobDeps, conversations: readonly string[]): Promise<void> => {
  await Promise.all(conversations.map((id) => wake.deliver(id)))
}

const forgetOldRuns = async (tx: Transaction, name: string): Promise<void> => {
  const oldest = tx
    .select({ startedAt: syncRuns.startedAt })
    .from(syncRuns)
    .where(eq(syncRuns.name, name))
    .orderBy(desc(syncRuns.startedAt))
    .limit(1)
    .offset(RUNS_KEPT - 1)
  await tx.delete(syncRuns).where(and(eq(syncRuns.name, name), lt(syncRuns.startedAt, sql`(${oldest})`)))
}
