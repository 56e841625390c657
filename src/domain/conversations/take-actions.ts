import { and, asc, eq, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import { SECOND_MS } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import { inbox } from '../../db/schema/conversations.ts'
import type { InboxRow } from './inbox.ts'

/** A claim that is not renewed for so long belongs to a dead process. */
export const ACTION_CLAIM_MS = 20 * SECOND_MS

export const actionClaimEnd = (now: Date) => new Date(now.getTime() + ACTION_CLAIM_MS)

export interface TakeActions {
  /** The process that takes them. */
  by: string
  limit: number
  /** Only these; without it, the oldest. */
  ids?: string[]
  now?: Date
}

/**
 * Commands, buttons and forms to be dealt with, in order of arrival, for this process alone until they are
 * completed or failed, or until the claim runs out because the process died. `attempts` counts the takings.
 */
export const takeActions = async (
  db: Database,
  { by, limit, ids, now = new Date() }: TakeActions,
): Promise<InboxRow[]> => {
  const free = db
    .select({ id: inbox.id })
    .from(inbox)
    .where(
      and(
        eq(inbox.lane, 'action'),
        eq(inbox.state, 'pending'),
        or(isNull(inbox.claimedUntil), lte(inbox.claimedUntil, now)),
        ids ? inArray(inbox.id, ids) : undefined,
      ),
    )
    .orderBy(asc(inbox.seq))
    .limit(limit)
    .for('update', { skipLocked: true })
  const rows = await db
    .update(inbox)
    .set({
      attempts: sql`${inbox.attempts} + 1`,
      claimedBy: by,
      claimedUntil: actionClaimEnd(now),
    })
    .where(sql`${inbox.id} = any(array(${free}))`)
    .returning()
  return rows.sort((a, b) => a.seq - b.seq)
}

/** Keeps what a process has in hand from being taken by others. */
export const renewActions = async (db: Database, by: string, now = new Date()): Promise<void> => {
  await db
    .update(inbox)
    .set({ claimedUntil: actionClaimEnd(now) })
    .where(and(eq(inbox.lane, 'action'), eq(inbox.state, 'pending'), eq(inbox.claimedBy, by)))
}
