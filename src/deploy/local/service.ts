import { randomUUID } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../clock.ts'
import { AppError, errorText } from '../../errors.ts'
import { identify } from '../../workers/process-table.ts'
import type { Sandbox } from '../../workers/sandbox.ts'
import type { DeployResult, DeployWish, ServiceStatus, StopWish } from '../deployer.ts'
import { type Health, healthCheck } from '../health-check.ts'
import { logTail } from './log-tail.ts'
import { becomesFree } from './port.ts'
import { installRelease, pointCurrent, pruneReleases, startCommand } from './releases.ts'
import {
  type DeployedVersion,
  type DesiredState,
  type RestartPolicy,
  readJson,
  serviceFiles,
  writeJson,
} from './service-folder.ts'
import { livingSupervisor, startSupervisor, stopSupervisor, supervisorState } from './supervisor-control.ts'

const VERSION = /^[A-Za-z0-9][\w.-]{0,63}$/
const MEMORY_MB = 256
const HEALTH = { timeoutMs: 2000, attempts: 60 }
const PROBE = { timeoutMs: 1000, attempts: 1 }
const FAILURE_LOG_LINES = 40

export interface LocalServiceOptions {
  name: string
  folder: string
  sandbox: Sandbox
  clock: Clock
  fetch?: typeof globalThis.fetch
  restartPolicy: RestartPolicy
}

/** One service of this machine. Whoever calls anything but `status` holds its lock. */
export interface LocalService {
  deploy(wish: DeployWish): Promise<DeployResult>
  stop(wish?: StopWish): Promise<ServiceStatus>
  start(): Promise<ServiceStatus>
  restart(): Promise<ServiceStatus>
  status(): Promise<ServiceStatus>
  /** Ends all its processes, without a word about whether it should run. */
  halt(): Promise<void>
  /** @returns how starting it went; undefined when there was nothing to do. */
  resume(): Promise<Health | undefined>
}

