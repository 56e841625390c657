import { and, eq, isNull, lte } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { approvals } from '../../db/schema/index.ts'
import type { ApprovalDecision } from '../../db/shapes/approval.ts'
import type { Approval } from './approvals.ts'

/** Closes the questions whose time is over; each is then applied like any other decision. */
export const expireApprovals = (db: Executor, now: Date): Promise<Approval[]> =>
  db
    .update(approvals)
    .set({ state: 'expired', decidedAt: now, decision: byItself('expire', now) })
    .where(and(eq(approvals.state, 'open'), lte(approvals.expiresAt, now)))
    .returning()

/** The questions to bring up again, each once. */
export const takeReminders = (db: Executor, now: Date): Promise<Approval[]> =>
  db
    .update(approvals)
    .set({ remindedAt: now })
    .where(and(eq(approvals.state, 'open'), isNull(approvals.remindedAt), lte(approvals.remindAt, now)))
    .returning()

/** Takes back the open questions of a run that was stopped. Nothing is left to apply. */
export const cancelApprovals = (
  tx: Transaction,
  runId: string,
  by: { id: string | null; name: string; surface: string },
  now: Date,
): Promise<Approval[]> =>
  tx
    .update(approvals)
    .set({
      state: 'cancelled',
      decidedAt: now,
      appliedAt: now,
      decision: {
        verb: 'cancel',
        userId: by.id,
        userName: by.name,
        surface: by.surface,
        at: now.toISOString(),
      },
    })
    .where(and(eq(approvals.runId, runId), eq(approvals.state, 'open')))
    .returning()

const byItself = (verb: 'expire', now: Date): ApprovalDecision => ({
  verb,
  userId: null,
  userName: '',
  surface: 'system',
  at: now.toISOString(),
})
