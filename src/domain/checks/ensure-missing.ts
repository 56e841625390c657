import { and, eq, isNull, notInArray, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import { checks, deployments, projects } from '../../db/schema/index.ts'
import { ensureServiceCheck } from './service-checks.ts'

/** Services that run and that nobody looks at, because they were put there before anybody did, are looked at too. */
export const ensureMissingServiceChecks = async (db: Database, now: Date): Promise<number> => {
  const missing = await db
    .selectDistinctOn([deployments.projectId], {
      projectId: deployments.projectId,
      url: deployments.url,
      version: deployments.version,
    })
    .from(deployments)
    .innerJoin(projects, eq(projects.id, deployments.projectId))
    .leftJoin(checks, eq(checks.key, sql`'service:' || ${deployments.projectId}`))
    .where(
      and(
        eq(deployments.state, 'healthy'),
        isNull(checks.id),
        notInArray(projects.status, ['archived', 'missing']),
      ),
    )
    .orderBy(deployments.projectId, sql`${deployments.finishedAt} desc`)
  for (const service of missing) await db.transaction((tx) => ensureServiceCheck(tx, service, now))
  return missing.length
}
