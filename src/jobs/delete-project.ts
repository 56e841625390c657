import { requestStop, withLease } from '../db/lease.ts'
import type { Approval } from '../domain/approvals/approvals.ts'
import { recordAudit } from '../domain/audit/audit.ts'
import { say } from '../domain/conversations/outbox.ts'
import { stopDeployments } from '../domain/deployments/deployments.ts'
import { releasePort } from '../domain/deployments/ports.ts'
import { moveProject } from '../domain/projects/lifecycle.ts'
import { projectById } from '../domain/projects/projects.ts'
import { liveRuns, noteStopper, runLease } from '../domain/runs/runs.ts'
import { AppError } from '../errors.ts'
import { repositoryOf } from '../graph/work-tree.ts'
import { closeStopped, RUN_LEASE, type RunWorkerDeps } from './run.ts'

/**
 * Takes a project down: its run, its service, its repository (into the archive), its port; then the row says so and
 * the conversation is told. Each step may be repeated.
 */
export const deleteProject = async (deps: RunWorkerDeps, approval: Approval): Promise<void> => {
  const { db, deployer, forge, wake } = deps
  const project = approval.projectId ? await projectById(db, approval.projectId) : undefined
  if (!project || project.status === 'archived') return
  await stopRunsOf(deps, project.id, approval.decision?.userId ?? null)
  await deployer.remove(project.name)
  if (project.repository) await forge.archiveRepository(repositoryOf(project))
  await db.transaction(async (tx) => {
    await releasePort(tx, project.id)
    await stopDeployments(tx, project.id)
    await moveProject(tx, {
      projectId: project.id,
      to: 'archived',
      actor: `user:${approval.decision?.userId ?? ''}`,
      reason: 'deleted from chat',
    })
    // The row is locked now: a run that somebody asked for meanwhile is seen here, a later one sees the deletion.
    if ((await liveRuns(tx)).some((run) => run.projectId === project.id)) throw stillWorkedOn()
    await recordAudit(tx, {
      userId: approval.decision?.userId ?? null,
      actor: approval.decision?.userName ?? '',
      surface: approval.decision?.surface ?? 'system',
      action: 'project.delete',
      subject: project.name,
      result: 'ok',
    })
    await say(tx, {
      conversationId: approval.conversationId,
      key: `approval:${approval.id}:deleted`,
      content: { type: 'notice', key: 'project-deleted', args: { name: project.name } },
      readerId: approval.requestedBy,
    })
  })
  await wake.deliver(approval.conversationId)
}

const stopRunsOf = async (deps: RunWorkerDeps, projectId: string, by: string | null): Promise<void> => {
  const { db, log, clock, instanceId } = deps
  for (const run of await liveRuns(db)) {
    if (run.projectId !== projectId) continue
    if (by) await noteStopper(db, run.id, by)
    await requestStop(db, runLease(run.id), 'a deletion')
    const closed = await withLease(
      { db, log, clock },
      runLease(run.id),
      { ...RUN_LEASE, holder: instanceId },
      (lease) => closeStopped(deps, run.id, lease.assertHeld),
    )
    // Whoever drives the run is winding it down; the approval is not applied yet, so the sweeper comes back.
    if (!closed.held) throw stillWorkedOn()
  }
}

const stillWorkedOn = () =>
  new AppError('conflict', 'a run of the project is still being stopped', { retryable: true })
