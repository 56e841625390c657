import { and, eq, gt, sql } from 'drizzle-orm'
import type { Database, Executor, Transaction } from '../../db/client.ts'
import { approvals, projects, runs } from '../../db/schema/index.ts'
import type { ApprovalState, ApprovalVerb } from '../../db/shapes/approval.ts'
import { recordAudit } from '../audit/audit.ts'
import { allowBudget, isAboutInstallation } from '../costs/budget-question.ts'
import { type Approval, findApproval } from './approvals.ts'
import { type Decider, mayDecide } from './may-decide.ts'

export interface DecideInput {
  id: string
  verb: ApprovalVerb
  /** The words of a `change`. */
  text?: string
  person: Decider
  surface: string
  /** See `ApprovalDecision`. */
  originKey?: string
  now: Date
}

export type DecideOutcome =
  | { outcome: 'decided'; approval: Approval }
  | { outcome: 'already_decided' | 'expired' | 'replaced' | 'cancelled'; approval: Approval }
  | { outcome: 'forbidden' | 'text_needed' | 'not_offered'; approval: Approval }
  | { outcome: 'not_found' }

const STATE_OF: Record<ApprovalVerb, ApprovalState> = {
  approve: 'approved',
  approve_all: 'approved',
  reject: 'rejected',
  change: 'changed',
}

/**
 * Decides a question once, by compare-and-set: still open, not expired, allowed person (design rule 4). The
 * decision, its audit entry and "approve all" are one transaction; acting on it is a job's work. Every other
 * click learns truthfully what happened before it.
 */
export const decideApproval = async (db: Database, input: DecideInput): Promise<DecideOutcome> => {
  const approval = await findApproval(db, input.id)
  if (!approval) return { outcome: 'not_found' }
  const ownedBy = isAboutInstallation(approval.request) ? null : approval.projectId
  const owner = ownedBy ? await projectOwner(db, ownedBy) : null
  if (
    !mayDecide(input.person, approval.request.kind, {
      requestedBy: approval.requestedBy,
      projectOwnerId: owner,
    })
  )
    return { outcome: 'forbidden', approval }
  if (approval.state !== 'open') return lateAnswer(approval)
  if (!approval.request.allow.includes(input.verb)) return { outcome: 'not_offered', approval }
  const text = input.text?.trim()
  if (input.verb === 'change' && !text) return { outcome: 'text_needed', approval }

  const decided = await db.transaction((tx) => compareAndSet(tx, approval, { ...input, text }))
  if (decided) return { outcome: 'decided', approval: decided }
  const now = await findApproval(db, input.id)
  return now ? lateAnswer(now) : { outcome: 'not_found' }
}

/** What a tool call decided, if it came so far before its process died. */
export const findDecisionOf = async (db: Executor, originKey: string): Promise<Approval | undefined> => {
  const [approval] = await db
    .select()
    .from(approvals)
    .where(sql`${approvals.decision} ->> 'originKey' = ${originKey}`)
  return approval
}

const compareAndSet = async (
  tx: Transaction,
  seen: Approval,
  input: DecideInput,
): Promise<Approval | undefined> => {
  const { person, verb, text, surface, originKey, now } = input
  const [decided] = await tx
    .update(approvals)
    .set({
      state: STATE_OF[verb],
      version: seen.version + 1,
      decidedAt: now,
      decision: {
        verb,
        text,
        userId: person.id,
        userName: person.name,
        surface,
        at: now.toISOString(),
        originKey,
      },
    })
    .where(
      and(
        eq(approvals.id, seen.id),
        eq(approvals.state, 'open'),
        eq(approvals.fingerprint, seen.fingerprint),
        gt(approvals.expiresAt, now),
      ),
    )
    .returning()
  if (!decided) return undefined
  if (verb === 'approve_all' && decided.runId)
    await tx.update(runs).set({ autoApprovedBy: person.id }).where(eq(runs.id, decided.runId))
  if (verb === 'approve' && decided.request.kind === 'budget')
    await allowBudget(tx, decided.request.facts, person.id)
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: `approval.${verb}`,
    subject: `approval:${decided.number}`,
    result: 'ok',
    detail: { approvalId: decided.id, kind: decided.request.kind },
  })
  return decided
}

const lateAnswer = (approval: Approval): DecideOutcome => {
  switch (approval.state) {
    case 'approved':
    case 'rejected':
    case 'changed':
      return { outcome: 'already_decided', approval }
    case 'superseded':
      return { outcome: 'replaced', approval }
    case 'cancelled':
      return { outcome: 'cancelled', approval }
    case 'expired':
    case 'open': // open, but the compare-and-set refused it: its time is over and the sweep has not come by yet
      return { outcome: 'expired', approval }
    default:
      return approval.state satisfies never
  }
}

const projectOwner = async (db: Database, projectId: string): Promise<string | null> => {
  const [row] = await db
    .select({ ownerId: projects.ownerId })
    .from(projects)
    .where(eq(projects.id, projectId))
  return row?.ownerId ?? null
}
