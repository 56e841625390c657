import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import { acquireFileLock, type FileLock } from '../workers/file-lock.ts'
import type { Sandbox } from '../workers/sandbox.ts'
import type { Deployer } from './deployer.ts'
import { logTail } from './local/log-tail.ts'
import { createLocalService, type LocalService } from './local/service.ts'
import { RESTART_POLICY, type RestartPolicy, removeJson, serviceFiles } from './local/service-folder.ts'

const SERVICE_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/
const LOCK_WAIT_MS = 120_000
const MAX_LOG_LINES = 2000

export interface LocalDeployerOptions {
  dataDir: string
  sandbox: Sandbox
  log: Log
  clock?: Clock
  fetch?: typeof globalThis.fetch
  restartPolicy?: RestartPolicy
}

/**
 * Runs services as processes of this machine, each below a supervisor that outlives prorab. A new version takes
 * over the port of the old one, so between the two there is a gap of about a second.
 */
export const createLocalDeployer = (options: LocalDeployerOptions): Deployer => {
  const { dataDir, log, clock = systemClock, restartPolicy = RESTART_POLICY } = options
  const services = join(dataDir, 'services')
  const serviceOf = (name: string): LocalService => {
    if (!SERVICE_NAME.test(name))
      throw new AppError('invalid', `${JSON.stringify(name.slice(0, 80))} cannot be the name of a service.`)
    return createLocalService({ ...options, clock, restartPolicy, name, folder: join(services, name) })
  }
  /** Outside the service's folder, which `remove` takes away. */
  const lock = (name: string, waitMs = LOCK_WAIT_MS): Promise<FileLock> =>
    acquireFileLock({ folder: join(services, '.locks', name), clock, waitMs })
  const locked = async <T>(name: string, work: (service: LocalService) => Promise<T>): Promise<T> => {
    const service = serviceOf(name)
    await using _ = await lock(name)
    return await work(service)
  }

  const resumeOne = async (name: string): Promise<boolean> => {
    const service = serviceOf(name)
    // Somebody who holds the lock is about to decide what runs.
    const held = await lock(name, 0).catch((error) => {
      if (error instanceof AppError && error.code === 'conflict') return undefined
      throw error
    })
    if (!held) return false
    await using _ = held
    const health = await service.resume()
    if (health?.ok === false) log.error({ service: name, reason: health.reason }, 'service not resumed')
    return health?.ok ?? false
  }

  return {
    kind: 'local',
    deploy: (wish) => locked(wish.service.name, (service) => service.deploy(wish)),
    stop: (name, wish) => locked(name, (service) => service.stop(wish)),
    start: (name) => locked(name, (service) => service.start()),
    restart: (name) => locked(name, (service) => service.restart()),
    status: async (name) => serviceOf(name).status(),

    async logs(name, { lines }) {
      serviceOf(name)
      return logTail(serviceFiles(join(services, name)).logs, Math.min(Math.max(1, lines), MAX_LOG_LINES))
    },

    remove: (name) =>
      locked(name, async (service) => {
        const folder = join(services, name)
        if (!(await exists(folder))) return
        await service.halt()
        const { desired, spec } = serviceFiles(folder)
        // They may hold secrets, which an archive has no use for.
        for (const path of [desired, spec]) await removeJson(path)
        const archive = join(dataDir, 'archive', 'services')
        await mkdir(archive, { recursive: true })
        await rename(folder, join(archive, `${name}-${clock.now().toISOString().replaceAll(/[:.]/g, '-')}`))
      }),

    async resume() {
      const names = await readdir(services).catch(() => [])
      const resumed = await Promise.all(
        names
          .filter((name) => SERVICE_NAME.test(name))
          .map(async (name) => {
            const back = await resumeOne(name).catch((error) =>
              log.error({ error, service: name }, 'service not resumed'),
            )
            return back ? [name] : []
          }),
      )
      return resumed.flat()
    },
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
