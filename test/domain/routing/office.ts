import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Database } from '../../../src/db/client.ts'
import { agentPerformance, agentRegistry } from '../../../src/db/schema/index.ts'
import type { WorkType } from '../../../src/db/shapes/task.ts'
import { beginDecision, finishDecision } from '../../../src/domain/routing/decisions.ts'
import { dispatchWithRetry } from '../../../src/domain/routing/dispatch-with-retry.ts'
import type { DecisionEnd } from '../../../src/domain/routing/end-decision.ts'
import { decisionsOfTask } from '../../../src/domain/routing/history.ts'
import type { Worker } from '../../../src/domain/routing/registry.ts'
import { type Decision, routeTask } from '../../../src/domain/routing/route-task.ts'
import { createTask, findTask, type NewTask, type Task } from '../../../src/domain/tasks/tasks.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase } from '../../support/database.ts'

export interface Record {
  successes?: number
  failures?: number
  /** As Postgres writes it, e.g. `3 hours 59 minutes`. Without it the last execution was a week ago. */
  lastExecutionAgo?: string
}

export interface Hiring extends Partial<Omit<Worker, 'lastActiveAt' | 'lastHeartbeatAt'>> {
  /** By work type. */
  record?: { [workType: string]: Record }
  /** Intervals as Postgres writes them. */
  lastActiveAgo?: string
  lastHeartbeatAgo?: string
  /** How many decisions it has in hand already. */
  inHand?: number
}

/** Workers and tasks in a database of their own, for tests of who gets what. */
export const openOffice = async () => {
  const base = await createTestDatabase()
  const { db } = base
  /** Who was told to begin what, in order: process and decision. */
  const told: [string, string][] = []
  const deps = {
    db,
    log: createLog({ level: 'silent' }),
    wake: {
      work: async (processId: string, decisionId: string) => {
        told.push([processId, decisionId])
      },
    },
  }

  const newTask = async (wish: Partial<NewTask> = {}): Promise<Task> => {
    const { task } = await createTask(db, {
      originKey: randomUUID(),
      workType: 'implement',
      title: 'Add a counter',
      input: {},
      timeoutMs: 60_000,
      ...wish,
    })
    return task
  }

  const route = async (workType: WorkType = 'implement'): Promise<Decision> =>
    routeTask(db, await newTask({ workType }), 1)

  const dispatch = async (task: Task): Promise<Task | undefined> => {
    await dispatchWithRetry(deps, task.id)
    return findTask(db, task.id)
  }

  return {
    ...base,
    deps,
    told,
    newTask,
    route,
    dispatch,
    hire: (name: string, hiring?: Hiring) => hire(db, name, hiring),
    /** The worker of a decision begins it and ends it so. */
    carryOut: async (decision: Decision, end: DecisionEnd & { durationMs?: number }) => {
      const [worker] = await db
        .select()
        .from(agentRegistry)
        .where(sql`${agentRegistry.agentId} = ${decision.selectedAgentId}`)
      const begun = await beginDecision(db, decision.id, worker?.processId ?? '')
      if (!begun) throw new Error(`${decision.selectedAgentName} could not begin`)
      return finishDecision(db, decision.id, { durationMs: 1000, ...end })
    },
    /** Dispatches and lets the chosen worker end it so, once for each outcome. */
    attempt: async (task: Task, ...ends: DecisionEnd[]): Promise<Task | undefined> => {
      for (const end of ends) {
        await dispatch(task)
        const open = (await decisionsOfTask(db, task.id)).at(-1)
        if (open?.outcome !== 'pending') throw new Error('the task was not given to anybody')
        await beginAs(db, open)
        await finishDecision(db, open.id, { durationMs: 1000, ...end })
      }
      return dispatch(task)
    },
    performance: async (worker: Pick<Worker, 'agentId'>) => {
      const [row] = await db
        .select()
        .from(agentPerformance)
        .where(sql`${agentPerformance.agentId} = ${worker.agentId}`)
      return row
    },
    worker: async ({ agentId }: Pick<Worker, 'agentId'>) => {
      const [row] = await db.select().from(agentRegistry).where(sql`${agentRegistry.agentId} = ${agentId}`)
      return row
    },
    dismissAll: () =>
      db.execute(
        sql`truncate agent_registry, agent_performance, routing_decisions, tasks restart identity cascade`,
      ),
  }
}

export type Office = Awaited<ReturnType<typeof openOffice>>

const beginAs = (db: Database, decision: Decision) =>
  db.execute(
    sql`update routing_decisions set outcome = 'running', started_at = now() where id = ${decision.id}`,
  )

const ago = (interval: string | undefined) =>
  interval === undefined ? null : sql`clock_timestamp() - ${interval}::interval`

const hire = async (
  db: Database,
  name: string,
  { record = {}, lastActiveAgo, lastHeartbeatAgo = '1 second', inHand = 0, ...columns }: Hiring = {},
): Promise<Worker> => {
  const [worker] = await db
    .insert(agentRegistry)
    .values({
      name,
      processId: `process of ${name}`,
      agentType: 'code',
      poolName: 'default',
      capabilities: ['implement', 'repair', 'run_tests'],
      status: 'online',
      ...columns,
      // Only their order matters, and equal ones are equal.
      lastActiveAt:
        lastActiveAgo === undefined ? null : sql`timestamptz '2026-01-01' - ${lastActiveAgo}::interval`,
      lastHeartbeatAt: ago(lastHeartbeatAgo),
    })
    .returning()
  if (!worker) throw new Error('not hired')
  for (const [workType, { successes = 0, failures = 0, lastExecutionAgo = '7 days' }] of Object.entries(
    record,
  ))
    await db.insert(agentPerformance).values({
      agentId: worker.agentId,
      workType,
      successCount: successes,
      failureCount: failures,
      lastExecutionAt: ago(lastExecutionAgo),
    })
  await giveWork(db, worker, inHand)
  return worker
}

/** Decisions that are open, as if made a moment ago, or longer ago than that. */
export const giveWork = async (
  db: Database,
  worker: Pick<Worker, 'agentId' | 'name'>,
  decisions: number,
  madeAgo = '1 minute',
) => {
  await db.execute(sql`
    insert into routing_decisions (
      work_type, agent_type, agent_pool, selected_agent_id, selected_agent_name, score, success_points,
      context_points, specialization_points, load_points, reason, outcome, created_at
    )
    select 'implement', 'code', 'default', ${worker.agentId}::uuid, ${worker.name}::text, 30, 20, 0, 0, 10,
      'as it was then', 'running', clock_timestamp() - ${madeAgo}::interval
    from generate_series(1, ${decisions}::integer)`)
}
