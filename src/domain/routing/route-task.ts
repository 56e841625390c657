import { count, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { agentRegistry, agents, routingDecisions } from '../../db/schema/index.ts'
import { AppError } from '../../errors.ts'
import { isFinal, requireTask, type Task } from '../tasks/tasks.ts'

export type Decision = typeof routingDecisions.$inferSelect

/**
 * Chooses a worker for a task and writes the decision down: one statement, whatever the number of workers.
 * The rules are in drizzle/0005_route_task.sql and told in docs/routing.md. Workers that have had the task before come
 * last. A decision that is still open is returned as it is.
 *
 * Decisions about one type of worker wait for each other until their transactions end: call it outside of a long one.
 *
 * @param attempt 1 for the first; how often the task was routed before, and one.
 * @throws AppError no_worker when no worker that could do it is online; workers_busy when all that could are at their
 *   limit, or the agent is at its own; conflict when the task is over or somebody else has made this attempt.
 */
export const routeTask = async (db: Executor, task: Task, attempt: number): Promise<Decision> => {
  const [decision] = await db
    .select(decisionColumns)
    .from(sql`route_task(${task.id}::uuid, ${attempt}::integer)`)
  if (decision) return decision as Decision
  throw (
    (await refusedTask(db, task.id, attempt)) ??
    (await refusedByAgent(db, task)) ??
    (await refusedByWorkers(db, task))
  )
}

/** Rows of the function are rows of the table, which drizzle cannot know. */
const decisionColumns = Object.fromEntries(
  Object.entries(getTableColumns(routingDecisions)).map(([name, column]) => [
    name,
    sql`${column}`.mapWith(column),
  ]),
)

const refusedTask = async (db: Executor, taskId: string, attempt: number): Promise<AppError | undefined> => {
  const task = await requireTask(db, taskId)
  if (isFinal(task)) return new AppError('conflict', `task ${task.number} is ${task.state} already`)
  const [before] = await db
    .select({ decisions: count() })
    .from(routingDecisions)
    .where(eq(routingDecisions.taskId, taskId))
  return before?.decisions === attempt - 1
    ? undefined
    : new AppError('conflict', `attempt ${attempt} of task ${task.number} is not its next`)
}

const refusedByAgent = async (db: Executor, { agentId, agentName }: Task): Promise<AppError | undefined> => {
  if (!agentId) return undefined
  const [agent] = await db
    .select({
      limit: sql<number>`(${agents.config} ->> 'concurrency_limit')::integer`,
      inHand: sql<number>`(
        select count(*) filter (where performed_by = agents.id)::integer from ${routingDecisions}
        where outcome in ('pending', 'running'))`,
    })
    .from(agents)
    .where(eq(agents.id, agentId))
  if (!agent || agent.inHand < agent.limit) return undefined
  return new AppError(
    'workers_busy',
    `${agentName} has ${agent.inHand} tasks in hand, which is all it may have`,
    {
      retryable: true,
    },
  )
}

const refusedByWorkers = async (db: Executor, { agentType, workType }: Task): Promise<AppError> => {
  const able = sql`${workType} = any(${agentRegistry.capabilities})`
  const [workers = { all: 0, able: 0, offline: 0, draining: 0 }] = await db
    .select({
      all: count(),
      able: sql<number>`count(*) filter (where ${able})::integer`,
      offline: sql<number>`count(*) filter (where ${able} and ${agentRegistry.status} = 'offline')::integer`,
      draining: sql<number>`count(*) filter (where ${able} and ${agentRegistry.status} <> 'offline' and ${agentRegistry.draining})::integer`,
    })
    .from(agentRegistry)
    .where(eq(agentRegistry.agentType, agentType))
  const { all, able: capable, offline, draining } = workers
  if (capable > offline + draining)
    return new AppError(
      'workers_busy',
      `all ${capable - offline - draining} ${agentType} workers that are online and can do ${workType} are at their limit`,
      { retryable: true },
    )
  const found =
    all === 0
      ? `there is no ${agentType} worker`
      : capable === 0
        ? `none of ${all} ${agentType} workers can do ${workType}`
        : `of ${capable} ${agentType} workers that can do ${workType}, ${offline} are offline and ${draining} draining`
  return new AppError('no_worker', `nobody to do ${workType}: ${found}`)
}
