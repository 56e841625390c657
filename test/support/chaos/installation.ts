import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres, { type Sql } from 'postgres'
import { DATABASE_USER, findCluster } from '../../../src/db/embedded/cluster.ts'
import { findServer } from '../../../src/db/embedded/server.ts'
import { destroyEmbeddedPostgres } from '../../../src/db/embedded.ts'
import { createLocalDeployer } from '../../../src/deploy/local.ts'
import { createLog } from '../../../src/log.ts'
import { createSandbox } from '../../../src/workers/sandbox.ts'
import { waitFor } from '../wait-for.ts'
import type { Blow } from './scenario.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** As the npm script of package.json starts it. */
const PROGRAM = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', 'src/main.ts', 'start']
const KEPT_LOG_CHARS = 200_000
/** Far beyond what it takes on a busy machine. */
const START_LIMIT_MS = 600_000

/** One data folder, and the real program that runs on it, dies and runs again. */
export interface Installation extends AsyncDisposable {
  dataDir: string
  /** Starts the program. Resolves at once: whoever talks to it waits for its answers. */
  start(): void
  /** How often it was started. */
  readonly starts: number
  /** Resolves when the program that was started last takes requests. */
  isUp(): Promise<unknown>
  /** Resolves when all that was to die is dead. */
  kill(blow: Blow): Promise<void>
  /** Asks it to end, as Ctrl-C does. @returns its exit code. */
  stop(): Promise<number | null>
  /** Rejects when the program ends by itself. */
  readonly crashed: Promise<never>
  /** What it logged, over all its lives. */
  readonly log: string
  /** Where the database is that it uses, while that runs. */
  databaseUrl(): Promise<string>
  /** Asks the database it uses, while that runs. */
  query<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** Living processes that belong to the folder, the program and the database left out. */
  processes(): { pid: number; command: string }[]
}

export const createInstallation = async (env: Record<string, string>): Promise<Installation> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prorab-chaos-'))
  const crash = Promise.withResolvers<never>()
  crash.promise.catch(() => {})
  let log = ''
  /** The part of the newest life. */
  let latest = ''
  let starts = 0
  let running: { pid: number; ended: Promise<number | null>; expected: boolean } | undefined

  const start = () => {
    const child = spawn(process.execPath, PROGRAM, {
      cwd: ROOT,
      env: { PATH: process.env.PATH, PRORAB_DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    starts++
    latest = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        latest += chunk.toString('utf8')
        log = (log + chunk.toString('utf8')).slice(-KEPT_LOG_CHARS)
      })
    const life = {
      pid: child.pid ?? 0,
      expected: false,
      ended: once(child, 'exit').then(([code]) => {
        if (running === life) running = undefined
        if (!life.expected) crash.reject(new Error(`The program ended by itself with code ${code}.`))
        return code as number | null
      }),
    }
    running = life
  }

  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    const life = running
    if (!life) return null
    life.expected = true
    process.kill(life.pid, signal)
    return life.ended
  }

  const database = async () => {
    const cluster = await findCluster(dataDir)
    const server = cluster && (await findServer(cluster))
    return cluster && server ? { cluster, server } : undefined
  }

  const databaseUrl = async () => {
    const found = await database()
    if (!found?.server.ready) throw new Error('the database is not running')
    const { cluster, server } = found
    return `postgres://${DATABASE_USER}:${cluster.password}@127.0.0.1:${server.port}/prorab`
  }

  return {
    dataDir,
    start,
    databaseUrl,
    get starts() {
      return starts
    },
    isUp: () =>
      waitFor(() => running && latest.includes('"http.listening"'), 'the program to be up', START_LIMIT_MS),
    kill: async (blow) => {
      const db = blow === 'power' ? await database() : undefined
      const dead = end('SIGKILL')
      if (blow === 'power') await killAll(() => [...belongingTo(dataDir), ...treeOf(db?.server.pid)])
      await dead
    },
    stop: () => end('SIGTERM'),
    crashed: crash.promise,
    get log() {
      return log
    },
    query: async (work) => {
      const sql = postgres(await databaseUrl(), { max: 1, onnotice: () => {} })
      try {
        return await work(sql)
      } finally {
        await sql.end({ timeout: 1 })
      }
    },
    processes: () =>
      belongingTo(dataDir)
        .filter((pid) => pid !== running?.pid)
        .map((pid) => ({ pid, command: commandOf(pid) }))
        .filter(({ command }) => !command.includes('postgres')),
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL')
      const silent = createLog({ level: 'silent' })
      const deployer = createLocalDeployer({ dataDir, log: silent, sandbox: createSandbox({ log: silent }) })
      for (const name of readdirOf(join(dataDir, 'services')).filter((one) => !one.startsWith('.')))
        await deployer.remove(name)
      await destroyEmbeddedPostgres(dataDir)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const readdirOf = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

const pids = () =>
  readdirOf('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** Processes that name the folder, or stand in it. */
const belongingTo = (dataDir: string): number[] =>
  pids().filter((pid) => {
    try {
      return commandOf(pid).includes(dataDir) || readlinkSync(`/proc/${pid}/cwd`).startsWith(dataDir)
    } catch {
      return false
    }
  })

/** A process and its children; of a database server, those are all there are. */
const treeOf = (root: number | undefined): number[] => {
  if (root === undefined) return []
  const children = pids().filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === root
    } catch {
      return false
    }
  })
  return [root, ...children]
}

const killAll = async (find: () => number[]): Promise<void> => {
  for (let found = find(); found.some(isAlive); found = find()) {
    for (const pid of found)
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It was faster.
      }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A zombie is dead. */
const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^[ZX]$/.test(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3))
  } catch {
    return false
  }
}
