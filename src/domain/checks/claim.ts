import { randomUUID } from 'node:crypto'
import { and, asc, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import { SECOND_MS } from '../../clock.ts'
import type { Executor } from '../../db/client.ts'
import { checks } from '../../db/schema/servers.ts'
import type { Check } from './check.ts'

export interface ClaimedCheck extends Check {
  claim: string
}

/** Beyond its time-out, for writing the result down. */
const CLAIM_MARGIN_MS = 15 * SECOND_MS

/**
 * Takes checks that are due, for one look each; others take others at the same time. A claim that outlives its
 * time-out is free again: whoever held it was killed, and its result would count for nothing.
 * @param due those that were due by then.
 */
export const claimDueChecks = async (
  db: Executor,
  { due, now, limit }: { due: Date; now: Date; limit: number },
): Promise<ClaimedCheck[]> => {
  const claim = randomUUID()
  const free = db
    .select({ id: checks.id })
    .from(checks)
    .where(
      and(
        checks.enabled,
        lte(checks.nextAt, due),
        or(isNull(checks.claimedUntil), lte(checks.claimedUntil, now)),
      ),
    )
    .orderBy(asc(checks.nextAt))
    .limit(limit)
    .for('update', { skipLocked: true })
  const claimed = await db
    .update(checks)
    .set({
      claim,
      claimedUntil: sql`${now.toISOString()}::timestamptz
        + make_interval(secs => (${checks.timeoutMs} + ${CLAIM_MARGIN_MS}) / 1000.0)`,
    })
    .where(inArray(checks.id, free))
    .returning()
  return claimed.map((check) => ({ ...check, claim }))
}
