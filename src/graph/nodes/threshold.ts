import type { ApprovalRequest } from '../../db/shapes/approval.ts'
import { openApproval } from '../../domain/approvals/approvals.ts'
import { say } from '../../domain/conversations/outbox.ts'
import { type PlanWeight, weighPlan } from '../../domain/costs/thresholds.ts'
import { type Run, requireRun } from '../../domain/runs/runs.ts'
import { asAppError } from '../../errors.ts'
import type { DeliveryDeps, RunSession } from '../session.ts'
import type { DeliveryState } from '../state.ts'

/** Where the interrupt's id stands for a question that was asked: it keeps the card of one plan a single one. */
const NOBODY_ASKED = 'thresholds'

/**
 * Weighs the plan against the thresholds of the project's orchestrator. One that is below them goes on by
 * itself, and its card says so.
 */
export const weighThePlan = (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
  const run = await requireRun(deps.db, state.runId)
  const weight = await weightOf(deps, state, run)
  if (weight.verdict !== 'within') return { weight }
  await showDecided(deps, session, { ...state, weight }, run)
  return { weight, decision: { verb: 'approve' as const, by: '' } }
}

export const goesOnByItself = (state: DeliveryState): boolean => state.weight?.verdict === 'within'

/** What the plan card asks, or tells. */
export const planRequest = ({ runId, kind, plan, resources, weight }: DeliveryState): ApprovalRequest => ({
  v: 1,
  kind: 'plan',
  risk: 'low',
  allow: ['approve', 'change', 'reject', 'approve_all'],
  facts: { runId, kind, plan, resources, ...(weight && { weight }) },
})

const weightOf = async (
  { agents }: DeliveryDeps,
  { plan, decision, projectId }: DeliveryState,
  run: Run,
): Promise<PlanWeight> => {
  const size = { tasks: plan?.tasks.length ?? 0, cost: plan?.estimatedCost ?? 0 }
  try {
    const orchestrator = await agents.getOrchestrator(run.requestedBy, projectId)
    const weight = weighPlan(size, orchestrator?.config.metadata ?? {})
    return decision?.verb === 'change' && weight.verdict === 'within'
      ? { ...weight, verdict: 'changed' }
      : weight
  } catch (error) {
    const { code, userMessage } = asAppError(error)
    if (code !== 'conflict') throw error
    return { ...size, verdict: 'ambiguous', orchestrators: String(userMessage.args.names ?? '') }
  }
}

/** The same card as of a question, decided from the beginning; found again when this is done again. */
const showDecided = async (
  { db, clock, wake }: DeliveryDeps,
  { lease }: RunSession,
  state: DeliveryState,
  run: Run,
): Promise<void> => {
  const now = clock.now()
  await db.transaction(async (tx) => {
    await lease.assertHeld(tx)
    const { approval } = await openApproval(tx, {
      conversationId: run.conversationId,
      requestedBy: run.requestedBy,
      runId: run.id,
      projectId: run.projectId,
      threadId: `run:${run.id}`,
      interruptId: NOBODY_ASKED,
      request: planRequest(state),
      decision: {
        verb: 'approve',
        userId: null,
        userName: '',
        surface: 'system',
        at: now.toISOString(),
        auto: true,
      },
      now,
    })
    await say(tx, {
      conversationId: run.conversationId,
      key: `approval:${approval.id}`,
      content: { type: 'view', view: 'approval', args: { id: approval.id } },
      readerId: run.requestedBy,
    })
  })
  await wake.deliver(run.conversationId)
}
