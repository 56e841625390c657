import type { Agent } from '../../domain/agents/agents.ts'
import type { AgentDirectory } from '../../domain/agents/directory.ts'
import type { Task } from '../../domain/tasks/tasks.ts'

/** The agent that a task was given to, unless it was deleted or taken out of use since. */
export const agentOfTask = async (
  { agents }: { agents: AgentDirectory },
  { agentId }: Task,
): Promise<{ agent?: Agent }> => {
  const agent = agentId ? await agents.findAgent(agentId) : undefined
  return agent?.isActive && agent.status === 'ready' ? { agent } : {}
}
