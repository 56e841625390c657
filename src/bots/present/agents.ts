import { findAgent, listAgents } from '../../domain/agents/agents.ts'
import { listVersions } from '../../domain/agents/versions.ts'
import { findProject } from '../../domain/projects/projects.ts'
import { agentStatistics } from '../../domain/routing/history.ts'
import { can } from '../../domain/users/permissions.ts'
import { agentCard } from '../cards/agent.ts'
import { agentDiffCard } from '../cards/agent-diff.ts'
import { agentHistoryCard } from '../cards/agent-history.ts'
import { agentTextMessage } from '../cards/agent-text.ts'
import { AGENTS_PAGE_SIZE, type AgentsCardData, agentsCard } from '../cards/agents.ts'
import type { Outgoing } from '../chat.ts'
import { agentText } from '../commands/agents/text-of.ts'
import { agentCardData } from './agents/card-data.ts'
import { agentDiffData } from './agents/diff-data.ts'
import type { Drawing } from './index.ts'

export type AgentView = 'agents' | 'agent' | 'agent-prompt' | 'agent-config' | 'agent-history' | 'agent-diff'

/** @returns undefined when what is named is gone. */
export const presentAgents = async (
  drawing: Drawing,
  { view, args }: { view: AgentView; args: Record<string, string | number> },
): Promise<Outgoing | undefined> => {
  const { deps, words, person } = drawing
  const page = Number(args.page ?? 1)
  if (view === 'agents') {
    const project = args.project === undefined ? undefined : String(args.project)
    return { card: agentsCard(words, await agentsOn(drawing, page, project)) }
  }
  const agent = await findAgent(deps.db, String(args.id ?? ''))
  if (!agent) return undefined
  // What everybody in a conversation sees has no buttons for admins.
  const mayManage = person !== undefined && can(person, 'agents.manage')
  switch (view) {
    case 'agent':
      return { card: agentCard(words, await agentCardData(drawing, agent)) }
    case 'agent-prompt':
    case 'agent-config': {
      const what = view === 'agent-prompt' ? 'prompt' : 'config'
      const version = Number(args.version ?? agent.version)
      const text = await agentText(deps.db, agent, { what, version })
      return text === undefined
        ? undefined
        : agentTextMessage(words, { agent, what, version, text, mayManage })
    }
    case 'agent-history': {
      const history = await listVersions(deps.db, agent.id, { page })
      return { card: agentHistoryCard(words, { agent, ...history }) }
    }
    case 'agent-diff': {
      const data = await agentDiffData(deps.db, agent, { from: Number(args.from), to: Number(args.to) })
      return data && { card: agentDiffCard(words, { ...data, mayManage }) }
    }
    default:
      return view satisfies never
  }
}

const agentsOn = async (
  { deps: { db } }: Drawing,
  page: number,
  project: string | undefined,
): Promise<AgentsCardData> => {
  const found = project === undefined ? undefined : await findProject(db, project)
  const all = project !== undefined && !found ? [] : await listAgents(db, found?.id)
  const shown = all.slice((page - 1) * AGENTS_PAGE_SIZE, page * AGENTS_PAGE_SIZE)
  const statistics = await agentStatistics(
    db,
    shown.map(({ id }) => id),
  )
  return {
    project,
    agents: shown.map((agent) => ({
      agent,
      statistics: statistics.get(agent.id) ?? { successPercent: undefined, load: 0, decisions: 0 },
    })),
    total: all.length,
    page,
  }
}
