import type { Executor } from '../../db/client.ts'
import { currentDeployment } from '../deployments/deployments.ts'
import type { Project } from '../projects/projects.ts'
import { lastRuns, type Run } from '../runs/runs.ts'

const RUNS_TOLD = 5
const PLAN_SUMMARY_CHARS = 1_000

/** What an agent that answers questions knows of a project before it reads a file. */
export const projectFacts = async (db: Executor, project: Project) => {
  const [deployment, runs] = await Promise.all([
    currentDeployment(db, project.id),
    lastRuns(db, project.id, RUNS_TOLD),
  ])
  const plan = runs.find((run) => run.plan)?.plan
  return {
    name: project.name,
    title: project.title,
    status: project.status,
    description: project.description,
    ...(deployment && { address: deployment.url, version: deployment.version }),
    ...(project.repository && { repository: project.repository }),
    ...(plan && {
      plan: {
        summary: plan.summary.slice(0, PLAN_SUMMARY_CHARS),
        tasks: plan.tasks.map(({ title, files }) => ({ title, files })),
        endpoints: plan.endpoints,
        notes: plan.notes,
      },
    }),
    runs: runs.map(runFacts),
  }
}

export type ProjectFacts = Awaited<ReturnType<typeof projectFacts>>

const runFacts = ({ kind, status, request, createdAt, failure, result }: Run) => ({
  kind,
  status,
  request,
  begun: createdAt.toISOString(),
  ...(result?.testsPassed !== undefined && { testsPassed: result.testsPassed }),
  ...(failure && { failure: failure.key, ...(failure.args.reason && { reason: failure.args.reason }) }),
})
