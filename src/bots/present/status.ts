import { listOpenApprovals } from '../../domain/approvals/approvals.ts'
import { openIncidents } from '../../domain/incidents/find.ts'
import { listProjects } from '../../domain/projects/projects.ts'
import { liveRuns } from '../../domain/runs/runs.ts'
import { userNames } from '../../domain/users/reader.ts'
import type { StatusCardData } from '../cards/status.ts'
import { approvalCards } from './approvals.ts'
import type { Drawing } from './index.ts'
import { serviceState } from './projects.ts'
import { runCards } from './runs.ts'

/** More services than this are not asked one by one. */
const ASKED_MAX = 50
const INCIDENTS_MAX = 10

export const statusCardData = async (drawing: Drawing): Promise<StatusCardData> => {
  const { db } = drawing.deps
  const [incidents, open, runs, { projects, total }] = await Promise.all([
    openIncidents(db, { limit: INCIDENTS_MAX }),
    listOpenApprovals(db),
    liveRuns(db),
    listProjects(db, { pageSize: ASKED_MAX }),
  ])
  const deployed = projects.filter(({ status }) => status === 'active' || status === 'maintenance')
  const services = await Promise.all(
    deployed.map(async ({ id, name }) => ({ id, name, state: await serviceState(drawing, name) })),
  )
  return {
    approvals: await approvalCards(
      db,
      open.filter(({ expiresAt }) => expiresAt > drawing.now),
    ),
    runs: await runCards(db, runs, open),
    incidents: incidents.filter(({ severity }) => severity !== 'info'),
    names: await userNames(
      db,
      incidents.map(({ acknowledgedBy }) => acknowledgedBy),
    ),
    // What is an incident already is told once.
    down: services.filter(
      ({ id, state }) =>
        (state === 'crash-looping' || state === 'down') &&
        !incidents.some(({ kind, projectId }) => kind === 'service_unhealthy' && projectId === id),
    ),
    now: drawing.now,
    projects: total,
  }
}
