import { type Clock, SECOND_MS } from '../clock.ts'
import type { Database } from '../db/client.ts'
import { WORK_TYPES, type WorkerType, type WorkType } from '../db/shapes/task.ts'
import { heal, report } from '../domain/incidents/index.ts'
import { missedWorkers, workerLostKey } from '../domain/routing/missed-workers.ts'
import {
  deregister,
  HEARTBEAT_MS,
  heartbeat,
  markLostWorkers,
  registerWorkers,
  type WorkerSpec,
} from '../domain/routing/registry.ts'
import type { Wake } from '../domain/wake.ts'
import type { Log } from '../log.ts'
import { every } from './timer.ts'

export interface WorkerSettings {
  /** Begins the names of this process's workers. */
  host: string
  types: readonly WorkerType[]
  pool: string
  specializations: readonly string[]
}

/** How many tasks at once: mostly they wait for a model; what they do on this machine is bounded by the sandbox. */
const AT_ONCE: Record<WorkerType, number> = { infra: 8, code: 8, research: 20, desktop: 1 }

interface MembershipDeps {
  db: Database
  clock: Clock
  log: Log
  wake: Wake
}

export interface WorkerMembership {
  /** How many tasks all workers of this process may have at once. */
  readonly concurrency: number
  /** Makes the workers of this process known, and keeps them so. */
  join(): Promise<void>
  /** Takes nothing new; what is in hand is somebody else's from now on. */
  leave(): Promise<void>
}

/** This process among the workers. A worker that is silent for three heartbeats is missed by all others. */
export const createWorkerMembership = (
  deps: MembershipDeps,
  processId: string,
  { host, types, pool, specializations }: WorkerSettings,
): WorkerMembership => {
  const { db, clock, log, wake } = deps
  const specs = types.map((type) => specOf(type, pool, specializations))
  const register = async () => {
    const workers = await registerWorkers(db, { processId, host, specs })
    log.info({ workers: workers.map(({ name }) => name) }, 'workers.joined')
    for (const { name } of workers) {
      const healed = await db.transaction((tx) => heal(tx, { key: workerLostKey(name), now: clock.now() }))
      await Promise.all((healed?.wake ?? []).map((id) => wake.deliver(id)))
    }
  }
  let beating: { stop(): void } | undefined
  return {
    concurrency: specs.reduce((sum, { concurrencyLimit }) => sum + (concurrencyLimit ?? 0), 0),
    join: async () => {
      await register()
      const beat = async () => {
        // Silent for so long that another process has their names: these workers get others.
        if ((await heartbeat(db, processId)).length === 0) await register()
      }
      beating = every(HEARTBEAT_MS, 'heartbeat', beat, { clock, log })
    },
    leave: async () => {
      beating?.stop()
      const { taskIds } = await deregister(db, processId)
      await Promise.all(taskIds.map((id) => wake.dispatch(id)))
    },
  }
}

const specOf = (agentType: WorkerType, poolName: string, specializations: readonly string[]): WorkerSpec => {
  const capabilities = (Object.keys(WORK_TYPES) as WorkType[]).filter(
    (type) => WORK_TYPES[type] === agentType,
  )
  return {
    agentType,
    poolName,
    capabilities,
    specializations: specializations.filter((one) => capabilities.some((type) => type === one)),
    concurrencyLimit: AT_ONCE[agentType],
  }
}

/** What a process was chosen for comes by a queue of its own. */
export const workQueue = (processId: string) => `work-${processId}` as const

/** How often every process looks for workers that fell silent. */
export const MISSED_CHECK_MS = 5 * SECOND_MS

/** Any live process may notice; the database sees to it that each loss is handled once. */
export const lookForLostWorkers = async ({ db, clock, log, wake }: MembershipDeps): Promise<void> => {
  const { workers, taskIds } = await markLostWorkers(db)
  if (workers.length > 0)
    log.warn({ workers: workers.map(({ name }) => name), tasks: taskIds.length }, 'workers.lost')
  await Promise.all(taskIds.map((id) => wake.dispatch(id)))
  for (const { name, agentType, lastHeartbeatAt, isLast } of await missedWorkers(db)) {
    const told = await db.transaction((tx) =>
      report(tx, {
        kind: 'worker_lost',
        key: workerLostKey(name),
        severity: isLast ? 'critical' : 'warning',
        subject: name,
        facts: { workerType: agentType, lastHeartbeatAt: lastHeartbeatAt?.toISOString() ?? null },
        now: clock.now(),
      }),
    )
    await Promise.all(told.wake.map((id) => wake.deliver(id)))
  }
}
