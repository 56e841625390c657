import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessIdentity } from '../../workers/process-table.ts'
import type { SandboxedCommand, SandboxLimits } from '../../workers/sandbox-policy.ts'

/** What should be: written by the deployer, survives everything. */
export interface DesiredState {
  projectId: string
  running: boolean
  current: DeployedVersion
  /** Whether the current version was healthy once. Until then a failure goes back to `previous`. */
  verified: boolean
  previous?: DeployedVersion
  /** The key of the wish that stopped it last, also once it runs again. */
  stoppedBy?: string
}

export interface DeployedVersion {
  version: string
  port: number
  env: Record<string, string>
}

/** What one supervisor has to run. */
export interface SuperviseSpec {
  id: string
  name: string
  version: string
  command: SandboxedCommand
  limits: SandboxLimits
  policy: RestartPolicy
}

export interface RestartPolicy {
  firstDelayMs: number
  longestDelayMs: number
  /** Ending sooner than this after the start is a quick failure. */
  quickMs: number
  /** So many in a row are given up on. */
  maxQuickFailures: number
  /** Between asking a service to end and ending it. */
  stopGraceMs: number
}

export const RESTART_POLICY: RestartPolicy = {
  firstDelayMs: 500,
  longestDelayMs: 30_000,
  quickMs: 10_000,
  maxQuickFailures: 5,
  stopGraceMs: 5000,
}

/** What is: written by the supervisor. Believed only as far as the processes it names are alive. */
export interface SupervisorState {
  specId: string
  phase: 'starting' | 'running' | 'backing-off' | 'crash-looping' | 'stopped'
  supervisor: ProcessIdentity
  service?: ProcessIdentity
  version: string
  since: string
  restarts: number
  lastEnd?: string
}

export const serviceFiles = (folder: string) => ({
  desired: join(folder, 'desired.json'),
  spec: join(folder, 'spec.json'),
  state: join(folder, 'state.json'),
  supervisorLock: join(folder, 'supervisor.lock'),
  supervisorLog: join(folder, 'logs', 'supervisor.log'),
  logs: join(folder, 'logs'),
  log: join(folder, 'logs', 'current.log'),
  data: join(folder, 'data'),
  releases: join(folder, 'releases'),
  current: join(folder, 'current'),
})

/**
 * The whole file at once, readable for prorab only: it may hold the service's secrets. Whoever calls this holds a lock
 * on what it writes; so one name is enough, and what a kill leaves under it is written over by the next.
 */
export const writeJson = async (path: string, value: unknown): Promise<void> => {
  const making = makingOf(path)
  await writeFile(making, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(making, path)
}

/** The file, and what was to become it. */
export const removeJson = async (path: string): Promise<void> => {
  for (const one of [path, makingOf(path)]) await rm(one, { force: true })
}

const makingOf = (path: string): string => `${path}.new`

/** Undefined when the file is missing, or damaged beyond reading. */
export const readJson = async <T>(path: string): Promise<T | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
