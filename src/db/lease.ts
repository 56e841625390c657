import { and, eq, lte, type SQL, sql } from 'drizzle-orm'
import { type Clock, systemClock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Database, Transaction } from './client.ts'
import { leases } from './schema/leases.ts'

export interface LeaseDeps {
  db: Database
  log: Log
  clock?: Clock
}

export interface LeaseTerms {
  /** How long the lease outlives its last renewal, in milliseconds. */
  ttlMs: number
  /** How often it is renewed; a third of `ttlMs` leaves room for two failures. */
  renewMs: number
  /** Who works, for people who look at the table. */
  holder: string
}

export interface HeldLease {
  key: string
  /** Grows with every acquisition of this key. */
  fence: number
  /** Aborts with AppError `lease_lost`, or `stopped` when a person asked for it. Pass it to everything that waits. */
  signal: AbortSignal
  /**
   * Makes the writes of this transaction safe: nobody can take the lease over until it ends.
   * @throws AppError `lease_lost` when somebody already has.
   */
  assertHeld(tx: Transaction): Promise<void>
  /**
   * For a transaction that begins something new: that the lease is held, and nobody has asked to stop. A stop that is
   * asked for meanwhile waits for the transaction, and whoever asked sees what it began.
   * @throws AppError `lease_lost`, or `stopped`.
   */
  assertWanted(tx: Transaction): Promise<void>
}

/** A failed renewal is tried again this soon, until the lease may have expired. */
const RETRY_MS = 250

/**
 * Runs `work` while holding the lease of `key`, or does nothing when somebody else holds it (design rule 2). Expiry
 * is judged by the database's clock alone. The lease is renewed until `work` settles, also after a stop request, so
 * that nobody starts while it winds down.
 */
export const withLease = async <T>(
  { db, log, clock = systemClock }: LeaseDeps,
  key: string,
  terms: LeaseTerms,
  work: (lease: HeldLease) => Promise<T>,
): Promise<{ held: true; value: T } | { held: false }> => {
  const askedAt = clock.now()
  const fence = await acquire(db, key, terms)
  if (fence === undefined) return { held: false }

  const abort = new AbortController()
  const finished = new AbortController()
  const forget = remember(db, key, fence, abort)
  const renewing = keepRenewed({
    db,
    log,
    clock,
    key,
    fence,
    terms,
    abort,
    finished: finished.signal,
    askedAt,
  })
  try {
    const value = await work({
      key,
      fence,
      signal: abort.signal,
      assertHeld: async (tx) => {
        await lockHeld(tx, key, fence)
      },
      assertWanted: async (tx) => {
        const { stopRequestedBy } = await lockHeld(tx, key, fence)
        if (stopRequestedBy !== null) throw stopped(stopRequestedBy)
      },
    })
    return { held: true, value }
  } finally {
    finished.abort()
    forget()
    await renewing
    await release(db, key, fence).catch((error) => log.warn({ key, err: error }, 'lease.release_failed'))
  }
}

/**
 * Asks whoever holds the lease to stop: at once in this process, at the next renewal in another.
 *
 * @param by who asked, e.g. a user's name.
 * @returns false when nobody holds it.
 */
export const requestStop = async (db: Database, key: string, by: string): Promise<boolean> => {
  const [row] = await db
    .update(leases)
    .set({ stopRequestedBy: by })
    .where(and(eq(leases.key, key), sql`${leases.expiresAt} > clock_timestamp()`))
    .returning({ fence: leases.fence })
  if (!row) return false
  const local = heldHere.get(db)?.get(key)
  if (local?.fence === row.fence) local.abort.abort(stopped(by))
  return true
}

/** Whether anybody holds the lease now, by the database's clock. */
export const isLeaseHeld = async (db: Database, key: string): Promise<boolean> => {
  const [row] = await db
    .select({ fence: leases.fence })
    .from(leases)
    .where(and(eq(leases.key, key), sql`${leases.expiresAt} > clock_timestamp()`))
  return row !== undefined
}

/** What this process holds, by database, so that a stop need not wait for a renewal. */
const heldHere = new WeakMap<Database, Map<string, { fence: number; abort: AbortController }>>()

const remember = (db: Database, key: string, fence: number, abort: AbortController) => {
  const held = heldHere.get(db) ?? new Map()
  heldHere.set(db, held.set(key, { fence, abort }))
  return () => {
    if (held.get(key)?.fence === fence) held.delete(key)
  }
}

const acquire = async (db: Database, key: string, { ttlMs, holder }: LeaseTerms) => {
  const [row] = await db
    .insert(leases)
    .values({ key, holder, fence: 1, expiresAt: expiry(ttlMs) })
    .onConflictDoUpdate({
      target: leases.key,
      set: { holder, fence: sql`${leases.fence} + 1`, expiresAt: expiry(ttlMs), stopRequestedBy: null },
      setWhere: lte(leases.expiresAt, sql`clock_timestamp()`),
    })
    .returning({ fence: leases.fence })
  return row?.fence
}

interface Renewal extends Required<LeaseDeps> {
  key: string
  fence: number
  terms: LeaseTerms
  abort: AbortController
  finished: AbortSignal
  askedAt: Date
}

/**
 * A lease that ran out but that nobody took is simply renewed. While the database does not answer, the lease counts
 * as ours until it may have expired.
 */
const keepRenewed = async ({ db, log, clock, key, fence, terms, abort, finished, askedAt }: Renewal) => {
  let renewedAt = askedAt.getTime()
  let waitMs = terms.renewMs
  while (await sleptUntilDue(clock, waitMs, finished)) {
    const now = clock.now().getTime()
    try {
      const [row] = await db
        .update(leases)
        .set({ expiresAt: expiry(terms.ttlMs) })
        .where(and(eq(leases.key, key), eq(leases.fence, fence)))
        .returning({ stopRequestedBy: leases.stopRequestedBy })
      if (!row) return abort.abort(leaseLost(key))
      if (row.stopRequestedBy !== null) abort.abort(stopped(row.stopRequestedBy))
      renewedAt = now
      waitMs = terms.renewMs
    } catch (error) {
      log.warn({ key, err: error }, 'lease.renewal_failed')
      if (now - renewedAt >= terms.ttlMs) return abort.abort(leaseLost(key, error))
      waitMs = Math.min(RETRY_MS, terms.renewMs)
    }
  }
}

const sleptUntilDue = (clock: Clock, ms: number, finished: AbortSignal): Promise<boolean> =>
  clock.sleep(ms, finished).then(
    () => true,
    () => false,
  )

const lockHeld = async (tx: Transaction, key: string, fence: number) => {
  const { stopRequestedBy } = leases
  const [row] = await tx
    .select({ fence: leases.fence, stopRequestedBy })
    .from(leases)
    .where(eq(leases.key, key))
    .for('share')
  if (row?.fence !== fence) throw leaseLost(key)
  return row
}

/** The row stays: its fence must not start again. */
const release = async (db: Database, key: string, fence: number) => {
  await db
    .update(leases)
    .set({ expiresAt: sql`clock_timestamp()` })
    .where(and(eq(leases.key, key), eq(leases.fence, fence)))
}

const expiry = (ttlMs: number): SQL => sql`clock_timestamp() + make_interval(secs => ${ttlMs / 1000})`

export const leaseLost = (key: string, cause?: unknown) =>
  new AppError('lease_lost', `The lease ${key} was lost.`, { cause })
const stopped = (by: string) => new AppError('stopped', `Stopped by ${by}.`)
