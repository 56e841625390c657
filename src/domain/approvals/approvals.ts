import { createHash } from 'node:crypto'
import { and, asc, eq, isNotNull, isNull, lt, lte, ne } from 'drizzle-orm'
import { HOUR_MS } from '../../clock.ts'
import type { Executor, Transaction } from '../../db/client.ts'
import { approvals, runs } from '../../db/schema/index.ts'
import type { ApprovalDecision, ApprovalRequest } from '../../db/shapes/approval.ts'
import { findPerson, type Person } from '../users/person.ts'

export type Approval = typeof approvals.$inferSelect

/** How long a card can be answered, and when a forgotten one is brought up again. */
export const APPROVAL_TTL_MS = 24 * HOUR_MS
export const REMIND_BEFORE_EXPIRY_MS = 4 * HOUR_MS

export interface NewApproval {
  conversationId: string
  requestedBy: string | null
  runId?: string
  projectId?: string
  threadId?: string
  interruptId?: string
  request: ApprovalRequest
  /** Of a question that nobody has to be asked: the row tells what was decided, and why. */
  decision?: ApprovalDecision
  /** Whether the person who said "approve all for this run" may approve this, too; anybody who may talk, unless told. */
  mayApprove?: (person: Person) => boolean
  now: Date
}

/**
 * Asked each time, whatever was approved in advance: "shall I go on trying?" would never end, and money is nobody's
 * to give but that of those who may raise a budget.
 */
const NEVER_IN_ADVANCE: ReadonlySet<ApprovalRequest['kind']> = new Set(['retry', 'budget'])

/**
 * Opens a question. The same interrupt with the same content is the same question, however often a crashed job
 * asks. Earlier open questions of the thread are superseded: one card counts at a time. When somebody said "approve
 * all for this run", the question is born approved, and says so.
 */
export const openApproval = async (
  tx: Transaction,
  input: NewApproval,
): Promise<{ approval: Approval; fresh: boolean }> => {
  const fingerprint = fingerprintOf(input.request)
  const mayBeAuto = !NEVER_IN_ADVANCE.has(input.request.kind) && input.request.allow.includes('approve')
  const auto = input.runId && mayBeAuto ? await autoDecision(tx, input.runId, input) : undefined
  const decision = input.decision ?? auto
  const [approval] = await tx
    .insert(approvals)
    .values({
      conversationId: input.conversationId,
      requestedBy: input.requestedBy,
      runId: input.runId ?? null,
      projectId: input.projectId ?? null,
      threadId: input.threadId ?? null,
      interruptId: input.interruptId ?? null,
      request: input.request,
      fingerprint,
      state: decision ? 'approved' : 'open',
      decision: decision ?? null,
      decidedAt: decision ? input.now : null,
      createdAt: input.now,
      expiresAt: new Date(input.now.getTime() + APPROVAL_TTL_MS),
      remindAt: new Date(input.now.getTime() + APPROVAL_TTL_MS - REMIND_BEFORE_EXPIRY_MS),
    })
    .onConflictDoNothing()
    .returning()
  if (!approval) return { approval: await sameQuestion(tx, input, fingerprint), fresh: false }
  if (input.threadId) await supersedeOthers(tx, input.threadId, approval.id, input.now)
  return { approval, fresh: true }
}

const fingerprintOf = (request: ApprovalRequest): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 22)

const sameQuestion = async (tx: Transaction, input: NewApproval, fingerprint: string): Promise<Approval> => {
  const [approval] = await tx
    .select()
    .from(approvals)
    .where(
      and(
        eq(approvals.threadId, input.threadId ?? ''),
        eq(approvals.interruptId, input.interruptId ?? ''),
        eq(approvals.fingerprint, fingerprint),
      ),
    )
  if (!approval) throw new Error('an approval that conflicts is there')
  return approval
}

