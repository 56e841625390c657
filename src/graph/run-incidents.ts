import type { Clock } from '../clock.ts'
import type { Transaction } from '../db/client.ts'
import { heal, report } from '../domain/incidents/index.ts'
import type { Project } from '../domain/projects/projects.ts'
import type { RunEnd } from './close-run.ts'

/** What of a run went wrong when it was put online, and not before. */
const DEPLOYING = new Set(['run-deploy-failed', 'run-unhealthy'])
/** A wish that cannot be planned, or that nobody pays for: whoever asked is told, and nothing is wrong with the project. */
const NOTHING_BROKE = new Set(['run-cannot-plan', 'run-budget-stopped', 'run-budget-unanswered'])

/**
 * A run that failed is an incident of its project until one succeeds (M-10). Who asked for the run is told by the run
 * itself; this is for those who look after the project.
 *
 * @returns the conversations to wake once the transaction has committed.
 */
export const noteRunEnd = async (
  tx: Transaction,
  { clock }: { clock: Clock },
  { project, runId, end }: { project: Project; runId: string; end: RunEnd },
): Promise<string[]> => {
  const now = clock.now()
  if (end.status === 'succeeded') {
    const healed = []
    for (const kind of ['deploy_failed', 'run_failed'])
      healed.push(await heal(tx, { key: `${kind}:${project.id}`, now }))
    return healed.flatMap((one) => one?.wake ?? [])
  }
  if (end.status !== 'failed' || NOTHING_BROKE.has(end.problem.key)) return []
  const kind = DEPLOYING.has(end.problem.key) ? 'deploy_failed' : 'run_failed'
  const { wake } = await report(tx, {
    kind,
    key: `${kind}:${project.id}`,
    severity: 'warning',
    subject: project.name,
    facts: { reference: end.reference },
    projectId: project.id,
    runId,
    now,
  })
  return wake
}
