import { and, eq, inArray, sql } from 'drizzle-orm'
import { SECOND_MS } from '../../clock.ts'
import type { Database, Executor } from '../../db/client.ts'
import { agents, tasks } from '../../db/schema/index.ts'
import { type TaskState, WORK_TYPES, type WorkType } from '../../db/shapes/task.ts'
import { AppError } from '../../errors.ts'
import { reviseViews } from '../conversations/outbox.ts'
import { closeDecision } from '../routing/close-decision.ts'

export type Task = typeof tasks.$inferSelect

export interface NewTask {
  /** What asks for it: asking again after a crash finds the same task. */
  originKey: string
  workType: WorkType
  /** For people, one line. */
  title: string
  /** Ids and short facts; what the handler of the work type reads. */
  input: Record<string, unknown>
  projectId?: string | null
  runId?: string | null
  conversationId?: string | null
  requestedBy?: string | null
  /** Whose prompt and model do it, and why theirs: `addressed`, `role`, … */
  agent?: { id: string; name: string; reason: string }
  /** How long one attempt may take, and how long the task waits for a worker that has room. */
  timeoutMs: number
}

export const OPEN_TASK_STATES = ['waiting', 'routed'] as const satisfies readonly TaskState[]

/** Whether nothing will happen to it any more. */
export const isFinal = ({ state }: Pick<Task, 'state'>): boolean =>
  !(OPEN_TASK_STATES as readonly TaskState[]).includes(state)

/**
 * A piece of work for whichever worker the router finds. Once the transaction has committed, wake `dispatch`.
 * @throws AppError not_found when the agent was deleted meanwhile.
 */
export const createTask = async (
  tx: Executor,
  { agent, ...wish }: NewTask,
): Promise<{ task: Task; fresh: boolean }> => {
  const isGone = agent !== undefined && !(await isThere(tx, agent.id))
  const [task] = isGone
    ? []
    : await tx
        .insert(tasks)
        .values({
          ...wish,
          agentType: WORK_TYPES[wish.workType],
          ...(agent && { agentId: agent.id, agentName: agent.name, agentReason: agent.reason }),
        })
        .onConflictDoNothing({ target: tasks.originKey })
        .returning()
  if (task) return { task, fresh: true }
  const [existing] = await tx.select().from(tasks).where(eq(tasks.originKey, wish.originKey))
  if (existing) return { task: existing, fresh: false }
  if (!isGone) throw new AppError('internal', `the task ${wish.originKey} is there and is not`)
  throw new AppError('not_found', `the agent ${agent.name} was deleted`, {
    userMessage: { key: 'ask-agent-gone', args: { name: agent.name } },
  })
}

/** Held until the transaction ends: whoever deletes the agent waits, and finds a task that needs it. */
const isThere = async (tx: Executor, agentId: string): Promise<boolean> => {
  const [agent] = await tx
    .select({ id: agents.id })
    .from(agents)
    .where(eq(agents.id, agentId))
    .for('key share')
  return agent !== undefined
}

export const findTask = async (db: Executor, id: string): Promise<Task | undefined> => {
  const [task] = await db.select().from(tasks).where(eq(tasks.id, id))
  return task
}

/** By the number that people say: "task 12". */
export const findTaskByNumber = async (db: Executor, number: number): Promise<Task | undefined> => {
  const [task] = await db.select().from(tasks).where(eq(tasks.number, number))
  return task
}

/** @throws AppError not_found. */
export const requireTask = async (db: Executor, id: string): Promise<Task> => {
  const task = await findTask(db, id)
  if (!task) throw new AppError('not_found', `task ${id} does not exist`)
  return task
}

/**
 * Ends a task that nobody wants any more, together with the decision that is open; whoever works on it ends nothing.
 * @returns false when it was over before.
 */
export const cancelTask = (db: Database, id: string): Promise<boolean> =>
  db.transaction(async (tx) => {
    const [cancelled] = await tx
      .update(tasks)
      .set({ state: 'cancelled', finishedAt: sql`clock_timestamp()` })
      .where(and(eq(tasks.id, id), inArray(tasks.state, OPEN_TASK_STATES)))
      .returning({ id: tasks.id })
    if (!cancelled) return false
    await closeDecision(tx, { taskId: id }, { outcome: 'cancelled' })
    await reviseViews(tx, 'task', { id })
    return true
  })

/** More than these of a type and state find the same workers busy; the end of any wakes the next. */
const LEFT_ALONE_MAX = 50

/**
 * Tasks that nobody works on and that were last touched longer ago than this, by the database's clock: waiting for a
 * worker, routed with a decision that has ended, or routed to a worker that has not begun and may not have been told.
 * For the sweeper to dispatch, oldest first, and not more than 50 that wait for the same, of each agent in turn: one
 * that is at its own limit does not stand in the way of others.
 */
export const tasksLeftAlone = async (
  db: Executor,
  { olderThanMs }: { olderThanMs: number },
): Promise<string[]> => {
  const rows = await db.execute<{ id: string }>(sql`
    select id
    from (
      select id, created_at, row_number() over (partition by agent_type, state order by turn, created_at) as place
      from (
        select t.id, t.agent_type, t.state, t.created_at,
          row_number() over (partition by t.agent_type, t.state, t.agent_id order by t.created_at) as turn
        from tasks t
        where t.state in ('waiting', 'routed')
      ) t
      left join lateral (
        select bool_or(d.outcome = 'running') as runs, max(coalesce(d.finished_at, d.created_at)) as touched_at
        from routing_decisions d where d.task_id = t.id
      ) d on true
      where d.runs is not true
        and coalesce(d.touched_at, t.created_at) < clock_timestamp() - make_interval(secs => ${olderThanMs / SECOND_MS})
    ) alone
    where place <= ${LEFT_ALONE_MAX}
    order by created_at`)
  return rows.map(({ id }) => id)
}
