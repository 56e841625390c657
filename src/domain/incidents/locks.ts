import { and, desc, eq, gt, ne, or, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { incidents } from '../../db/schema/incidents.ts'
import type { Incident } from './incident.ts'

/**
 * The order in which everything here locks, so that nobody waits in a circle: families (see parents.ts), the key, the
 * parent's row, the row itself, its timers. Who reports several things in one transaction reports the bigger first.
 */
export const lockName = async (tx: Transaction, name: string): Promise<void> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`incidents:${name}`}, 0))`)
}

/** The row, for this transaction alone. Events and children may still refer to it meanwhile. */
export const lockIncident = async (tx: Transaction, id: string): Promise<Incident | undefined> => {
  const [row] = await tx.select().from(incidents).where(eq(incidents.id, id)).for('no key update')
  return row
}

/** What is wrong now with this thing; locked. */
export const lockOpen = async (tx: Transaction, key: string): Promise<Incident | undefined> => {
  const [row] = await tx.select().from(incidents).where(isOpenWith(key)).for('no key update')
  return row
}

/** The last incident of this key that was resolved after `since`, or whose silence is not over; locked. */
export const lockResolvedSince = async (
  tx: Transaction,
  key: string,
  { since, now }: { since: Date; now: Date },
): Promise<Incident | undefined> => {
  const isRecent = or(gt(incidents.resolvedAt, since), gt(incidents.silencedUntil, now))
  const [row] = await tx
    .select()
    .from(incidents)
    .where(and(eq(incidents.key, key), eq(incidents.state, 'resolved'), isRecent))
    .orderBy(desc(incidents.resolvedAt))
    .limit(1)
    .for('no key update')
  return row
}

export const isOpenWith = (key: string) => and(eq(incidents.key, key), ne(incidents.state, 'resolved'))
