import type { ToolCall } from '@langchain/core/messages'
import type { Agent } from '../../domain/agents/agents.ts'
import type { CallIds } from '../models/call-model.ts'
import { requireMay } from '../tools/gate.ts'
import { runInTime } from '../tools/in-time.ts'
import type { AgentTool } from '../tools/tool.ts'
import type { AgentDeps } from './agent-step.ts'
import { needsApproval, performApproved } from './approved-call.ts'
import { toldToModel } from './told-to-model.ts'

/** Who calls tools, and what for. */
export interface Caller {
  agent: Agent
  /** Those the agent has. */
  tools: readonly AgentTool[]
  ids: CallIds
  /** See `AgentStep`. */
  workKey: string
  /** How often each HIGH-risk call was made so far in this work. */
  asked: Map<string, number>
}

/** How a call came out. `args` are there when the tool did its work. */
export interface CallOutcome {
  content: string
  args?: Record<string, unknown>
}

/**
 * One call of a tool. A model's mistakes (unknown tool, bad arguments) and a tool's refusals are answered to the
 * model; interrupts pass through untouched.
 */
export const performCall = async (
  deps: AgentDeps,
  caller: Caller,
  call: ToolCall,
  signal: AbortSignal,
): Promise<CallOutcome> => {
  const { tools, ids, workKey } = caller
  const tool = tools.find(({ name }) => name === call.name)
  if (!tool)
    return {
      content: `error: there is no tool ${call.name}; there are: ${tools.map(({ name }) => name).join(', ')}`,
    }
  const parsed = tool.schema.safeParse(call.args)
  if (!parsed.success)
    return {
      content: `error: ${parsed.error.issues.map((i) => `${i.path.join('.') || 'arguments'}: ${i.message}`).join('; ')}`,
    }
  const args = parsed.data
  const callId = call.id ?? call.name
  try {
    await requireMay(deps.db, tool, args, ids)
    if (needsApproval(tool)) return await performApproved(deps, caller, { tool, args, callId }, signal)
    const content = await runInTime({ clock: deps.clock, signal }, tool, args, `${workKey}:${callId}`)
    return { content, args }
  } catch (error) {
    return { content: toldToModel(error) }
  }
}
