import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import { SECOND_MS } from '../../clock.ts'
import type { Database, Transaction } from '../../db/client.ts'
import { agentRegistry, routingDecisions } from '../../db/schema/index.ts'
import type { WorkerType } from '../../db/shapes/task.ts'
import { isFull } from './close-decision.ts'
import { loseDecisions } from './lose-decisions.ts'

export type Worker = typeof agentRegistry.$inferSelect

/** What a process offers to do. */
export interface WorkerSpec {
  /** One worker of each type for a process. */
  agentType: WorkerType
  poolName: string
  /** Work types it can do, and those it does especially well. */
  capabilities: readonly string[]
  specializations: readonly string[]
  /** How many tasks at once; null for as many as come. */
  concurrencyLimit: number | null
}

export const HEARTBEAT_MS = 15 * SECOND_MS
export const MISSED_HEARTBEATS = 3

/** Any numbers that nothing else in the database locks. */
const REGISTRATION_LOCK = 7_210_344_003

/** By the database's clock, as everything here: the clocks of machines differ. */
const now = sql`clock_timestamp()`
const isSilent = sql`${agentRegistry.lastHeartbeatAt} < clock_timestamp() - make_interval(secs => ${
  (MISSED_HEARTBEATS * HEARTBEAT_MS) / SECOND_MS
})`

/**
 * Makes the workers of a process known, as online. They are called `<host>.<type>`, or `<host>-2.<type>` when
 * another live process has that name. A name that nobody alive has is taken over with its record; what its last owner
 * had in hand is lost to them.
 */
export const registerWorkers = async (
  db: Database,
  { processId, host, specs }: { processId: string; host: string; specs: readonly WorkerSpec[] },
): Promise<Worker[]> => {
  await markLostWorkers(db)
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${REGISTRATION_LOCK})`)
    const prefix = await freePrefix(tx, { processId, host, specs })
    const workers: Worker[] = []
    for (const { agentType, poolName, capabilities, specializations, concurrencyLimit } of specs) {
      const offer = {
        processId,
        agentType,
        poolName,
        capabilities: [...capabilities],
        specializations: [...specializations],
        status: 'online' as const,
        concurrencyLimit,
        lastHeartbeatAt: now,
        updatedAt: now,
      }
      const [worker] = await tx
        .insert(agentRegistry)
        .values({ name: `${prefix}.${agentType}`, ...offer })
        .onConflictDoUpdate({ target: agentRegistry.name, set: offer })
        .returning()
      if (worker) workers.push(worker)
    }
    return workers
  })
}

/** The first of `host`, `host-2`, … under which no other live process has one of the names. */
const freePrefix = async (
  tx: Transaction,
  { processId, host, specs }: { processId: string; host: string; specs: readonly WorkerSpec[] },
): Promise<string> => {
  for (let number = 1; ; number++) {
    const prefix = number === 1 ? host : `${host}-${number}`
    const taken = await tx
      .select({ name: agentRegistry.name })
      .from(agentRegistry)
      .where(
        and(
          inArray(
            agentRegistry.name,
            specs.map(({ agentType }) => `${prefix}.${agentType}`),
          ),
          ne(agentRegistry.status, 'offline'),
          ne(agentRegistry.processId, processId),
        ),
      )
      .limit(1)
    if (taken.length === 0) return prefix
  }
}

/**
 * Says that a process is alive, and brings back its workers that were taken for lost. A process that has signed off is
 * not brought back.
 * @returns its workers. None: somebody else has its names now, and it has to register again.
 */
export const heartbeat = (db: Database, processId: string): Promise<Worker[]> =>
  db
    .update(agentRegistry)
    .set({
      lastHeartbeatAt: now,
      status: sql`case when ${isFull} then 'busy' else 'online' end`,
      updatedAt: now,
    })
    .where(and(eq(agentRegistry.processId, processId), sql`${agentRegistry.lastHeartbeatAt} is not null`))
    .returning()

/** A process signs off; what its workers had in hand is lost. @returns the tasks to dispatch. */
export const deregister = async (db: Database, processId: string): Promise<{ taskIds: string[] }> => {
  const workers = await db
    .update(agentRegistry)
    .set({ status: 'offline', lastHeartbeatAt: null, updatedAt: now })
    .where(eq(agentRegistry.processId, processId))
    .returning({ id: agentRegistry.agentId })
  return {
    taskIds: await loseDecisions(
      db,
      inArray(
        routingDecisions.selectedAgentId,
        workers.map(({ id }) => id),
      ),
    ),
  }
}

/**
 * Marks workers offline that missed three heartbeats, and takes back what offline or deleted workers have in hand
 * . Any number of processes may do so at once: each worker and each task is in the answer of exactly one.
 * @returns the workers that were found lost, and the tasks to dispatch.
 */
export const markLostWorkers = async (db: Database): Promise<{ workers: Worker[]; taskIds: string[] }> => {
  const silent = db
    .select({ id: agentRegistry.agentId })
    .from(agentRegistry)
    .where(and(ne(agentRegistry.status, 'offline'), isSilent))
    .for('update', { skipLocked: true })
  const workers = await db
    .update(agentRegistry)
    .set({ status: 'offline', updatedAt: now })
    .where(inArray(agentRegistry.agentId, silent))
    .returning()
  const taskIds = await loseDecisions(
    db,
    sql`not exists (select from ${agentRegistry}
      where ${agentRegistry.agentId} = ${routingDecisions.selectedAgentId} and ${agentRegistry.status} <> 'offline')`,
  )
  await db
    .delete(agentRegistry)
    .where(
      and(
        eq(agentRegistry.status, 'offline'),
        sql`${agentRegistry.updatedAt} < clock_timestamp() - interval '30 days'`,
      ),
    )
  return { workers, taskIds }
}
