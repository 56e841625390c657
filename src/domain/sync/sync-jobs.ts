import { desc, eq, or, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { syncJobs, syncRuns } from '../../db/schema/sync.ts'

export type SyncJob = typeof syncJobs.$inferSelect
export type SyncRun = typeof syncRuns.$inferSelect

/** Those that ever ran, by name: when, how it went, and when each is due again. */
export const listSyncJobs = (db: Executor): Promise<SyncJob[]> =>
  db.select().from(syncJobs).orderBy(syncJobs.name)

/** The last runs of one, newest first. */
export const listSyncRuns = (db: Executor, name: string, { limit = 5 } = {}): Promise<SyncRun[]> =>
  db.select().from(syncRuns).where(eq(syncRuns.name, name)).orderBy(desc(syncRuns.startedAt)).limit(limit)

/** The last runs of any job that changed something or failed, newest first. */
export const lastChanges = (db: Executor, { limit }: { limit: number }): Promise<SyncRun[]> =>
  db
    .select()
    .from(syncRuns)
    .where(or(eq(syncRuns.ok, false), hasChanged))
    .orderBy(desc(syncRuns.startedAt))
    .limit(limit)

/** What of a summary tells how much was looked at, or how things stand, rather than what a run changed. */
export const NO_CHANGE: readonly string[] = [
  'requests',
  'changedPages',
  'looked',
  'calendars',
  'content',
  'waiting',
  'lacking',
]

const hasChanged = sql`exists (
  select from jsonb_each_text(${syncRuns.summary}) as counted (name, count)
  where counted.count <> '0' and counted.name not in (${sql.join(
    NO_CHANGE.map((name) => sql`${name}`),
    sql`, `,
  )})
)`
