import type { Transaction } from '../db/client.ts'
import type { ProjectStatus } from '../db/shapes/project.ts'
import type { RunStep, StepProgress } from '../db/shapes/run.ts'
import { reviseViews } from '../domain/conversations/outbox.ts'
import { advanceProject } from '../domain/projects/lifecycle.ts'
import { noteStep } from '../domain/runs/runs.ts'
import type { DeliveryDeps, RunSession } from './session.ts'

export interface Milestone {
  step?: RunStep
  progress?: StepProgress
  /** Moves the project, in this order: a crash between two nodes may leave several moves to catch up on. */
  project?: { id: string; to: ProjectStatus[]; actor: string; reason: string }
}

/**
 * Notes how far a run is and shows it: the step, the project's moves and the new version of the progress message
 * are one fenced transaction; the same call again changes nothing that matters.
 */
export const reportProgress = async (
  { db, wake }: DeliveryDeps,
  { lease }: RunSession,
  runId: string,
  milestone: Milestone,
  more: (tx: Transaction) => Promise<void> = async () => {},
): Promise<void> => {
  const conversations = await db.transaction(async (tx) => {
    await lease.assertHeld(tx)
    if (milestone.step && milestone.progress) await noteStep(tx, runId, milestone.step, milestone.progress)
    if (milestone.project) {
      const { id, ...move } = milestone.project
      await advanceProject(tx, { projectId: id, ...move })
    }
    await more(tx)
    return reviseViews(tx, 'run', { id: runId })
  })
  await Promise.all(conversations.map((id) => wake.deliver(id)))
}
