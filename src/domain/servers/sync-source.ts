import { and, count, eq, ne } from 'drizzle-orm'
import type { Database, Executor, Transaction } from '../../db/client.ts'
import { servers } from '../../db/schema/servers.ts'
import type { ServerSource } from '../../db/shapes/server.ts'
import { errorText } from '../../errors.ts'
import { applyListing, type ListingChanges } from './apply-listing.ts'
import type { Inventory, ListedServer } from './inventory.ts'
import { sourceAnswered, sourceFailed } from './source-health.ts'

const REASON_MAX_LENGTH = 200

export interface SyncedSource {
  /** Undefined when nothing was changed, because the listing failed or was empty. */
  changes: ListingChanges | undefined
  wake: string[]
}

export interface SyncTerms {
  now: () => Date
  /** Aborts the listing. */
  signal: AbortSignal
  /** Called in every transaction that writes. @throws AppError lease_lost */
  assertHeld?: (tx: Transaction) => Promise<void>
}

/**
 * Brings the servers of one source in step with it (M-3, M-8). A listing that fails changes nothing and is counted;
 * so is one that is empty although there were servers: a provider that has lost its memory is no reason to lose ours.
 * Whoever really gave up all servers of a source retires the last of them by hand.
 * @throws the reason of the signal, when that aborted.
 */
export const syncSource = async (
  db: Database,
  inventory: Inventory,
  { now, signal, assertHeld = async () => {} }: SyncTerms,
): Promise<SyncedSource> => {
  const { source } = inventory
  const failed = (reason: string) =>
    db.transaction(async (tx) => {
      await assertHeld(tx)
      const { wake } = await sourceFailed(tx, {
        source,
        reason: reason.slice(0, REASON_MAX_LENGTH),
        now: now(),
      })
      return { changes: undefined, wake }
    })

  let listed: ListedServer[]
  try {
    listed = await inventory.list(signal)
  } catch (error) {
    signal.throwIfAborted()
    return failed(errorText(error))
  }
  if (listed.length === 0) {
    const there = await countServers(db, source)
    if (there > 0) return failed(`lists no servers, where ${there} were`)
  }
  return db.transaction(async (tx) => {
    await assertHeld(tx)
    const applied = await applyListing(tx, { source, listed, now: now() })
    const healed = await sourceAnswered(tx, { source, now: now() })
    return { changes: applied.changes, wake: [...new Set([...applied.wake, ...healed])] }
  })
}

const countServers = async (db: Executor, source: ServerSource): Promise<number> => {
  const [row] = await db
    .select({ there: count() })
    .from(servers)
    .where(and(eq(servers.source, source), ne(servers.status, 'retired')))
  return row?.there ?? 0
}
