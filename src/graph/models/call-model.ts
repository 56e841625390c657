import type { AIMessage, AIMessageChunk, BaseMessage } from '@langchain/core/messages'
import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import { type ModelCall, recordModelCall } from '../../domain/costs/model-calls.ts'
import { requireBudget } from '../../domain/costs/require-budget.ts'
import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { AgentTool } from '../tools/tool.ts'
import { toolDefinition } from '../tools/tool.ts'
import { createGathering, type GatheredAnswer } from './gather-answer.ts'
import type { Models } from './model.ts'
import { modelFailure, passesByItself, retryAfterMs, statusOf } from './model-failure.ts'
import { watchCall } from './watch-call.ts'

export interface CallDeps {
  db: Database
  models: Models
  clock: Clock
  log: Log
}

/** Whose work a call belongs to; recorded with its cost (G-12). */
export interface CallIds {
  conversationId?: string
  runId?: string
  projectId?: string
  userId?: string
}

export interface ModelCallInput {
  agent: Agent
  messages: BaseMessage[]
  tools: readonly AgentTool[]
  ids: CallIds
  signal: AbortSignal
  /** Gets the whole text so far, each time it grew. */
  onText?: (textSoFar: string) => void
  /** An empty answer is one: everything there is to say was said already. */
  maySayNothing?: boolean
  /** The caller has just asked for the budget, beside other things. */
  isWithinBudget?: boolean
  /** Gets what was recorded of each attempt: tokens, cost, time. */
  onRecorded?: (call: ModelCall) => void
}

/** Pauses between attempts; a `retry-after` of the endpoint wins when it is longer, up to the bound. */
const BACK_OFF_MS = [1_000, 4_000]
const LONGEST_WAIT_MS = 30_000

/**
 * One answer of a model, with bounded retries for what passes by itself: 429, 5xx, silence, a broken stream, an
 * empty answer. Every attempt is recorded.
 * @throws AppError model_failed; budget_exceeded before the first attempt; the signal's reason when stopped.
 */
export const callModel = async (deps: CallDeps, input: ModelCallInput): Promise<AIMessage> => {
  if (!input.isWithinBudget)
    await requireBudget(deps.db, { projectId: input.ids.projectId, now: deps.clock.now() })
  for (let attempt = 0; ; attempt++) {
    const started = performance.now()
    const answer = await attemptCall(deps, input).catch((error: unknown) => ({ error }))
    if ('message' in answer) {
      await record(deps, input, { answer, started, outcome: 'ok' })
      return answer.message
    }
    const { error } = answer
    if (input.signal.aborted) {
      await record(deps, input, { started, outcome: 'stopped' }).catch(() => {})
      throw input.signal.reason
    }
    const status = statusOf(error)
    await record(deps, input, { started, outcome: status?.toString() ?? 'error' })
    const pause = BACK_OFF_MS[attempt]
    if (pause === undefined || !passesByItself(error))
      throw modelFailure(error, deps.models.nameFor(input.agent))
    deps.log.warn({ agent: input.agent.name, attempt, status, err: errorText(error) }, 'model.retry')
    const waitMs = Math.max(pause, retryAfterMs(error, deps.clock.now()))
    await deps.clock.sleep(Math.min(waitMs, LONGEST_WAIT_MS), input.signal)
  }
}

const attemptCall = async (
  { models, clock }: CallDeps,
  { agent, messages, tools, signal, onText, maySayNothing }: ModelCallInput,
): Promise<GatheredAnswer> => {
  const model = models.forAgent(agent)
  const bound = tools.length > 0 && model.bindTools ? model.bindTools(tools.map(toolDefinition)) : model
  const gathering = createGathering()
  using watch = watchCall(clock, signal)
  try {
    for await (const chunk of await bound.stream(messages, { signal: watch.signal })) {
      watch.heard()
      const goOn = gathering.add(chunk as AIMessageChunk)
      if (chunk.text) onText?.(gathering.text)
      if (!goOn) break
    }
  } catch (error) {
    throw watch.signal.aborted ? watch.signal.reason : error
  }
  return gathering.whole(messages, { maySayNothing })
}

const record = async (
  { db, models }: CallDeps,
  { agent, ids, onRecorded }: ModelCallInput,
  { answer, started, outcome }: { answer?: GatheredAnswer; started: number; outcome: string },
): Promise<void> => {
  const call: ModelCall = {
    agent: agent.name,
    agentId: agent.id,
    model: models.nameFor(agent),
    ...ids,
    inputTokens: answer?.message.usage_metadata?.input_tokens ?? 0,
    outputTokens: answer?.message.usage_metadata?.output_tokens ?? 0,
    // What the endpoint says it cost (OpenRouter and others do), else the agent's own estimate; no answer, no bill.
    cost: answer ? (answer.cost ?? agent.config.metadata.cost_per_call) : 0,
    durationMs: Math.round(performance.now() - started),
    outcome,
  }
  await recordModelCall(db, call)
  onRecorded?.(call)
}
