import { and, asc, desc, eq, gt, inArray, ne, or } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { checks, deployments, incidentEvents, servers } from '../../db/schema/index.ts'
import type { IncidentFacts } from '../../db/shapes/incident.ts'
import type { Deployment } from '../deployments/deployments.ts'

const DEPLOYMENTS_TOLD = 10

/** The last deployments of a project, newest first. */
export const lastDeployments = (db: Executor, projectId: string): Promise<Deployment[]> =>
  db
    .select()
    .from(deployments)
    .where(eq(deployments.projectId, projectId))
    .orderBy(desc(deployments.createdAt))
    .limit(DEPLOYMENTS_TOLD)

/** What the checks of a service or a server found last. */
export const lastChecks = (
  db: Executor,
  { projectId, serverId }: { projectId: string | null; serverId: string | null },
) => {
  const whose = [
    ...(projectId ? [eq(checks.projectId, projectId)] : []),
    ...(serverId ? [eq(checks.serverId, serverId)] : []),
  ]
  return whose.length === 0
    ? Promise.resolve([])
    : db
        .select({
          kind: checks.kind,
          state: checks.state,
          failures: checks.failures,
          lastOkAt: checks.lastOkAt,
          lastError: checks.lastError,
        })
        .from(checks)
        .where(and(or(...whose), eq(checks.enabled, true)))
        .orderBy(asc(checks.key))
}

export const serverOf = async (db: Executor, serverId: string) => {
  const [server] = await db.select().from(servers).where(eq(servers.id, serverId))
  return server
}

/** What was tried before, and how it ended. */
export const earlierAttempts = async (db: Executor, incidentId: string): Promise<IncidentFacts[]> => {
  const events = await db
    .select({ detail: incidentEvents.detail })
    .from(incidentEvents)
    .where(and(eq(incidentEvents.incidentId, incidentId), eq(incidentEvents.kind, 'recovery_ended')))
    .orderBy(asc(incidentEvents.seq))
  return events.map(({ detail }) => detail)
}

/** An older version runs again: the newer ones that had been healthy do not count as running any more. */
export const goBackTo = async (
  tx: Transaction,
  { projectId, finishedAt, version }: Deployment,
  reason: string,
): Promise<void> => {
  await tx
    .update(deployments)
    .set({ state: 'rolled_back', detail: reason })
    .where(
      and(
        eq(deployments.projectId, projectId),
        ne(deployments.version, version),
        inArray(deployments.state, ['healthy']),
        finishedAt ? gt(deployments.finishedAt, finishedAt) : undefined,
      ),
    )
}
