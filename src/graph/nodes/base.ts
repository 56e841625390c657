import { type AIMessage, SystemMessage } from '@langchain/core/messages'
import type { AgentRole } from '../../db/shapes/agent.ts'
import { requireBudget } from '../../domain/costs/require-budget.ts'
import { AppError } from '../../errors.ts'
import { callModel } from '../models/call-model.ts'
import { actingPerson, offeredTools } from '../tools/gate.ts'
import { type AgentDeps, type AgentStep, agentOf } from './agent-step.ts'
import { readableHistory } from './history.ts'
import { runTools } from './tool-loop.ts'

/*
 * What all agent nodes share (G-1): prompt, model and tools from the agents table, one way to call the model, one way
 * to run the tools it asked for.
 */

/** One answer of the agent. Tool calls in it are not run yet. */
export const callAgent = async (
  deps: AgentDeps,
  step: Omit<AgentStep, 'onToolResult'>,
): Promise<AIMessage> => {
  const [agent, person, briefing] = await Promise.all([
    agentOf(deps, step),
    step.person ?? actingPerson(deps.db, step.ids),
    typeof step.briefing === 'function' ? step.briefing() : step.briefing,
    step.budget ?? requireBudget(deps.db, { projectId: step.ids.projectId, now: deps.clock.now() }),
  ])
  const prompt = [agent.config.system_prompt, briefing].filter(Boolean).join('\n\n')
  return callModel(deps, {
    agent,
    messages: [new SystemMessage(prompt), ...readableHistory(step.messages)],
    tools: offeredTools(agent, step.tools, person),
    ids: step.ids,
    isWithinBudget: true,
    signal: step.signal,
    onText: step.onText,
    maySayNothing: step.maySayNothing,
  })
}

/**
 * Calls the agent and its tools in turn until it answers without a tool call, or `isDone` by what its tools changed.
 * @throws AppError model_failed when it never does: an endless loop costs at most `maxRounds` calls.
 */
export const runAgent = async <Update = object>(
  deps: AgentDeps,
  step: AgentStep<Update>,
  { maxRounds, isDone }: { maxRounds: number; isDone?: (update: Partial<Update>) => boolean },
): Promise<{ answer: AIMessage; update: Partial<Update> }> => {
  const messages = [...step.messages]
  const asked = new Map<string, number>()
  let update: Partial<Update> = {}
  for (let round = 0; round < maxRounds; round++) {
    const answer = await callAgent(deps, { ...step, messages })
    if (!wantsTools(answer)) return { answer, update }
    const results = await runTools(deps, step, answer, asked)
    messages.push(answer, ...results.messages)
    update = { ...update, ...results.update }
    if (isDone?.(update)) return { answer, update }
  }
  throw tooManyRounds(step.role, maxRounds)
}

export const tooManyRounds = (role: AgentRole, rounds: number) =>
  new AppError('model_failed', `${role} called tools ${rounds} times without an answer`, {
    userMessage: { key: 'model-loops', args: { agent: role, rounds } },
  })

export const wantsTools = (answer: AIMessage): boolean => (answer.tool_calls?.length ?? 0) > 0
