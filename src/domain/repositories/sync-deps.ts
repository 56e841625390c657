import type { Clock } from '../../clock.ts'
import type { Database, Transaction } from '../../db/client.ts'
import type { HeldLease } from '../../db/lease.ts'
import type { Log } from '../../log.ts'
import type { Wake } from '../wake.ts'
import type { RepositorySource } from './source.ts'

export interface RepositorySyncDeps {
  db: Database
  clock: Clock
  log: Log
  wake: Pick<Wake, 'deliver'>
  source: RepositorySource
}

/** A sync at work: nobody else brings the projects of this forge in line meanwhile. */
export interface RepositorySync extends RepositorySyncDeps {
  lease: Pick<HeldLease, 'assertHeld'>
  signal: AbortSignal
}

/** Writes under the lease, and wakes the conversations that were told something. */
export const write = async (
  { db, lease, signal, wake }: RepositorySync,
  work: (tx: Transaction) => Promise<readonly string[]>,
): Promise<void> => {
  signal.throwIfAborted()
  const told = await db.transaction(async (tx) => {
    await lease.assertHeld(tx)
    return work(tx)
  })
  await Promise.all([...new Set(told)].map((id) => wake.deliver(id)))
}
