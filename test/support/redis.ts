import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { createScratchFolder } from './scratch.ts'
import { waitFor } from './wait-for.ts'

export interface TestRedis extends AsyncDisposable {
  url: string
}

/**
 * An empty Redis for one test file: a private server, or a database of its own on the server that
 * PRORAB_TEST_REDIS_URL names. Call it only inside `needs('redis-server')`.
 */
export const createTestRedis = async (): Promise<TestRedis> => {
  const shared = process.env.PRORAB_TEST_REDIS_URL
  return shared ? databaseOf(shared) : privateServer()
}

/** How many databases were given out so far; kept in database 0, which nobody tests in. */
const COUNTER = 'prorab:test-databases'

const databaseOf = async (serverUrl: string): Promise<TestRedis> => {
  const admin = new Redis(serverUrl)
  const [, count] = (await admin.config('GET', 'databases')) as string[]
  const number = 1 + ((await admin.incr(COUNTER)) % (Number(count) - 1))
  await admin.select(number)
  await admin.flushdb()
  await admin.quit()
  const url = new URL(serverUrl)
  url.pathname = `/${number}`
  return { url: url.href, [Symbol.asyncDispose]: async () => {} }
}

const privateServer = async (): Promise<TestRedis> => {
  const folder = await createScratchFolder()
  const port = await freePort()
  // Every setting from here: a redis.conf of the machine must not reach the tests.
  const settings = { port, bind: '127.0.0.1', dir: folder.path, save: '', appendonly: 'no' }
  const server = spawn(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: 'ignore' },
  )
  const exited = once(server, 'exit')
  const url = `redis://127.0.0.1:${port}`
  const client = new Redis(url, { retryStrategy: () => 20 })
  client.on('error', () => {})
  await waitFor(async () => (await client.ping()) === 'PONG', 'redis-server to answer')
  client.disconnect()
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.kill()
      await exited
      await folder[Symbol.asyncDispose]()
    },
  }
}
