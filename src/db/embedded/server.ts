import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Binaries } from './binaries.ts'
import type { Cluster } from './cluster.ts'
import type { ServerOwner } from './owner.ts'
import { isServerOf, type Postmaster, readPostmaster } from './postmaster.ts'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants

const POLL_MS = 15
const READY_TIMEOUT_MS = 60_000
const FAST_SHUTDOWN_TIMEOUT_MS = 30_000
const START_ATTEMPTS = 5
/** Times the number of the attempt. */
const START_AGAIN_MS = 200
const LOG_LIMIT_BYTES = 5_000_000

export interface ServerOptions {
  cluster: Cluster
  binaries: Binaries
  owner: ServerOwner
  durable: boolean
  pickPort?: () => Promise<number>
}

/** Starts the server, or takes over the one that outlived an earlier prorab. Resolves when it accepts connections. */
export const startServer = async (options: ServerOptions): Promise<Postmaster & { adopted: boolean }> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await adopt(options.cluster)) ?? (await launch(options))
    } catch (error) {
      if (!(error instanceof StartAgainError) || attempt === START_ATTEMPTS) throw error
      await pause(attempt * START_AGAIN_MS)
    }
  }
}

/** The server that runs on this cluster, whoever started it. */
export const findServer = async ({ pgdata }: Cluster): Promise<Postmaster | undefined> => {
  const running = await readPostmaster(pgdata)
  return running && (await isServerOf(running.pid, pgdata)) ? running : undefined
}

const adopt = async (cluster: Cluster) => {
  const running = await findServer(cluster)
  if (!running) return undefined
  const failure = async () =>
    (await isServerOf(running.pid, cluster.pgdata))
      ? undefined
      : new StartAgainError('misconfigured', 'The Postgres that was found running has ended.')
  return { ...(await untilReady(cluster, running.pid, failure)), adopted: true }
}

/**
 * Fast shutdown: open transactions are rolled back, everything committed stays. After half a minute the server is
 * told to quit at once, which costs only a recovery at the next start.
 */
export const stopServer = async (cluster: Cluster, pid: number): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await isServerOf(pid, cluster.pgdata))) return
    process.kill(pid, signal)
    const deadline = Date.now() + FAST_SHUTDOWN_TIMEOUT_MS
    while (Date.now() < deadline) {
      // The file goes last. The process may linger as a zombie of a parent that does not wait for it.
      if ((await readPostmaster(cluster.pgdata))?.pid !== pid) return
      await pause()
    }
  }
  throw new AppError('internal', `Postgres (process ${pid}) did not stop.`)
}

/** Something came in between; the next attempt may well succeed. */
class StartAgainError extends AppError {}

const launch = async ({ cluster, binaries, owner, durable, pickPort = freePort }: ServerOptions) => {
  // Left by a server that is gone. Postgres would refuse when its process id has been given to somebody else.
  await rm(join(cluster.pgdata, 'postmaster.pid'), { force: true })
  const port = await pickPort()
  // The folder belongs to the server's user: as root, never write through a link that stands there.
  const log = await open(cluster.logFile, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
  if ((await log.stat()).size > LOG_LIMIT_BYTES) await log.truncate()
  const logStart = (await log.stat()).size
  let exited = false
  try {
    const server = spawn(binaries.postgres, ['-D', cluster.pgdata, '-p', String(port), ...flags(durable)], {
      ...owner,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      // A process group of its own: Ctrl-C in the terminal must not stop the database before prorab has finished.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    server.unref()
    server.once('exit', () => {
      exited = true
    })
    server.once('error', () => {
      exited = true
    })
    const failure = async () =>
      exited ? startFailed(await tailOf(cluster.logFile, logStart), port) : undefined
    return { ...(await untilReady(cluster, server.pid ?? 0, failure)), adopted: false }
  } finally {
    await log.close()
  }
}

const untilReady = async (
  { pgdata, logFile }: Cluster,
  pid: number,
  failure: () => Promise<AppError | undefined>,
): Promise<Postmaster> => {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline) {
    const failed = await failure()
    if (failed) throw failed
    const postmaster = await readPostmaster(pgdata)
    if (postmaster?.pid === pid && postmaster.ready) return postmaster
    await pause()
  }
  throw new AppError('misconfigured', `Postgres did not become ready within a minute; its log is ${logFile}.`)
}

const startFailed = (log: string, port: number): AppError => {
  if (/could not bind|address already in use/i.test(log))
    return new StartAgainError('misconfigured', `Port ${port} was taken before Postgres could have it.`)
  // A prorab that was killed a moment ago had just started one.
  if (/lock file .* already exists/i.test(log))
    return new StartAgainError('misconfigured', 'Another Postgres is starting on the same folder.')
  // Its postmaster was killed alone, and the others have not noticed yet.
  if (/pre-existing shared memory block/i.test(log))
    return new StartAgainError('misconfigured', 'Processes of an earlier Postgres are still ending.')
  if (/no space left|disk quota/i.test(log))
    return new AppError(
      'misconfigured',
      'The disk is full: Postgres cannot start. Free some space and start again.',
    )
  return new AppError('misconfigured', `Postgres did not start:\n${log.trim()}`)
}

/** Local connections only, modest memory, and a log without the rows and statements it is about (M-7). */
const flags = (durable: boolean): string[] =>
  Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: '64MB',
    max_wal_size: '256MB',
    min_wal_size: '32MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    // What need not last serves tests: many programs side by side.
    ...(durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }),
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])

const tailOf = async (file: string, from: number) =>
  (await readFile(file)).subarray(from).toString('utf8').slice(-2000)

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const pause = (ms = POLL_MS) => new Promise((resolve) => setTimeout(resolve, ms))
