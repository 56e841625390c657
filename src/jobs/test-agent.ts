import { HumanMessage, SystemMessage } from '@langchain/core/messages'
import type { AgentTest } from '../bots/commands/context.ts'
import { requireAgent } from '../domain/agents/agents.ts'
import type { ModelCall } from '../domain/costs/model-calls.ts'
import type { Person } from '../domain/users/person.ts'
import { type CallDeps, callModel } from '../graph/models/call-model.ts'

export interface TestAgentDeps extends CallDeps {
  /** Aborts when the process is to end. */
  shutdown: AbortSignal
}

/**
 * One call of an agent's model with its own prompt, without tools or history. Attempts that failed on the way count
 * for tokens, cost and time too: they were paid and waited for.
 *
 * @throws AppError not_found when the agent is gone; model_failed.
 */
export const testAgent = async (
  deps: TestAgentDeps,
  agentId: string,
  prompt: string,
  person: Person,
): Promise<AgentTest> => {
  const agent = await requireAgent(deps.db, agentId)
  const attempts: ModelCall[] = []
  const answer = await callModel(deps, {
    agent,
    messages: [new SystemMessage(agent.config.system_prompt), new HumanMessage(prompt)],
    tools: [],
    ids: { userId: person.id, ...(agent.projectId && { projectId: agent.projectId }) },
    signal: deps.shutdown,
    onRecorded: (call) => attempts.push(call),
  })
  const sum = (of: (call: ModelCall) => number | undefined) =>
    attempts.reduce((total, call) => total + (of(call) ?? 0), 0)
  return {
    markdown: answer.text,
    calls: answer.tool_calls?.map(({ name }) => name) ?? [],
    model: deps.models.nameFor(agent),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    cost: sum(({ cost }) => cost),
    durationMs: sum(({ durationMs }) => durationMs),
  }
}
