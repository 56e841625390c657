import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { createQueues } from '../../src/jobs/queues.ts'
import { createWake } from '../../src/jobs/wake.ts'
import { createLog } from '../../src/log.ts'
import { freePort } from '../support/free-port.ts'
import { needs } from '../support/needs.ts'
import { waitFor } from '../support/wait-for.ts'

const log = createLog({ level: 'silent' })
const redisOf = (redisUrl: string, installation = 'one') =>
  createQueues({ databaseUrl: 'postgres://none', redisUrl, installation, log })

/** A Redis that can be taken away and brought back, empty, at the same address. */
const createFlickeringRedis = async () => {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  const up = async () => {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    server = spawn('redis-server', settings, { stdio: 'ignore' })
    const client = new Redis(url, { retryStrategy: () => 20 })
    client.on('error', () => {})
    await waitFor(async () => (await client.ping()) === 'PONG', 'redis-server to answer')
    client.disconnect()
  }
  const down = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const exited = once(server, 'exit')
    server.kill('SIGKILL')
    await exited
  }
  await up()
  return { url, up, down, [Symbol.asyncDispose]: down }
}

test('a Redis that is not there is told at the start, in words and without its password', async () => {
  const started = redisOf(`redis://:hunter2@127.0.0.1:${await freePort()}`)
  await expect(started).rejects.toMatchObject({ code: 'misconfigured' })
  await expect(started).rejects.toThrow(/REDIS_URL cannot be used: connect ECONNREFUSED/)
  await expect(started).rejects.not.toThrow(/hunter2/)
})

needs('redis-server')('a Redis that goes away', () => {
  test('keeps nobody waiting, and the work goes on when it is back', async () => {
    await using redis = await createFlickeringRedis()
    const queues = await redisOf(redis.url)
    const done: string[] = []
    queues.work('turn', async (key) => void done.push(key), { concurrency: 1 })
    const wake = createWake(queues, () => undefined, log)
    await wake.turn('before')
    await waitFor(() => done.includes('before'), 'the turn before')

    await redis.down()
    await expect(queues.add('turn', 'meanwhile')).rejects.toThrow()
    await wake.turn('meanwhile')

    await redis.up()
    await waitFor(async () => {
      await wake.turn('after')
      return done.includes('after')
    }, 'the turn after')
    await queues.close()
  })

  test('and has forgotten everything when it is back is told again what is to be done every so often', async () => {
    await using redis = await createFlickeringRedis()
    const queues = await redisOf(redis.url)
    let sweeps = 0
    queues.work('sweep', async () => void sweeps++, { concurrency: 1 })
    await queues.every('sweep', 'sweep', 100)
    await waitFor(() => sweeps > 0, 'a sweep')
    await redis.down()
    const before = sweeps
    await redis.up()
    await waitFor(() => sweeps > before + 1, 'sweeps afterwards')
    await queues.close()
  })

  test('does not hold up the end of the program', async () => {
    await using redis = await createFlickeringRedis()
    const queues = await redisOf(redis.url)
    queues.work('turn', async () => {}, { concurrency: 1 })
    await queues.add('turn', 'one')
    await redis.down()
    await queues.close()
  })

  test('is shared by two installations that do each their own work', async () => {
    await using redis = await createFlickeringRedis()
    const [one, other] = [await redisOf(redis.url, 'one'), await redisOf(redis.url, 'other')]
    const done: string[] = []
    one.work('turn', async (key) => void done.push(`one: ${key}`), { concurrency: 1 })
    await other.add('turn', 'theirs')
    await one.reset()
    await one.add('turn', 'ours')
    await waitFor(() => done.length > 0, 'a turn')
    other.work('turn', async (key) => void done.push(`other: ${key}`), { concurrency: 1 })
    await waitFor(() => done.length > 1, 'the turn of the other')
    expect(done).toEqual(['one: ours', 'other: theirs'])
    await Promise.all([one.close(), other.close()])
  })
})
