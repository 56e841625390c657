import { createPostgresBackend, type Job, Queue, type QueueOptions, Worker, type WorkerOptions } from 'bullmq'
import { z } from 'zod'
import { QUEUE_SCHEMA } from '../db/migrate.ts'
import { createPgPool } from '../db/pg-pool.ts'
import { asAppError, errorText } from '../errors.ts'
import type { Log } from '../log.ts'
import { connectRedis, type RedisConnections } from './redis.ts'

export const QUEUES = ['turn', 'action', 'deliver', 'run', 'approval', 'dispatch', 'sweep', 'sync'] as const
/** What a process was chosen for comes by a queue of its own. */
export type QueueName = (typeof QUEUES)[number] | `work-${string}`

/** Jobs carry the id of a row and nothing else. */
const payload = z.strictObject({ key: z.string().min(1) })

export interface Queues {
  /** Wakes the worker of a key: at most one job of a key is active and one waits, and no wake-up is lost. */
  add(name: QueueName, key: string): Promise<void>
  /** Works on a queue in this process. A handler that throws is logged; the sweeper brings the row up again. */
  work(name: QueueName, handler: (key: string) => Promise<void>, options: { concurrency: number }): void
  /** Adds a job of this key every so often, once for all processes together. */
  every(name: QueueName, key: string, intervalMs: number): Promise<void>
  /** Throws all jobs away. Only right when no other process can be alive: rows are the truth, jobs are not. */
  reset(): Promise<void>
  /** Stops taking jobs and waits for those in hand. */
  close(): Promise<void>
}

export interface QueuesOptions {
  databaseUrl: string
  redisUrl: string | undefined
  /** Keeps the queues of installations apart that share a Redis. */
  installation: string
  log: Log
}

/** After this long without a sign of life a job counts as its process's last. */
const LOCK_MS = 15_000
const STALLED_CHECK_MS = 5_000
const POOL_SIZE = 6
/** A connection to listen on for each queue that is worked on, besides the pool's own. */
const MAX_CONNECTIONS = POOL_SIZE + QUEUES.length + 1

/**
 * BullMQ on Redis when there is one, else in Postgres (FACTS: its own backend, the same interface).
 * @throws AppError misconfigured when Redis cannot be reached.
 */
export const createQueues = async ({
  databaseUrl,
  redisUrl,
  installation,
  log,
}: QueuesOptions): Promise<Queues> => {
  const store = redisUrl
    ? redisStore(await connectRedis(redisUrl, log), `prorab-${installation}`)
    : postgresStore(databaseUrl)
  const queues = new Map<QueueName, Queue>()
  const workers: Worker[] = []
  const inHand = new Set<Promise<void>>()
  const complain = (name: QueueName) => (error: Error) =>
    log.warn({ queue: name, err: errorText(error) }, 'queue.error')
  const queue = (name: QueueName): Queue => {
    const known = queues.get(name)
    if (known) return known
    const made = store.queue(name)
    made.on('error', complain(name))
    queues.set(name, made)
    return made
  }

  return {
    add: async (name, key) => {
      await queue(name).add(name, payload.parse({ key }), {
        deduplication: { id: key, keepLastIfActive: true },
        removeOnComplete: true,
        removeOnFail: true,
      })
    },
    work: (name, handler, { concurrency }) => {
      const process = async (job: Job) => {
        const { key } = payload.parse(job.data)
        const work = handler(key).catch((error: unknown) => {
          // A lost lease means that somebody else goes on, or that the next process will.
          const level = asAppError(error).code === 'lease_lost' ? 'info' : 'error'
          log[level]({ queue: name, key, err: error }, 'job.failed')
          throw error
        })
        inHand.add(work)
        await work.finally(() => inHand.delete(work))
      }
      const worker = store.worker(name, process, {
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
      })
      worker.on('error', complain(name))
      workers.push(worker)
    },
    every: async (name, key, intervalMs) => {
      const schedule = () =>
        queue(name).upsertJobScheduler(
          key,
          { every: intervalMs },
          { name, data: payload.parse({ key }), opts: { removeOnComplete: true, removeOnFail: true } },
        )
      await schedule()
      store.onReturn(() => void schedule().catch(complain(name)))
    },
    reset: async () => {
      for (const name of QUEUES) await queue(name).obliterate({ force: true })
    },
    close: async () => {
      const closing = Promise.all(workers.map((worker) => worker.close())).then(() =>
        Promise.all([...queues.values()].map((one) => one.close())),
      )
      // Workers wait for their Redis before they close; the work in hand need not.
      await Promise.race([closing, store.away().then(() => Promise.allSettled(inHand))])
      closing.catch(() => {})
      await store.close()
    },
  }
}

interface Store {
  queue(name: QueueName): Queue
  worker(
    name: QueueName,
    process: (job: Job) => Promise<void>,
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker
  /** The store was away, and may have forgotten everything. */
  onReturn(again: () => void): void
  /** Resolves when the store cannot be reached; rarely ever. */
  away(): Promise<void>
  close(): Promise<void>
}

const redisStore = ({ producer, consumer, away, close }: RedisConnections, prefix: string): Store => ({
  onReturn: (again) => producer.on('ready', again),
  away,
  queue: (name) => new Queue(name, { connection: producer, prefix } as QueueOptions),
  worker: (name, process, options) =>
    new Worker(name, process, { ...options, connection: consumer, prefix } as WorkerOptions),
  close: async () => close(),
})

/** One pool for all queues. */
const postgresStore = (url: string): Store => {
  const pool = createPgPool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    // BullMQ sets it by itself only for pools of its own making.
    options: `-c search_path=${QUEUE_SCHEMA}`,
  })
  // Every queue and worker adds a listener of its own to the shared pool.
  pool.setMaxListeners(0)
  return {
    // The types know one backend at a time; what differs between them is nothing we touch.
    queue: (name) => new Queue(name, { connection: pool }, createPostgresBackend) as unknown as Queue,
    worker: (name, process, options) =>
      new Worker(name, process, { ...options, connection: pool }, createPostgresBackend) as unknown as Worker,
    onReturn: () => {},
    // Its workers do not wait for it.
    away: () => new Promise(() => {}),
    close: () => pool.end(),
  }
}
