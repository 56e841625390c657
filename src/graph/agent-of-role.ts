import type { AgentRole } from '../db/shapes/agent.ts'
import type { Agent } from '../domain/agents/agents.ts'
import type { AgentDirectory } from '../domain/agents/directory.ts'

/**
 * Who does the work of a role: the project's own agent where it has one in use, else the system's.
 * @throws AppError misconfigured when there is neither.
 */
export const agentOfRole = async (
  { agents }: { agents: AgentDirectory },
  role: AgentRole,
  projectId?: string,
): Promise<Agent> => {
  const [own] = projectId ? await agents.getAgentsByRole(projectId, role) : []
  return own ?? agents.systemAgent(role)
}
