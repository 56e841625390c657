import { asc, eq, or, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { agentRegistry, routingDecisions } from '../../db/schema/index.ts'
import type { DecisionOutcome } from '../../db/shapes/task.ts'
import { AppError } from '../../errors.ts'
import { recordAudit } from '../audit/audit.ts'
import { requirePermission } from '../users/permissions.ts'
import type { Person } from '../users/person.ts'
import type { Worker } from './registry.ts'

/** A worker as people look at it. */
export interface WorkerView extends Worker {
  /** Pending and running decisions. */
  load: number
  /** Since its last heartbeat, by the database's clock; undefined after it signed off. */
  heartbeatAgeMs: number | undefined
  /** How its last decisions came out, the latest first. */
  lastOutcomes: DecisionOutcome[]
}

const OUTCOMES_SHOWN = 5

/** Every worker there is: those online first, by name. */
export const listWorkers = async (
  db: Executor,
  { page = 1, pageSize = 10 }: { page?: number; pageSize?: number } = {},
): Promise<{ workers: WorkerView[]; page: number; hasMore: boolean }> => {
  const rows = await viewWorkers(db)
    .orderBy(sql`${agentRegistry.status} = 'offline'`, asc(agentRegistry.name))
    .limit(pageSize + 1)
    .offset((page - 1) * pageSize)
  return { workers: rows.slice(0, pageSize).map(asView), page, hasMore: rows.length > pageSize }
}

/** By its name or id. */
export const findWorker = async (db: Executor, nameOrId: string): Promise<WorkerView | undefined> => {
  const [row] = await viewWorkers(db).where(isCalled(nameOrId)).limit(1)
  return row && asView(row)
}

const isCalled = (nameOrId: string): SQL | undefined =>
  or(eq(agentRegistry.name, nameOrId), sql`${agentRegistry.agentId}::text = ${nameOrId.toLowerCase()}`)

const viewWorkers = (db: Executor) =>
  db
    .select({
      worker: agentRegistry,
      load: sql<number>`(select count(*)::integer from ${routingDecisions}
        where ${routingDecisions.selectedAgentId} = ${agentRegistry.agentId}
          and ${routingDecisions.outcome} in ('pending', 'running'))`,
      heartbeatAgeMs: sql<
        number | null
      >`(extract(epoch from clock_timestamp() - ${agentRegistry.lastHeartbeatAt}) * 1000)::float8`,
      lastOutcomes: sql<DecisionOutcome[]>`array(select ${routingDecisions.outcome} from ${routingDecisions}
        where ${routingDecisions.selectedAgentId} = ${agentRegistry.agentId}
        order by ${routingDecisions.createdAt} desc limit ${OUTCOMES_SHOWN})`,
    })
    .from(agentRegistry)
    .$dynamic()

type ViewRow = Awaited<ReturnType<typeof viewWorkers>>[number]

const asView = ({ worker, load, heartbeatAgeMs, lastOutcomes }: ViewRow): WorkerView => ({
  ...worker,
  load,
  heartbeatAgeMs: heartbeatAgeMs ?? undefined,
  lastOutcomes,
})

export interface By {
  person: Person
  surface: string
}

/** Gives a worker nothing new from now on; it finishes what it has. @throws AppError forbidden, not_found. */
export const drainWorker = (tx: Executor, nameOrId: string, by: By): Promise<Worker> =>
  setDraining(tx, nameOrId, true, by)

/** Ends the draining of a worker. @throws AppError forbidden, not_found. */
export const resumeWorker = (tx: Executor, nameOrId: string, by: By): Promise<Worker> =>
  setDraining(tx, nameOrId, false, by)

const setDraining = async (tx: Executor, nameOrId: string, draining: boolean, { person, surface }: By) => {
  requirePermission(person, 'workers.manage')
  const [worker] = await tx
    .update(agentRegistry)
    .set({ draining, updatedAt: sql`clock_timestamp()` })
    .where(isCalled(nameOrId))
    .returning()
  if (!worker)
    throw new AppError('not_found', `there is no worker ${nameOrId}`, {
      userMessage: { key: 'error-worker-not-found', args: { name: nameOrId } },
    })
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: draining ? 'worker.drain' : 'worker.resume',
    subject: `worker:${worker.name}`,
    result: 'ok',
    detail: { workerId: worker.agentId },
  })
  return worker
}
