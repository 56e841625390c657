import { DAY_MS } from '../../../clock.ts'
import type { Agent } from '../../../domain/agents/agents.ts'
import { findVersion } from '../../../domain/agents/versions.ts'
import { callsOfAgent } from '../../../domain/costs/agent-calls.ts'
import { projectById } from '../../../domain/projects/projects.ts'
import { agentStatistics, listDecisions } from '../../../domain/routing/history.ts'
import { can } from '../../../domain/users/permissions.ts'
import type { AgentCardData } from '../../cards/agent.ts'
import type { Drawing } from '../index.ts'

const COUNTED_DAYS = 30
const DECISIONS_SHOWN = 3

export const agentCardData = async (
  { deps: { db }, now, person }: Drawing,
  agent: Agent,
): Promise<AgentCardData> => {
  const since = new Date(now.getTime() - COUNTED_DAYS * DAY_MS)
  const [project, version, statistics, calls, { decisions }] = await Promise.all([
    agent.projectId ? projectById(db, agent.projectId) : undefined,
    findVersion(db, agent.id, agent.version),
    agentStatistics(db, [agent.id]),
    callsOfAgent(db, agent, { since }),
    listDecisions(db, { agent: agent.id, page: 1, pageSize: DECISIONS_SHOWN }),
  ])
  return {
    agent,
    project: project?.name,
    statistics: statistics.get(agent.id) ?? { successPercent: undefined, load: 0, decisions: 0 },
    calls,
    changed: version,
    decisions: decisions.map(({ workType, selectedAgentName, outcome, createdAt }) => ({
      workType,
      worker: selectedAgentName,
      outcome,
      at: createdAt,
    })),
    // What everybody in a conversation sees has no buttons that only some may press.
    may: {
      manage: person !== undefined && can(person, 'agents.manage'),
      ask: person !== undefined && can(person, 'agents.ask'),
    },
  }
}
