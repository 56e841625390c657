import { and, count, eq, lte, sql } from 'drizzle-orm'
import { MINUTE_MS, SECOND_MS } from '../../clock.ts'
import type { Executor, Transaction } from '../../db/client.ts'
import { incidentTimers } from '../../db/schema/incidents.ts'
import { type IncidentTimer, later } from './timers.ts'

/** Whoever claimed a timer and died holds it up for so long. */
export const CLAIM_MS = 30 * SECOND_MS
/** A timer that is due for so long was missed by whoever should drive it. */
export const OVERDUE_MS = 2 * MINUTE_MS

/** Takes timers that are due, the longest waiting first; nobody else has them until the claim runs out. */
export const claimTimers = (
  db: Executor,
  { now, limit = 50 }: { now: Date; limit?: number },
): Promise<IncidentTimer[]> => {
  const due = sql`(
    select t.id from incident_timers t
    where t.due_at <= ${now.toISOString()}::timestamptz
      and (t.claimed_until is null or t.claimed_until <= ${now.toISOString()}::timestamptz)
    order by t.due_at
    limit ${limit}
    for update skip locked
  )`
  return db
    .update(incidentTimers)
    .set({ fence: sql`${incidentTimers.fence} + 1`, claimedUntil: later(now, CLAIM_MS) })
    .where(sql`${incidentTimers.id} in ${due}`)
    .returning()
}

/**
 * Whether a claimed timer is still ours, and keeps it so until the transaction ends. It is not when the incident was
 * moved, or when somebody else claimed it because we took too long. The incident's row is locked already.
 */
export const isStillOurs = async (
  tx: Transaction,
  { id, fence }: Pick<IncidentTimer, 'id' | 'fence'>,
): Promise<boolean> => {
  const [row] = await tx
    .select({ id: incidentTimers.id })
    .from(incidentTimers)
    .where(and(eq(incidentTimers.id, id), eq(incidentTimers.fence, fence)))
    .for('update')
  return row !== undefined
}

/** How many timers were due long ago, claimed or not: claimed again and again is not driven either. */
export const countOverdue = async (db: Executor, now: Date): Promise<number> => {
  const [row] = await db
    .select({ overdue: count() })
    .from(incidentTimers)
    .where(lte(incidentTimers.dueAt, later(now, -OVERDUE_MS)))
  return row?.overdue ?? 0
}
