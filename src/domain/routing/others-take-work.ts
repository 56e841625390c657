import { and, eq, ne } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { agentRegistry } from '../../db/schema/index.ts'
import type { Worker } from './registry.ts'

/** Whether anybody else takes new work of a worker's type. */
export const othersTakeWork = async (
  db: Executor,
  { agentId, agentType }: Pick<Worker, 'agentId' | 'agentType'>,
): Promise<boolean> => {
  const others = await db
    .select({ id: agentRegistry.agentId })
    .from(agentRegistry)
    .where(
      and(
        eq(agentRegistry.agentType, agentType),
        ne(agentRegistry.agentId, agentId),
        ne(agentRegistry.status, 'offline'),
        eq(agentRegistry.draining, false),
      ),
    )
    .limit(1)
  return others.length > 0
}