export const createLocalService = (options: LocalServiceOptions): LocalService => {
  const { name, folder, sandbox, clock, fetch, restartPolicy } = options
  const files = serviceFiles(folder)
  const readDesired = () => readJson<DesiredState>(files.desired)
  const save = (desired: DesiredState) => writeJson(files.desired, desired)
  const halt = () => stopSupervisor(folder, restartPolicy.stopGraceMs, clock)
  const mustBeKnown = async (): Promise<DesiredState> => {
    const desired = await readDesired()
    if (!desired) throw new AppError('not_found', `No service ${name} was ever deployed.`)
    return desired
  }

  const launch = async (what: DeployedVersion): Promise<void> => {
    const release = join(files.releases, what.version)
    await mkdir(files.data, { recursive: true })
    await pointCurrent(folder, what.version)
    const { command, limits } = await sandbox.wrap({
      command: await startCommand(release),
      cwd: release,
      writable: [files.data],
      memoryMb: MEMORY_MB,
      network: 'host',
      env: {
        NODE_ENV: 'production',
        ...what.env,
        PORT: String(what.port),
        HOST: '127.0.0.1',
        DATA_DIR: files.data,
        VERSION: what.version,
        BASE_URL: urlOf(what),
      },
    })
    await startSupervisor(
      folder,
      { id: randomUUID(), name, version: what.version, command, limits, policy: restartPolicy },
      clock,
    )
  }

  const health = (
    { version, port }: DeployedVersion,
    how: typeof HEALTH,
    giveUp?: () => Promise<string | undefined>,
  ): Promise<Health> => healthCheck({ url: urlOf({ port }), version, ...how, giveUp }, { clock, fetch })

  const crashLoop = async (): Promise<string | undefined> => {
    const state = await supervisorState(folder)
    return state?.phase === 'crash-looping' ? `it keeps ending: ${state.lastEnd}` : undefined
  }

  /** Starts a version in place of whatever runs, and waits until it is healthy. */
  const bringUp = async (what: DeployedVersion): Promise<Health> => {
    await halt()
    if (!(await becomesFree(what.port, clock)))
      return { ok: false, reason: `port ${what.port} is taken by another program` }
    try {
      await launch(what)
    } catch (error) {
      return { ok: false, reason: errorText(error) }
    }
    return health(what, HEALTH, crashLoop)
  }

  const goBack = async (desired: DesiredState): Promise<Health> => {
    const { previous, projectId, stoppedBy } = desired
    if (!previous) {
      await halt()
      await save({ ...desired, running: false })
      return { ok: false, reason: 'there is no version to go back to' }
    }
    await save({ projectId, running: true, current: previous, verified: true, stoppedBy })
    return bringUp(previous)
  }

  const deploy = async (wish: DeployWish): Promise<DeployResult> => {
    const { version, port } = wish
    if (!VERSION.test(version))
      throw new AppError('invalid', `${JSON.stringify(version.slice(0, 80))} cannot be a version.`)
    const before = await readDesired()
    const current = { version, port, env: { ...wish.env } }
    if (
      before?.running &&
      before.verified &&
      isSame(before.current, current) &&
      (await livingSupervisor(folder))
    )
      if ((await health(current, PROBE)).ok) return { ok: true, url: urlOf(current), version, port }
    // The service folder is closed to others: what is readable inside is readable by the service only.
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o700)
    await installRelease(folder, version, wish.releaseDir)
    const previous = before?.verified ? before.current : before?.previous
    const desired: DesiredState = {
      projectId: wish.service.projectId,
      running: true,
      current,
      verified: false,
      previous,
      stoppedBy: before?.stoppedBy,
    }
    await save(desired)
    const found = await bringUp(current)
    if (found.ok) {
      await save({ ...desired, verified: true })
      await pruneReleases(folder, [version, previous?.version ?? version])
      return { ok: true, url: urlOf(current), version, port }
    }
    const tail = await logTail(files.logs, FAILURE_LOG_LINES)
    await halt()
    const portTaken = wasPortTaken(tail, port) || !(await becomesFree(port, clock))
    const { ok: rolledBack } = await goBack(desired)
    return { ok: false, rolledBack, portTaken, reason: found.reason, logTail: tail }
  }

  const status = async (): Promise<ServiceStatus> => {
    const desired = await readDesired()
    if (!desired) return { name, state: 'absent', healthy: false, restarts: 0 }
    const state = await supervisorState(folder)
    const living = await livingSupervisor(folder)
    const { version } = desired.current
    const shown = living?.phase ?? (state?.phase === 'crash-looping' ? 'crash-looping' : 'down')
    return {
      name,
      state: desired.running ? shown : 'stopped',
      healthy: living?.phase === 'running' && (await health(desired.current, PROBE)).ok,
      version,
      url: urlOf(desired.current),
      since: state?.since,
      restarts: state?.restarts ?? 0,
      lastEnd: state?.lastEnd,
    }
  }

  const start = async (): Promise<ServiceStatus> => {
    const desired = await mustBeKnown()
    await save({ ...desired, running: true })
    if (!(await livingSupervisor(folder))) await bringUp(desired.current)
    return status()
  }

  return {
    deploy,
    status,
    halt,
    start,

    async stop({ key } = {}) {
      const desired = await mustBeKnown()
      // Somebody started it again since.
      if (key !== undefined && desired.stoppedBy === key && desired.running) return status()
      await save({ ...desired, running: false, stoppedBy: key })
      await halt()
      return status()
    },

    async restart() {
      await mustBeKnown()
      await halt()
      return start()
    },

    async resume() {
      const desired = await readDesired()
      if (!desired?.running || (await livingSupervisor(folder))) return undefined
      const state = await supervisorState(folder)
      // What was given up on stays so, except that a new boot of the machine is a new chance.
      if (state?.phase === 'crash-looping' && state.supervisor.bootId === identify(process.pid)?.bootId)
        return undefined
      // A deployment was interrupted: until somebody repeats it, what was healthy before runs.
      if (!desired.verified && desired.previous) return goBack(desired)
      return bringUp(desired.current)
    },
  }
}

/** Whoever had the port may have gone meanwhile; what the service wrote after its last start tells. */
const wasPortTaken = (log: string, port: number): boolean =>
  new RegExp(`address already in use.*:${port}\\b`, 'i').test(log.slice(log.lastIndexOf('] started ')))

const urlOf = ({ port }: { port: number }): string => `http://127.0.0.1:${port}`

const isSame = (a: DeployedVersion, b: DeployedVersion): boolean =>
  a.version === b.version &&
  a.port === b.port &&
  JSON.stringify(Object.entries(a.env).sort()) === JSON.stringify(Object.entries(b.env).sort())
