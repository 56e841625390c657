import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { agentPerformance, routingDecisions, tasks } from '../../db/schema/index.ts'
import type { TaskFailure } from '../../db/shapes/task.ts'
import { reviseViews } from '../conversations/outbox.ts'
import { closeDecision, type EndOutcome } from './close-decision.ts'
import { failureWithoutWords } from './failures.ts'
import type { Decision } from './route-task.ts'

/** How a decision came out. `failed` and `timed_out` count against the worker; the others count for nobody. */
export interface DecisionEnd {
  outcome: EndOutcome
  /** Of a success. */
  result?: Record<string, unknown>
  /** Of anything else, where somebody knows. */
  failure?: TaskFailure
  durationMs?: number
  /** Without it: `failed`; else `tricky` when somebody failed at it before; else `straightforward`. */
  difficulty?: Difficulty
}

type Difficulty = 'straightforward' | 'tricky' | 'failed'

/**
 * Ends a decision exactly once, whoever says so how often: the decision, its worker's record and, after a
 * success, the task.
 * @param which `outcome` narrows what counts as open.
 * @returns undefined when it had ended before; then nothing was written.
 */
export const endDecision = async (
  tx: Transaction,
  which: { id: string; outcome?: 'pending' | 'running' },
  { outcome, result, failure, durationMs, difficulty }: DecisionEnd,
): Promise<Decision | undefined> => {
  const found = await lockTask(tx, which.id)
  if (!found) return undefined
  const seen = failure ?? (outcome === 'succeeded' ? undefined : failureWithoutWords(outcome, found))
  const closed = await closeDecision(tx, which, {
    outcome,
    ...(seen && { failure: seen }),
    ...(durationMs !== undefined && { durationMs }),
  })
  if (!closed) return undefined
  if (outcome === 'succeeded' || outcome === 'failed' || outcome === 'timed_out')
    await recordExecution(tx, closed, difficulty)
  if (outcome === 'succeeded' && closed.taskId) {
    await tx
      .update(tasks)
      .set({ state: 'succeeded', result: result ?? {}, finishedAt: sql`clock_timestamp()` })
      .where(eq(tasks.id, closed.taskId))
    await reviseViews(tx, 'task', { id: closed.taskId })
  }
  return closed
}

const lockTask = async (tx: Transaction, decisionId: string) => {
  const [decision] = await tx
    .select({ taskId: routingDecisions.taskId, selectedAgentName: routingDecisions.selectedAgentName })
    .from(routingDecisions)
    .where(eq(routingDecisions.id, decisionId))
  if (decision?.taskId)
    await tx.select({ id: tasks.id }).from(tasks).where(eq(tasks.id, decision.taskId)).for('no key update')
  return decision
}

const recordExecution = async (
  tx: Transaction,
  { outcome, taskId, selectedAgentId, workType, durationMs }: Decision,
  difficulty: Difficulty | undefined,
): Promise<void> => {
  if (!selectedAgentId) return
  const succeeded = outcome === 'succeeded'
  const counted = succeeded ? 'successCount' : 'failureCount'
  const difficultyAssessment =
    difficulty ?? (!succeeded ? 'failed' : (await wasFailed(tx, taskId)) ? 'tricky' : 'straightforward')
  await tx
    .insert(agentPerformance)
    .values({
      agentId: selectedAgentId,
      workType,
      [counted]: 1,
      totalDurationMs: durationMs ?? 0,
      lastExecutionAt: sql`clock_timestamp()`,
      difficultyAssessment,
    })
    .onConflictDoUpdate({
      target: [agentPerformance.agentId, agentPerformance.workType],
      set: {
        [counted]: sql`${agentPerformance[counted]} + 1`,
        totalDurationMs: sql`${agentPerformance.totalDurationMs} + excluded.total_duration_ms`,
        lastExecutionAt: sql`excluded.last_execution_at`,
        difficultyAssessment,
        updatedAt: sql`clock_timestamp()`,
      },
    })
}

const wasFailed = async (tx: Transaction, taskId: string | null): Promise<boolean> => {
  if (!taskId) return false
  const [one] = await tx
    .select({ id: routingDecisions.id })
    .from(routingDecisions)
    .where(
      and(eq(routingDecisions.taskId, taskId), inArray(routingDecisions.outcome, ['failed', 'timed_out'])),
    )
    .limit(1)
  return one !== undefined
}
