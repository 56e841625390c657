import { expect, test } from 'vitest'
import { agentRegistry, routingDecisions } from '../../src/db/schema/index.ts'
import { askForShortener, ENGLISH, follow, shorten } from '../e2e/main-job.ts'
import { openWorld } from '../e2e/world.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { startProcess } from '../support/chaos/process.ts'
import { waitFor } from '../support/wait-for.ts'

/** Far beyond what it takes a busy machine to start a process and to begin building. */
const LIMIT_MS = 600_000
const LONG = 'https://example.org/long'

/** A process of its own that works for an installation and does nothing else. */
const startWorker = (test: TestApp, name: string) =>
  startProcess(
    { dataDir: test.config.dataDir, databaseUrl: test.database.url },
    { PRORAB_ROLES: 'workers', PRORAB_WORKER_NAME: name },
  )

test('a worker that is killed with work in hand is missed; another one does it, and nobody is blamed', async () => {
  await using world = await openWorld('telegram', { env: { PRORAB_ROLES: 'bots,turns,runs,sync' } })
  const { db } = world.test.app
  const isOnline = async (name: string) => {
    const workers = await db.select().from(agentRegistry)
    return workers.some((worker) => worker.name === name && worker.status !== 'offline')
  }
  const building = async () =>
    (await db.select().from(routingDecisions).orderBy(routingDecisions.createdAt)).filter(
      ({ workType }) => workType === 'implement',
    )

  await using first = startWorker(world.test, 'first')
  await waitFor(() => isOnline('first.code'), 'the first worker', LIMIT_MS)
  await askForShortener(world, ENGLISH)
  world.ann.presses(world.t('button-approve'))
  const hasWorkInHand = async () => (await building()).some(({ outcome }) => outcome === 'running')
  await waitFor(
    async () => {
      if (!(await hasWorkInHand())) return false
      // It may have been done with it while this test looked.
      first.suspend()
      if (await hasWorkInHand()) return true
      first.resume()
      return false
    },
    'work in hand',
    LIMIT_MS,
  )
  await first.kill()

  await using _ = await startTestApp({
    beside: world.test,
    env: { PRORAB_ROLES: 'workers', PRORAB_WORKER_NAME: 'second' },
  })
  // Three quarters of a minute go by.
  await db.execute(
    "update agent_registry set last_heartbeat_at = now() - interval '46 s' where name like 'first.%'",
  )
  const done = world.t('result-active', { project: 'url-shortener' })
  const url = await waitFor(
    () =>
      world.ann
        .screen()
        .find(({ text }) => text.includes(done))
        ?.text.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0],
    'the service',
    LIMIT_MS,
  )
  expect(await follow(url, await shorten(url, { url: LONG }))).toBe(LONG)

  const decisions = await building()
  const lost = decisions.filter(({ outcome }) => outcome === 'lost')
  expect(lost.map(({ selectedAgentName }) => selectedAgentName)).toEqual(['first.code'])
  const again = decisions.filter(({ taskId }) => taskId === lost[0]?.taskId)
  expect(again.map(({ selectedAgentName, outcome }) => [selectedAgentName, outcome])).toEqual([
    ['first.code', 'lost'],
    ['second.code', 'succeeded'],
  ])
  expect(await isOnline('first.code')).toBe(false)
})
