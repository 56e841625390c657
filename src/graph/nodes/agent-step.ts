import type { BaseMessage } from '@langchain/core/messages'
import type { AgentRole } from '../../db/shapes/agent.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import type { AgentDirectory } from '../../domain/agents/directory.ts'
import type { Person } from '../../domain/users/person.ts'
import type { Wake } from '../../domain/wake.ts'
import { agentOfRole } from '../agent-of-role.ts'
import type { CallDeps, CallIds } from '../models/call-model.ts'
import type { AgentTool, ToolResult } from '../tools/tool.ts'

export interface AgentDeps extends CallDeps {
  agents: AgentDirectory
  wake: Wake
}

/** What an agent is to do in a node, and by whose authority. */
export interface AgentStep<Update = object> {
  role: AgentRole
  /** Who does it; else an agent of the role, the project's own first. */
  agent?: Agent
  projectId?: string
  /** By whose authority, where that was just looked up; else it is read anew. */
  person?: Person
  /** Facts that belong behind the prompt, as they are now. */
  briefing?: string | (() => Promise<string>)
  /** Resolves when no budget stands in the way, where that was just asked; else it is asked now. */
  budget?: Promise<void>
  messages: BaseMessage[]
  /** What makes sense here. The agent has of these what its config names. */
  tools: readonly AgentTool[]
  /** What a call changes in the state of the node. Asked once the tool has done its work, never for one that failed. */
  onToolResult?: (result: ToolResult) => Partial<Update> | undefined
  ids: CallIds
  /** What the calls belong to, such as a turn or a task: the same when it is done again after a crash. */
  workKey: string
  signal: AbortSignal
  onText?: (textSoFar: string) => void
  /** See `callModel`. */
  maySayNothing?: boolean
}

/** Who does it. */
export const agentOf = async (
  deps: AgentDeps,
  { agent, role, projectId }: Pick<AgentStep, 'agent' | 'role' | 'projectId'>,
): Promise<Agent> => agent ?? agentOfRole(deps, role, projectId)
