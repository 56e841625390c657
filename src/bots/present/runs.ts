import type { Executor } from '../../db/client.ts'
import { type Approval, listOpenApprovals } from '../../domain/approvals/approvals.ts'
import { projectById } from '../../domain/projects/projects.ts'
import type { Run } from '../../domain/runs/runs.ts'
import { userNames } from '../../domain/users/reader.ts'
import type { RunCardData } from '../cards/run-progress.ts'

/** What the cards of runs need to know beside the rows. */
export const runCards = async (db: Executor, runs: Run[], open?: Approval[]): Promise<RunCardData[]> => {
  const [names, approvals] = await Promise.all([
    userNames(
      db,
      runs.map(({ stoppedBy }) => stoppedBy),
    ),
    open ?? (runs.some(({ status }) => status === 'waiting') ? listOpenApprovals(db) : []),
  ])
  return Promise.all(
    runs.map(async (run) => {
      const project = await projectById(db, run.projectId)
      return {
        run,
        project: { name: project?.name ?? '', title: project?.title ?? '' },
        stoppedBy: names.get(run.stoppedBy ?? ''),
        waitsFor: approvals.find(({ runId }) => runId === run.id)?.number,
      }
    }),
  )
}
