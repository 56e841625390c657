import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { checks, ports } from '../../src/db/schema/index.ts'
import type { CheckTarget } from '../../src/db/shapes/server.ts'
import { serviceCheckKey } from '../../src/domain/checks/check.ts'
import { ensureCheck } from '../../src/domain/checks/ensure.ts'
import { ensureServiceCheck } from '../../src/domain/checks/service-checks.ts'
import { listSyncJobs } from '../../src/domain/sync/sync-jobs.ts'
import { checkRound, createHealthChecker, type HealthCheckerDeps } from '../../src/jobs/health-checker.ts'
import { createLog } from '../../src/log.ts'
import { openWatchHouse, type WatchHouse } from '../domain/checks/watch-house.ts'
import { waitFor } from '../support/wait-for.ts'
import { socketTarget, type Target, webTarget } from '../workers/checks/targets.ts'

let house: WatchHouse
beforeAll(async () => {
  house = await openWatchHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  await house.clear()
  await house.db.delete(ports)
})

const deps = (change: Partial<HealthCheckerDeps> = {}): HealthCheckerDeps => ({
  db: house.db,
  clock: house.clock,
  log: createLog({ level: 'silent' }),
  wake: { deliver: async () => {} },
  instanceId: 'test',
  shutdown: new AbortController().signal,
  resolve: async (host) => [host],
  ownEndpoints: [{ host: '127.0.0.1', port: Number(new URL(house.url).port), what: "prorab's own database" }],
  ownAddresses: () => [],
  random: () => 0.5,
  ...change,
})
const round = (signal = new AbortController().signal) => checkRound(deps(), signal)

/** A service of prorab behind that target. */
const service = async ({ port }: Pick<Target, 'port'>, version = 'abc') => {
  const projectId = await house.project()
  await house.db.insert(ports).values({ port, projectId })
  await house.db.transaction((tx) =>
    ensureServiceCheck(tx, { projectId, url: `http://127.0.0.1:${port}`, version }, house.clock.now()),
  )
  return projectId
}
const watched = (key: string, target: CheckTarget) =>
  ensureCheck(house.db, { key, kind: 'tcp', target, now: house.clock.now() })

