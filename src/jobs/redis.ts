import { once } from 'node:events'
import { Redis } from 'ioredis'
import { SECOND_MS } from '../clock.ts'
import { AppError, errorText } from '../errors.ts'
import type { Log } from '../log.ts'

const CONNECT_TIMEOUT_MS = 5 * SECOND_MS
/** A job that cannot be added by then is not waited for: its row is found by the sweeper. */
const ADD_TIMEOUT_MS = 5 * SECOND_MS
const RECONNECT_MS = SECOND_MS

export interface RedisConnections {
  /** For adding jobs: while Redis is away it says so at once, and nobody is kept waiting. */
  producer: Redis
  /** For workers, which wait for Redis for as long as it takes. */
  consumer: Redis
  /** Resolves when Redis cannot be reached, or as soon as it cannot. */
  away(): Promise<void>
  close(): void
}

/** @throws AppError misconfigured when Redis cannot be reached; afterwards it may come and go. */
export const connectRedis = async (url: string, log: Log): Promise<RedisConnections> => {
  const common = { lazyConnect: true, connectTimeout: CONNECT_TIMEOUT_MS, retryStrategy: () => RECONNECT_MS }
  const producer = new Redis(url, {
    ...common,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ADD_TIMEOUT_MS,
  })
  const consumer = new Redis(url, { ...common, maxRetriesPerRequest: null })
  const close = () => {
    for (const one of [producer, consumer]) one.disconnect()
  }
  const away = async () => {
    if (producer.status === 'ready') await once(producer, 'close').catch(() => {})
  }
  let problem: unknown
  for (const one of [producer, consumer])
    one.on('error', (error) => {
      problem = error
    })
  producer.on('close', () => log.warn({ err: problem && errorText(problem) }, 'redis.away'))
  producer.on('ready', () => log.info('redis.connected'))
  try {
    await Promise.all([producer.connect(), consumer.connect()])
    return { producer, consumer, away, close }
  } catch (error) {
    close()
    throw new AppError(
      'misconfigured',
      `The Redis of REDIS_URL cannot be used: ${errorText(problem ?? error)}.\n` +
        'Check host, port and password, and that the server is up; `npm run prorab -- doctor` checks every connection.',
      { cause: error },
    )
  }
}
