import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import { incidents, leases, syncJobs } from '../../../src/db/schema/index.ts'
import { runSyncJob, type SyncJobDeps, type SyncWork } from '../../../src/domain/sync/run-sync-job.ts'
import { listSyncJobs, listSyncRuns } from '../../../src/domain/sync/sync-jobs.ts'
import { AppError } from '../../../src/errors.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'

const clock = createManualClock()
let database: TestDatabase
let deps: SyncJobDeps
beforeAll(async () => {
  database = await createTestDatabase()
  deps = {
    db: database.db,
    clock,
    log: createLog({ level: 'silent' }),
    wake: { deliver: async () => {} },
    instanceId: 'first',
    shutdown: new AbortController().signal,
  }
})
afterAll(() => database.close())

const run = (name: string, work: SyncWork, options?: { timeoutMs?: number; shutdown?: AbortSignal }) =>
  runSyncJob(
    { ...deps, ...(options?.shutdown && { shutdown: options.shutdown }) },
    name,
    5 * MINUTE_MS,
    work,
    options,
  )

const jobOf = async (name: string) => (await listSyncJobs(database.db)).find((job) => job.name === name)

const fails: SyncWork = async () => {
  throw new AppError('platform_unavailable', 'GitHub answered 502')
}

/** Work that goes on until somebody says so. */
const held = () => {
  let finish = () => {}
  const until = new Promise<void>((resolve) => {
    finish = resolve
  })
  let begun = false
  const work: SyncWork = async () => {
    begun = true
    await until
    return {}
  }
  return { work, finish, isBegun: () => begun }
}

test('what a job changed can be read afterwards, with when it is due again', async () => {
  const outcome = await run('told', async () => ({ discovered: 2 }))
  expect(outcome).toEqual({ outcome: 'done', summary: { discovered: 2 } })
  const now = clock.now()
  expect(await jobOf('told')).toMatchObject({
    lastStartedAt: now,
    lastSuccessAt: now,
    nextAt: new Date(now.getTime() + 5 * MINUTE_MS),
    failures: 0,
    lastError: null,
    summary: { discovered: 2 },
  })
  expect(await listSyncRuns(database.db, 'told')).toMatchObject([{ ok: true, summary: { discovered: 2 } }])
})

test('failures are counted in a row and told by their message; the last success stays known', async () => {
  await run('counted', async () => ({ changed: 1 }))
  const success = clock.now()
  await clock.advance(5 * MINUTE_MS)
  expect(await run('counted', fails)).toMatchObject({ outcome: 'failed', failures: 1 })
  expect(await run('counted', fails)).toMatchObject({ outcome: 'failed', failures: 2 })
  expect(await jobOf('counted')).toMatchObject({
    failures: 2,
    lastError: 'GitHub answered 502',
    lastSuccessAt: success,
    summary: { changed: 1 },
  })
  await run('counted', async () => ({}))
  expect(await jobOf('counted')).toMatchObject({ failures: 0, lastError: null })
})

test('the third failure in a row opens an incident, further ones only count, and a success resolves it', async () => {
  const incidentsOf = () =>
    database.db.select().from(incidents).where(eq(incidents.key, 'sync_failing:outage'))
  await run('outage', fails)
  await run('outage', fails)
  expect(await incidentsOf()).toEqual([])
  for (let i = 0; i < 5; i++) await run('outage', fails)
  expect(await incidentsOf()).toMatchObject([
    {
      kind: 'sync_failing',
      state: 'open',
      occurrences: 5,
      facts: { failures: 7, reason: 'GitHub answered 502' },
    },
  ])
  await run('outage', async () => ({}))
  expect(await incidentsOf()).toMatchObject([{ state: 'resolved', resolution: 'healed' }])
})

test('while one process is at it another one finds it busy and does nothing', async () => {
  const { work, finish, isBegun } = held()
  const first = run('busy', work)
  await waitFor(isBegun, 'the first to begin')
  let ranTwice = false
  const second = await runSyncJob({ ...deps, instanceId: 'second' }, 'busy', MINUTE_MS, async () => {
    ranTwice = true
    return {}
  })
  expect(second).toEqual({ outcome: 'busy' })
  finish()
  expect(await first).toMatchObject({ outcome: 'done' })
  expect(ranTwice).toBe(false)
})

test('work that hangs is given up after its time, and the job can run again', async () => {
  const { work, isBegun } = held()
  const hanging = run('hangs', work, { timeoutMs: 20 * SECOND_MS })
  await waitFor(isBegun, 'the work to begin')
  await clock.advance(20 * SECOND_MS)
  expect(await hanging).toMatchObject({ outcome: 'failed', failures: 1 })
  expect(await run('hangs', async () => ({}))).toMatchObject({ outcome: 'done' })
})

test('the end of the process is no failure of the job', async () => {
  const shutdown = new AbortController()
  const { work, isBegun } = held()
  const running = run('ended', work, { shutdown: shutdown.signal })
  await waitFor(isBegun, 'the work to begin')
  shutdown.abort(new AppError('lease_lost', 'prorab is shutting down'))
  expect(await running).toEqual({ outcome: 'put_aside' })
  expect(await jobOf('ended')).toMatchObject({ failures: 0, lastSuccessAt: null })
})

test('who lost the lease meanwhile writes nothing down about a run that is no longer theirs', async () => {
  const outcome = await run('lost', async () => {
    await database.db.update(leases).set({ fence: 99 }).where(eq(leases.key, 'sync:lost'))
    return { discovered: 7 }
  })
  expect(outcome).toEqual({ outcome: 'put_aside' })
  expect(await listSyncRuns(database.db, 'lost')).toEqual([])
  expect(await jobOf('lost')).toMatchObject({ lastSuccessAt: null })
})

test('fifty runs of a job are kept', async () => {
  for (let count = 1; count <= 53; count++) {
    await clock.advance(SECOND_MS)
    await run('many', async () => ({ count }))
  }
  const runs = await listSyncRuns(database.db, 'many', { limit: 100 })
  expect(runs.map(({ summary }) => summary.count)).toEqual(Array.from({ length: 50 }, (_, i) => 53 - i))
})

test('of a job that runs every few seconds only what changed something or failed is kept', async () => {
  const often = (work: SyncWork) => runSyncJob(deps, 'often', 5 * SECOND_MS, work)
  await often(async () => ({ steps: 0 }))
  await often(async () => ({ steps: 1 }))
  await often(fails)
  expect((await listSyncRuns(database.db, 'often')).map(({ ok }) => ok).sort()).toEqual([false, true])
  const [job] = await database.db.select().from(syncJobs).where(eq(syncJobs.name, 'often'))
  expect(job?.failures).toBe(1)
})
