import { expect, test } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { createHeldModels } from '../support/held-models.ts'
import { needs } from '../support/needs.ts'
import { createTestRedis } from '../support/redis.ts'
import { approveAndWait, askForShortener, ENGLISH, follow, playMainJob, shorten } from './main-job.ts'
import { sees } from './seats/seat.ts'
import { openWorld } from './world.ts'

const LONG = 'https://example.org/long'
const BOTS = { PRORAB_ROLES: 'bots' }
const WORKERS = { PRORAB_ROLES: 'turns,runs,workers,sync' }

test('one process talks and another works, on one database: the conversation is the same', async () => {
  await using world = await openWorld('telegram', { env: BOTS })
  await using _ = await startTestApp({ beside: world.test, env: WORKERS })
  await askForShortener(world, ENGLISH)
  const url = await approveAndWait(world, 'url-shortener')
  expect(await follow(url, await shorten(url, { url: LONG }))).toBe(LONG)
})

test('without a worker questions wait, and are answered when one comes', async () => {
  await using world = await openWorld('telegram', { env: BOTS })
  world.ann.says('hello')
  world.ann.command('/projects')
  await sees(world.ann, world.t('projects-title'))
  await using _ = await startTestApp({ beside: world.test, env: WORKERS })
  await sees(world.ann, /Tell me what you want built/)
})

needs('redis-server')('with the jobs on Redis', () => {
  test('the main job is the same', async () => {
    await using redis = await createTestRedis()
    const models = createHeldModels()
    await using world = await openWorld('telegram', { models, env: { REDIS_URL: redis.url } })
    await playMainJob(world, models, ENGLISH)
  })

  test('one process talks and another works', async () => {
    await using redis = await createTestRedis()
    const env = { REDIS_URL: redis.url }
    await using world = await openWorld('slack by socket', { env: { ...env, ...BOTS } })
    await using _ = await startTestApp({ beside: world.test, env: { ...env, ...WORKERS } })
    await askForShortener(world, ENGLISH)
    const url = await approveAndWait(world, 'url-shortener')
    expect(await follow(url, await shorten(url, { url: LONG }))).toBe(LONG)
  })
})
