import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { agentRegistry, routingDecisions } from '../../db/schema/index.ts'
import type { DecisionOutcome, TaskFailure } from '../../db/shapes/task.ts'
import type { Decision } from './route-task.ts'

export const OPEN_OUTCOMES = ['pending', 'running'] as const satisfies readonly DecisionOutcome[]
export type EndOutcome = Exclude<DecisionOutcome, (typeof OPEN_OUTCOMES)[number]>

export const isOpen = ({ outcome }: Pick<Decision, 'outcome'>): boolean =>
  (OPEN_OUTCOMES as readonly DecisionOutcome[]).includes(outcome)

export interface Ending {
  outcome: EndOutcome
  failure?: TaskFailure
  /** Without it, the time from its beginning until now, by the database's clock. */
  durationMs?: number
}

/**
 * Ends an open decision by compare-and-set, and gives its worker the place back. Locks are taken in the same order
 * everywhere: task, decision, worker, performance. So whoever calls this has locked the task, or changes it first.
 *
 * @param which an open decision, by its own id or its task's; `outcome` narrows what counts as open.
 * @returns undefined when nothing was open: somebody else ended it.
 */
export const closeDecision = async (
  tx: Transaction,
  which: { id: string; outcome?: 'pending' | 'running' } | { taskId: string },
  { outcome, failure, durationMs }: Ending,
): Promise<Decision | undefined> => {
  const [closed] = await tx
    .update(routingDecisions)
    .set({
      outcome,
      failure: failure ?? null,
      finishedAt: sql`clock_timestamp()`,
      durationMs: durationMs === undefined ? sinceStart : Math.round(durationMs),
    })
    .where(and(chosenBy(which), inArray(routingDecisions.outcome, OPEN_OUTCOMES)))
    .returning()
  if (closed?.selectedAgentId) await freePlace(tx, closed.selectedAgentId, closed.startedAt !== null)
  return closed
}

const chosenBy = (which: Parameters<typeof closeDecision>[1]): SQL | undefined =>
  'taskId' in which
    ? eq(routingDecisions.taskId, which.taskId)
    : and(eq(routingDecisions.id, which.id), which.outcome && eq(routingDecisions.outcome, which.outcome))

const sinceStart = sql`round(extract(epoch from clock_timestamp() - ${routingDecisions.startedAt}) * 1000)::integer`

/** Whether a worker has in hand all it takes at once; null for one that takes as many as come. */
export const isFull = sql`(
  select count(*) from ${routingDecisions}
  where ${routingDecisions.selectedAgentId} = ${agentRegistry.agentId}
    and ${routingDecisions.outcome} in ('pending', 'running')
) >= ${agentRegistry.concurrencyLimit}`

const freePlace = (tx: Transaction, workerId: string, hasWorked: boolean) =>
  tx
    .update(agentRegistry)
    .set({
      status: sql`case when ${agentRegistry.status} = 'busy' and ${isFull} is not true then 'online' else ${agentRegistry.status} end`,
      ...(hasWorked && { lastActiveAt: sql`clock_timestamp()` }),
      updatedAt: sql`clock_timestamp()`,
    })
    .where(eq(agentRegistry.agentId, workerId))
