import { MINUTE_MS } from '../clock.ts'
import type { AgentRole } from '../db/shapes/agent.ts'
import type { WorkType } from '../db/shapes/task.ts'
import { requireRun } from '../domain/runs/runs.ts'
import { agentOfRole } from './agent-of-role.ts'
import { performTask } from './perform-task.ts'
import type { DeliveryDeps, RunSession } from './session.ts'
import type { DeliveryState } from './state.ts'

/** Above what the models and tools of such work may take together. */
const TIMEOUT_MS = {
  plan_work: 20 * MINUTE_MS,
  implement: 60 * MINUTE_MS,
  repair: 60 * MINUTE_MS,
  run_tests: 10 * MINUTE_MS,
  deploy_service: 10 * MINUTE_MS,
} as const satisfies Partial<Record<WorkType, number>>

export interface RunTask {
  workType: keyof typeof TIMEOUT_MS
  /** For people who look at the decisions. */
  title: string
  input: Record<string, unknown>
  /** Whose prompt and model do it, where one does. */
  role?: AgentRole
}

/**
 * Has a worker do a step of a run. The step's number in the graph is part of the task's name: a node that runs again
 * after a crash finds the task it began, and the next round of the same node begins another.
 *
 * @throws AppError with the failure of the task.
 */
export const runTask = async (
  deps: DeliveryDeps,
  session: RunSession,
  state: Pick<DeliveryState, 'runId' | 'projectId'>,
  { workType, title, input, role }: RunTask,
): Promise<Record<string, unknown>> => {
  const [run, agent] = await Promise.all([
    requireRun(deps.db, state.runId),
    role && agentOfRole(deps, role, state.projectId),
  ])
  return performTask(deps, session, {
    originKey: `run:${run.id}:step:${session.step}:${workType}`,
    workType,
    title,
    input,
    projectId: run.projectId,
    runId: run.id,
    conversationId: run.conversationId,
    requestedBy: run.requestedBy,
    ...(agent && { agent: { id: agent.id, name: agent.name, reason: 'role' } }),
    timeoutMs: TIMEOUT_MS[workType],
  })
}