const autoDecision = async (
  tx: Transaction,
  runId: string,
  { mayApprove = () => true, now }: NewApproval,
): Promise<ApprovalDecision | undefined> => {
  const run = await tx.query.runs.findFirst({ where: eq(runs.id, runId) })
  // Who lost their access since cannot approve any more, in advance neither.
  const person = run?.autoApprovedBy ? await findPerson(tx, run.autoApprovedBy) : undefined
  if (!run?.autoApprovedBy || !person || person.role === 'viewer' || !mayApprove(person)) return undefined
  return {
    verb: 'approve',
    userId: run.autoApprovedBy,
    userName: '',
    surface: 'system',
    at: now.toISOString(),
    auto: true,
  }
}

const supersedeOthers = async (
  tx: Transaction,
  threadId: string,
  replacedBy: string,
  now: Date,
): Promise<void> => {
  await tx
    .update(approvals)
    .set({ state: 'superseded', replacedBy, decidedAt: now, appliedAt: now })
    .where(
      and(
        eq(approvals.threadId, threadId),
        eq(approvals.state, 'open'),
        lt(approvals.number, await numberOf(tx, replacedBy)),
      ),
    )
}

const numberOf = async (tx: Transaction, id: string): Promise<number> =>
  (await tx.select({ number: approvals.number }).from(approvals).where(eq(approvals.id, id)))[0]?.number ?? 0

export const findApproval = async (db: Executor, id: string): Promise<Approval | undefined> => {
  const [approval] = await db.select().from(approvals).where(eq(approvals.id, id))
  return approval
}

/** The questions that still wait, the oldest first. */
export const listOpenApprovals = (
  db: Executor,
  { conversationId }: { conversationId?: string } = {},
): Promise<Approval[]> =>
  db
    .select()
    .from(approvals)
    .where(
      and(
        eq(approvals.state, 'open'),
        conversationId ? eq(approvals.conversationId, conversationId) : undefined,
      ),
    )
    .orderBy(asc(approvals.number))

/** The approval that answers an interrupt of a thread, if somebody or something decided it. */
export const approvalOfInterrupt = async (
  db: Executor,
  threadId: string,
  interruptId: string,
): Promise<Approval | undefined> => {
  const rows = await db
    .select()
    .from(approvals)
    .where(and(eq(approvals.threadId, threadId), eq(approvals.interruptId, interruptId)))
    .orderBy(asc(approvals.number))
  return rows.at(-1)
}

/** Decided, but nobody has acted on it yet: a process died in between. */
export const unappliedApprovals = (
  db: Executor,
  { decidedBefore }: { decidedBefore: Date },
): Promise<Approval[]> =>
  db
    .select()
    .from(approvals)
    .where(
      and(
        isNotNull(approvals.decidedAt),
        isNull(approvals.appliedAt),
        lte(approvals.decidedAt, decidedBefore),
      ),
    )

/**
 * The graph of a run has gone past these decisions: all but the one it still asks about. Told by where the graph
 * is, so that a process that died while it acted on one leaves nothing unapplied.
 *
 * @param answered.threadId leaves out what others of the run asked, such as a tool of a worker.
 */
export const markAnswered = async (
  db: Executor,
  runId: string,
  { threadId, pending, now }: { threadId?: string; pending?: string; now: Date },
): Promise<void> => {
  await db
    .update(approvals)
    .set({ appliedAt: now })
    .where(
      and(
        eq(approvals.runId, runId),
        isNotNull(approvals.decidedAt),
        isNull(approvals.appliedAt),
        threadId ? eq(approvals.threadId, threadId) : undefined,
        pending ? ne(approvals.interruptId, pending) : undefined,
      ),
    )
}

export const markApplied = async (db: Executor, id: string, now: Date): Promise<void> => {
  await db
    .update(approvals)
    .set({ appliedAt: now })
    .where(and(eq(approvals.id, id), isNull(approvals.appliedAt)))
}
