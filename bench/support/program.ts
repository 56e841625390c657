import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BenchContext } from '../bench.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const READY_TIMEOUT_MS = 60_000
const READY_POLL_MS = 10
const GONE_POLL_MS = 5
const END_TIMEOUT_MS = 15_000

export interface Program {
  process: ChildProcess
  port: number
  /** From the start of the process to the first 200 of /readyz, in milliseconds. */
  ready(): Promise<number>
  /** Asks it to end and waits; a program that does not end is killed. */
  stop(): Promise<void>
  /** No goodbye. Its Postgres stays. */
  kill(): Promise<void>
}

export interface ProgramOptions {
  command: [string, ...string[]]
  env: Record<string, string>
  port: number
  logFile: string
  /** What answers 200 once the program is ready. */
  readyPath?: string
}

/** Variables that a `.env` file beside package.json must not bring into a bench. */
const UNSET = [
  'SLACK_BOT_TOKEN',
  'OPENAI_API_KEY',
  'PRORAB_ROLES',
  'PRORAB_CLAIM_CODE',
  'DATABASE_URL',
  'REDIS_URL',
]

/** Starts a program in a process group of its own; what is left of it is killed at the end of the bench. */
export const startProgram = (
  { cleanup }: BenchContext,
  { command: [file, ...args], env, port, logFile, readyPath = '/readyz' }: ProgramOptions,
): Program => {
  const startedAt = performance.now()
  const log = openSync(logFile, 'a')
  const child = spawn(file, args, {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...Object.fromEntries(UNSET.map((name) => [name, ''])),
      PORT: String(port),
      ...env,
    },
    detached: true,
    // An open pipe: at the end of its input a program without a chat platform would end.
    stdio: ['pipe', log, log],
  })
  const group = child.pid ?? 0
  const signal = (name: NodeJS.Signals) => {
    if (isAlive(group)) process.kill(-group, name)
  }
  /** Of the whole group: npm is gone before what it started has ended. */
  const untilGone = async (limitMs: number): Promise<boolean> => {
    const deadline = performance.now() + limitMs
    while (isAlive(group)) {
      if (performance.now() > deadline) return false
      await pause(GONE_POLL_MS)
    }
    return true
  }
  const kill = async () => {
    signal('SIGKILL')
    await untilGone(END_TIMEOUT_MS)
  }
  cleanup.defer(kill)

  return {
    process: child,
    port,
    ready: async () => {
      while (performance.now() - startedAt < READY_TIMEOUT_MS) {
        if (child.exitCode !== null || child.signalCode !== null) break
        const answered = await fetch(`http://127.0.0.1:${port}${readyPath}`).then(
          (response) => response.ok,
          () => false,
        )
        if (answered) return performance.now() - startedAt
        await pause(READY_POLL_MS)
      }
      throw new Error(`${file} ${args.join(' ')} did not become ready:\n${tailOf(logFile)}`)
    },
    stop: async () => {
      signal('SIGTERM')
      if (!(await untilGone(END_TIMEOUT_MS))) await kill()
    },
    kill,
  }
}

/** A group is gone with its last process; one that nobody waits for yet counts until then. */
const isAlive = (group: number): boolean => {
  try {
    process.kill(-group, 0)
    return true
  } catch {
    return false
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const tailOf = (file: string) => readFileSync(file, 'utf8').slice(-2000)

/** The program as `npm start` runs it, less npm: what is killed must be the program itself. */
export const PRORAB: [string, ...string[]] = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=8',
  join(ROOT, 'src/main.ts'),
  'start',
]

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
