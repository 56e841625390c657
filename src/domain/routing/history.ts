import { and, asc, count, desc, eq, gt, inArray, or, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { routingDecisions, tasks } from '../../db/schema/index.ts'
import { OPEN_OUTCOMES } from './close-decision.ts'
import type { Decision } from './route-task.ts'

export interface DecisionFilter {
  taskId?: string
  /** The id of a worker, or of the agent whose prompt and model did it. */
  agent?: string
  workType?: string
}

export interface DecisionPage {
  decisions: Decision[]
  /** Counted from 1. */
  page: number
  hasMore: boolean
}

/** What was decided, newest first. */
export const listDecisions = async (
  db: Executor,
  {
    taskId,
    agent,
    workType,
    page = 1,
    pageSize = 10,
  }: DecisionFilter & { page?: number; pageSize?: number } = {},
): Promise<DecisionPage> => {
  const rows = await db
    .select()
    .from(routingDecisions)
    .where(
      and(
        taskId ? eq(routingDecisions.taskId, taskId) : undefined,
        agent
          ? or(eq(routingDecisions.selectedAgentId, agent), eq(routingDecisions.performedBy, agent))
          : undefined,
        workType ? eq(routingDecisions.workType, workType) : undefined,
      ),
    )
    .orderBy(desc(routingDecisions.createdAt), desc(routingDecisions.id))
    .limit(pageSize + 1)
    .offset((page - 1) * pageSize)
  return { decisions: rows.slice(0, pageSize), page, hasMore: rows.length > pageSize }
}

export const findDecision = async (db: Executor, id: string): Promise<Decision | undefined> => {
  const [decision] = await db.select().from(routingDecisions).where(eq(routingDecisions.id, id))
  return decision
}

/** Every attempt of a task, the first first. */
export const decisionsOfTask = (db: Executor, taskId: string): Promise<Decision[]> =>
  db
    .select()
    .from(routingDecisions)
    .where(eq(routingDecisions.taskId, taskId))
    .orderBy(asc(routingDecisions.createdAt), asc(routingDecisions.attempt))

/** The latest decision about anything that was asked for in a conversation. */
export const lastDecision = async (
  db: Executor,
  { conversationId }: { conversationId: string },
): Promise<Decision | undefined> => {
  const [row] = await db
    .select({ decision: routingDecisions })
    .from(tasks)
    .innerJoin(routingDecisions, eq(routingDecisions.taskId, tasks.id))
    .where(eq(tasks.conversationId, conversationId))
    .orderBy(desc(routingDecisions.createdAt))
    .limit(1)
  return row?.decision
}

export interface AgentStatistics {
  /** 0 to 100, of what succeeded, failed or timed out; undefined when nothing has. */
  successPercent: number | undefined
  /** What is pending or running now. */
  load: number
  decisions: number
}

/** How rows of `agents` did in the last 30 days, by id; an agent that did nothing is not in it. */
export const agentStatistics = async (
  db: Executor,
  agentIds: readonly string[],
): Promise<Map<string, AgentStatistics>> => {
  if (agentIds.length === 0) return new Map()
  const rows = await db
    .select({
      id: routingDecisions.performedBy,
      successPercent: sql<
        number | null
      >`round(100.0 * count(*) filter (where ${routingDecisions.outcome} = 'succeeded')
        / nullif(count(*) filter (where ${routingDecisions.outcome} in ('succeeded', 'failed', 'timed_out')), 0))::integer`,
      load: sql<number>`count(*) filter (where ${inArray(routingDecisions.outcome, OPEN_OUTCOMES)})::integer`,
      decisions: count(),
    })
    .from(routingDecisions)
    .where(
      and(
        inArray(routingDecisions.performedBy, [...agentIds]),
        gt(routingDecisions.createdAt, sql`clock_timestamp() - interval '30 days'`),
      ),
    )
    .groupBy(routingDecisions.performedBy)
  return new Map(
    rows.flatMap(({ id, successPercent, load, decisions }) =>
      id ? [[id, { successPercent: successPercent ?? undefined, load, decisions }]] : [],
    ),
  )
}
