import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { MINUTE_MS } from '../../../src/clock.ts'
import { alertSubscriptions, conversations, incidents, projects } from '../../../src/db/schema/index.ts'
import type { RepositorySync } from '../../../src/domain/repositories/sync-deps.ts'
import { syncRepositories } from '../../../src/domain/repositories/sync-repositories.ts'
import { runSyncJob, type SyncOutcome } from '../../../src/domain/sync/run-sync-job.ts'
import { createGithubSource } from '../../../src/forges/github.ts'
import { createLog, type Log } from '../../../src/log.ts'
import { startFakeGithub } from '../../fakes/github.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const silent = createLog({ level: 'silent' })

/** An installation that looks at an organisation of the fake GitHub, with one chat that hears of everything. */
export const createGithubWorld = async ({ limit }: { limit?: number } = {}) => {
  const clock = createManualClock()
  const logged: string[] = []
  const log: Log = Object.assign(Object.create(silent) as Log, {
    info: (_facts: object, message: string) => void logged.push(message),
  })
  const [database, github] = await Promise.all([
    createTestDatabase(),
    startFakeGithub({ clock, ...(limit !== undefined && { limit }) }),
  ])
  const { db } = database
  const [chat] = await db
    .insert(conversations)
    .values({ id: randomUUID(), platform: 'console', key: 'console:alerts', kind: 'private' })
    .returning()
  if (!chat) throw new Error('no chat')
  await db.insert(alertSubscriptions).values({ conversationId: chat.id, least: 'critical' })
  const source = createGithubSource({
    auth: { token: github.token },
    org: github.repositories.org,
    apiUrl: github.root,
    clock,
    log,
  })
  const woken: string[] = []
  const deps = {
    db,
    clock,
    log,
    wake: { deliver: async (id: string) => void woken.push(id) },
    instanceId: 'test',
    shutdown: new AbortController().signal,
    source,
  }
  /** One round, five minutes after the last. `with` stands between the sync and its parts. */
  const sync = async (
    change: (sync: RepositorySync) => RepositorySync = (same) => same,
  ): Promise<SyncOutcome> => {
    await clock.advance(5 * MINUTE_MS)
    github.requests.length = 0
    return runSyncJob(
      deps,
      'github_sync',
      5 * MINUTE_MS,
      (signal, lease) => syncRepositories(change({ ...deps, lease, signal })),
      { timeoutMs: 600 * MINUTE_MS },
    )
  }

  return {
    clock,
    github,
    logged,
    db,
    deps,
    source,
    chat,
    woken,
    sync,
    project: async (repository: string) => {
      const [row] = await db.select().from(projects).where(eq(projects.repository, repository))
      return row
    },
    projects: () => db.select().from(projects).orderBy(projects.name),
    incidents: () => db.select().from(incidents).orderBy(incidents.openedAt),
    close: async () => {
      await github.close()
      await database.close()
    },
  }
}

export type GithubWorld = Awaited<ReturnType<typeof createGithubWorld>>