describe('a round', () => {
  test('looks at everything that is due, and finds what is well and what is not', async () => {
    await using well = await webTarget((_, answer) => answer.end('{"version":"abc"}'))
    await using ill = await webTarget((_, answer) => answer.writeHead(503).end())
    const [a, b] = [await service(well), await service(ill)]
    expect(await round()).toEqual({ looked: 2, failing: 0, recovered: 0 })
    expect(await house.checkOf(serviceCheckKey(a))).toMatchObject({ state: 'ok', lastError: null })
    expect(await house.checkOf(serviceCheckKey(b))).toMatchObject({ failures: 1, lastError: 'answered 503' })
    expect(await round(), 'nothing is due').toEqual({ looked: 0, failing: 0, recovered: 0 })
    for (let i = 0; i < 2; i++) {
      await house.clock.advance(60_000)
      await round()
    }
    expect(await house.incidents()).toMatchObject([
      { key: `service_unhealthy:${b}`, state: 'open', facts: { reason: 'answered 503' } },
    ])
  })

  test("refuses to look at prorab's own database, whatever a check says", async () => {
    const port = Number(new URL(house.url).port)
    await house.db.insert(ports).values({ port, projectId: await house.project() })
    await watched('database', { host: '127.0.0.1', port })
    await watched('metadata', { host: '169.254.169.254', port: 80 })
    await round()
    expect(await house.checkOf('database')).toMatchObject({
      failures: 1,
      lastError: `refused: 127.0.0.1:${port} is prorab's own database`,
    })
    expect((await house.checkOf('metadata'))?.lastError).toContain('refused: 169.254.169.254')
  })

  test('is not held up by what hangs: the others are written down meanwhile', async () => {
    await using hanging = await socketTarget(() => {})
    await using well = await webTarget((_, answer) => answer.end('{"version":"abc"}'))
    const [slow, fast] = [await service(hanging), await service(well)]
    const going = round()
    await waitFor(
      async () => (await house.checkOf(serviceCheckKey(fast)))?.state === 'ok' && hanging.connections > 0,
      'the result of the one that answers',
    )
    expect(await house.checkOf(serviceCheckKey(slow))).toMatchObject({ failures: 0, lastCheckedAt: null })
    await house.clock.advance(10_000)
    expect(await going).toMatchObject({ looked: 2 })
    expect(await house.checkOf(serviceCheckKey(slow))).toMatchObject({
      failures: 1,
      lastError: 'no answer within 10 s',
    })
  })

  test('that is killed between the claim and the result loses nothing and repeats nothing', async () => {
    await using hanging = await socketTarget(() => {})
    const id = await service(hanging)
    const killing = new AbortController()
    const going = round(killing.signal)
    await waitFor(() => hanging.connections === 1, 'the connection')
    killing.abort(new Error('killed'))
    await expect(going).rejects.toThrow('killed')
    expect(await house.checkOf(serviceCheckKey(id))).toMatchObject({ failures: 0, lastCheckedAt: null })
    expect(await round(), 'its claim still holds').toMatchObject({ looked: 0 })
    await house.clock.advance(25_000)
    const again = round()
    await waitFor(() => hanging.connections === 2, 'the second connection')
    await house.clock.advance(10_000)
    expect(await again).toMatchObject({ looked: 1 })
    expect(await house.checkOf(serviceCheckKey(id))).toMatchObject({ failures: 1 })
  })

  test('shared by two processes looks at everything once', async () => {
    let asked = 0
    await using well = await webTarget((_, answer) => {
      asked += 1
      answer.end('ok')
    })
    await house.db.insert(ports).values({ port: well.port, projectId: await house.project() })
    for (let i = 0; i < 60; i++)
      await ensureCheck(house.db, {
        key: `check ${i}`,
        kind: 'http',
        target: { url: `http://127.0.0.1:${well.port}/${i}` },
        now: house.clock.now(),
      })
    const both = await Promise.all([round(), round()])
    expect(both[0].looked + both[1].looked).toBe(60)
    expect(asked).toBe(60)
  })

  test('goes on with the others when one result cannot be written', async () => {
    await using well = await webTarget((_, answer) => answer.end('{"version":"abc"}'))
    const id = await service(well)
    await watched('odd', { host: '127.0.0.1', port: well.port })
    // Beyond what the column holds.
    await house.db
      .update(checks)
      .set({ failures: 2_147_483_647, nextAt: new Date(0) })
      .where(eq(checks.key, 'odd'))
    await house.db
      .update(checks)
      .set({ target: { host: '169.254.169.254', port: 1 } })
      .where(eq(checks.key, 'odd'))
    await expect(round()).rejects.toThrow()
    expect(await house.checkOf(serviceCheckKey(id))).toMatchObject({ state: 'ok' })
  })
})

test('the job runs as health_checker, and tells only what turned', async () => {
  await using ill = await webTarget((_, answer) => answer.writeHead(500).end())
  await service(ill)
  const run = createHealthChecker(deps())
  for (let i = 0; i < 2; i++) {
    expect(await run()).toEqual({ outcome: 'done', summary: { failing: 0, recovered: 0 } })
    await house.clock.advance(60_000)
  }
  expect(await run()).toEqual({ outcome: 'done', summary: { failing: 1, recovered: 0 } })
  expect(await listSyncJobs(house.db)).toMatchObject([{ name: 'health_checker', failures: 0 }])
})

test('a process without anything to look at has nothing to do', async () => {
  expect(await checkRound(deps({ clock: systemClock }), new AbortController().signal)).toMatchObject({
    looked: 0,
  })
})
