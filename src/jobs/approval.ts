import { type HeldLease, withLease } from '../db/lease.ts'
import { type Approval, findApproval, markApplied } from '../domain/approvals/approvals.ts'
import { applyRepairDecision } from '../domain/recovery/apply-decision.ts'
import { runLease } from '../domain/runs/runs.ts'
import { applyToolApproval } from './apply-tool-approval.ts'
import { applyAgentDeletion } from './delete-agent.ts'
import { deleteProject } from './delete-project.ts'
import { RUN_LEASE, type RunWorkerDeps } from './run.ts'

/**
 * Acts on a decision (design rule 4). A run that asked is woken and resumes by itself; what a command asked for is
 * done here. Doing it again after a crash does nothing twice; only then is the row marked applied.
 */
export const createApprovalWorker =
  (deps: RunWorkerDeps) =>
  async (approvalId: string): Promise<void> => {
    const { db, log, clock, wake, instanceId } = deps
    const approval = await findApproval(db, approvalId)
    if (!approval?.decision || approval.appliedAt) return
    if (approval.runId) {
      // Whoever calls a tool in a run looks at the row itself, and marks it.
      return approval.request.kind === 'tool' ? undefined : wake.run(approval.runId)
    }
    await withLease(
      { db, log, clock },
      runLease(approval.id),
      { ...RUN_LEASE, holder: instanceId },
      async (lease) => {
        if (approval.request.kind === 'recovery') return goOnRepairing(deps, approval, lease)
        if (approval.state === 'approved' && approval.request.kind === 'delete_project')
          await deleteProject(deps, approval)
        if (approval.state === 'approved' && approval.request.kind === 'delete_agent')
          await applyAgentDeletion(deps, approval)
        if (approval.state === 'approved' && approval.request.kind === 'tool')
          await applyToolApproval(deps, approval, lease)
        await markApplied(db, approval.id, clock.now())
      },
    )
  }

/** What was approved is done by a task of its own; a refusal, too, is the end of something. */
const goOnRepairing = async (
  { db, clock, wake }: RunWorkerDeps,
  approval: Approval,
  lease: HeldLease,
): Promise<void> => {
  const applied = await db.transaction(async (tx) => {
    await lease.assertHeld(tx)
    return applyRepairDecision(tx, approval, clock.now())
  })
  await Promise.all(applied.wake.map((id) => wake.deliver(id)))
  if (applied.taskId) await wake.dispatch(applied.taskId)
}
