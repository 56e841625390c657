import { and, count, eq, gte, sql, sum } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { modelCalls } from '../../db/schema/index.ts'
import type { Agent } from '../agents/agents.ts'

/** How often an agent's model was called since `since`, and what that cost in US dollars. */
export const callsOfAgent = async (
  db: Executor,
  { id }: Pick<Agent, 'id'>,
  { since }: { since: Date },
): Promise<{ count: number; cost: number }> => {
  const [row] = await db
    .select({ count: count(), cost: sql<number>`coalesce(${sum(modelCalls.cost)}, 0)::float8` })
    .from(modelCalls)
    .where(and(eq(modelCalls.agentId, id), gte(modelCalls.at, since)))
  return { count: row?.count ?? 0, cost: row?.cost ?? 0 }
}
