import { DAY_MS } from '../../clock.ts'
import type { Executor } from '../../db/client.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import { callsOfAgent } from '../../domain/costs/agent-calls.ts'
import { type AgentStatistics, agentStatistics, listDecisions } from '../../domain/routing/history.ts'

const COUNTED_DAYS = 30
const DECISIONS_SHOWN = 3

/** What the card in a chat tells of an agent besides its config: how its work came out, what it has, what it cost. */
export const agentFacts = async (db: Executor, agent: Agent): Promise<Record<string, string>> => {
  const since = new Date(Date.now() - COUNTED_DAYS * DAY_MS)
  const [statistics, calls, { decisions }] = await Promise.all([
    agentStatistics(db, [agent.id]),
    callsOfAgent(db, agent, { since }),
    listDecisions(db, { agent: agent.id, page: 1, pageSize: DECISIONS_SHOWN }),
  ])
  const own = statistics.get(agent.id)
  return {
    success: own ? `${successText(own)} of ${own.decisions} decision(s)` : '-',
    'in hand': String(own?.load ?? 0),
    [`last ${COUNTED_DAYS} days`]: `${calls.count} call(s), $${calls.cost.toFixed(2)}`,
    'last decisions':
      decisions
        .map(({ createdAt, workType, selectedAgentName, outcome }) =>
          [createdAt.toISOString(), workType, selectedAgentName, outcome].join(' '),
        )
        .join('; ') || '(none)',
  }
}

export const successText = (statistics: AgentStatistics | undefined): string =>
  statistics?.successPercent === undefined ? '-' : `${statistics.successPercent}%`
