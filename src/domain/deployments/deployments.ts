import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { deployments } from '../../db/schema/index.ts'
import type { DeploymentState } from '../../db/shapes/deployment.ts'

export type Deployment = typeof deployments.$inferSelect

export interface PlannedDeployment {
  projectId: string
  runId: string
  version: string
  port: number
  url: string
}

/** Writes down that a deployment is about to be tried; one per run, so trying again finds the same row. */
export const planDeployment = async (db: Executor, input: PlannedDeployment): Promise<Deployment> => {
  const [row] = await db
    .insert(deployments)
    .values({ ...input, state: 'deploying' })
    .onConflictDoUpdate({
      target: deployments.runId,
      set: { version: input.version, port: input.port, url: input.url, state: 'deploying', detail: null },
    })
    .returning()
  if (!row) throw new Error('an upsert returns its row')
  return row
}

export const closeDeployment = async (
  db: Executor,
  id: string,
  state: Exclude<DeploymentState, 'planned' | 'deploying'>,
  detail?: string,
): Promise<void> => {
  await db
    .update(deployments)
    .set({ state, detail: detail ?? null, finishedAt: new Date() })
    .where(eq(deployments.id, id))
}

/** What of a project is running: its last healthy deployment. */
export const currentDeployment = async (db: Executor, projectId: string): Promise<Deployment | undefined> => {
  const [row] = await db
    .select()
    .from(deployments)
    .where(and(eq(deployments.projectId, projectId), eq(deployments.state, 'healthy')))
    .orderBy(desc(deployments.finishedAt))
    .limit(1)
  return row
}

/** As `currentDeployment`, for many projects in one query; by project. */
export const currentDeployments = async (
  db: Executor,
  projectIds: readonly string[],
): Promise<Map<string, Deployment>> => {
  if (projectIds.length === 0) return new Map()
  const rows = await db
    .selectDistinctOn([deployments.projectId])
    .from(deployments)
    .where(and(inArray(deployments.projectId, [...projectIds]), eq(deployments.state, 'healthy')))
    .orderBy(deployments.projectId, desc(deployments.finishedAt))
  return new Map(rows.map((row) => [row.projectId, row]))
}

/** The project is gone: none of its deployments counts as running any more. */
export const stopDeployments = async (db: Executor, projectId: string): Promise<void> => {
  await db
    .update(deployments)
    .set({ state: 'stopped' })
    .where(
      and(
        eq(deployments.projectId, projectId),
        inArray(deployments.state, ['planned', 'deploying', 'healthy']),
      ),
    )
}
