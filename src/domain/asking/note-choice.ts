import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { routingDecisions, tasks } from '../../db/schema/index.ts'
import type { Agent } from '../agents/agents.ts'

/**
 * Writes down who answers a question that was put to nobody in particular, and why: with the task, and with
 * the decision under which it is being done.
 * @returns false when somebody was chosen before.
 */
export const noteChoice = async (
  tx: Transaction,
  taskId: string,
  { agent, by, reason }: { agent: Agent; by: string | undefined; reason: string },
): Promise<boolean> => {
  const [chosen] = await tx
    .update(tasks)
    .set({
      agentId: agent.id,
      agentName: agent.name,
      agentReason: `orchestrator: ${reason}`,
      input: sql`${tasks.input} || ${JSON.stringify(by ? { chosenBy: by } : {})}::jsonb`,
    })
    .where(and(eq(tasks.id, taskId), isNull(tasks.agentName)))
    .returning({ id: tasks.id })
  if (!chosen) return false
  await tx
    .update(routingDecisions)
    .set({ performedBy: agent.id, performedByName: agent.name })
    .where(
      and(eq(routingDecisions.taskId, taskId), inArray(routingDecisions.outcome, ['pending', 'running'])),
    )
  return true
}

/** The reason alone, of one that `noteChoice` wrote. */
export const choiceReason = (agentReason: string | null): string | undefined =>
  /^orchestrator: (.*)$/s.exec(agentReason ?? '')?.[1]
