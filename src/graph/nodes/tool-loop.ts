import { type AIMessage, type ToolCall, ToolMessage } from '@langchain/core/messages'
import { toolsOf } from '../tools/gate.ts'
import { type AgentDeps, type AgentStep, agentOf } from './agent-step.ts'
import { type Caller, type CallOutcome, performCall } from './tool-call.ts'

/** More would only wait for the same disk. */
const CALLS_AT_ONCE = 8
/** What a model may read of one tool result. */
const TOOL_RESULT_CHARS = 30_000

export interface ToolRound<Update> {
  /** A result for every call, in the order of the calls. */
  messages: ToolMessage[]
  /** What the calls change in the state of the node: what `onToolResult` made of each, the later over the earlier. */
  update: Partial<Update>
}

/**
 * Runs the tool calls of an answer: at once, but for those that run alone, which wait for all that the model wrote
 * before them. So files are there before the tests that were called with them run.
 *
 * @param asked counts HIGH-risk calls over the rounds of one piece of work.
 * @throws the first error that must stop the work, once everything that ran beside it has ended.
 */
export const runTools = async <Update = object>(
  deps: AgentDeps,
  step: AgentStep<Update>,
  answer: AIMessage,
  asked = new Map<string, number>(),
): Promise<ToolRound<Update>> => {
  const agent = await agentOf(deps, step)
  const { ids, workKey, signal } = step
  const caller: Caller = { agent, tools: toolsOf(agent, step.tools), ids, workKey, asked }
  const messages: ToolMessage[] = []
  let update: Partial<Update> = {}
  for (const batch of batchesOf(answer.tool_calls ?? [], caller)) {
    signal.throwIfAborted()
    const outcomes = await together(
      batch,
      signal,
      (call, limited) => malformed(answer, call) ?? performCall(deps, caller, call, limited),
    )
    for (const [index, { content, args }] of outcomes.entries()) {
      const { id, name } = batch[index] as ToolCall
      messages.push(new ToolMessage({ tool_call_id: id ?? name, name, content: bounded(content) }))
      if (args) update = { ...update, ...step.onToolResult?.({ name, args, content }) }
    }
  }
  return { messages, update }
}

/** Neighbours that may run at once, in the order of the calls. */
const batchesOf = (calls: readonly ToolCall[], { tools }: Caller): ToolCall[][] => {
  const isAlone = ({ name }: ToolCall) => {
    const tool = tools.find((one) => one.name === name)
    return tool?.exclusive === true || tool?.risk === 'HIGH'
  }
  const batches: ToolCall[][] = []
  let open = false
  for (const call of calls) {
    const last = batches.at(-1)
    if (last && open && !isAlone(call) && last.length < CALLS_AT_ONCE) last.push(call)
    else batches.push([call])
    open = !isAlone(call)
  }
  return batches
}

/** One that fails ends the others, and is told once they have ended: nothing goes on behind a node that is over. */
const together = async (
  calls: readonly ToolCall[],
  signal: AbortSignal,
  perform: (call: ToolCall, limited: AbortSignal) => CallOutcome | Promise<CallOutcome>,
): Promise<CallOutcome[]> => {
  const failed = new AbortController()
  const limited = AbortSignal.any([signal, failed.signal])
  const outcomes = calls.map(async (call) => {
    try {
      return await perform(call, limited)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  })
  await Promise.allSettled(outcomes)
  failed.signal.throwIfAborted()
  return Promise.all(outcomes)
}

const malformed = ({ invalid_tool_calls }: AIMessage, { id, name }: ToolCall): CallOutcome | undefined => {
  const found = invalid_tool_calls?.find((one) => one.id === (id ?? name))
  return found && { content: `error: ${found.error ?? 'the call could not be read'}. Nothing was done.` }
}

const bounded = (content: string): string =>
  content.length <= TOOL_RESULT_CHARS
    ? content
    : `${content.slice(0, TOOL_RESULT_CHARS)}\n[cut: ${content.length - TOOL_RESULT_CHARS} more characters]`
