import type { Agent } from '../../domain/agents/agents.ts'
import type { AgentStatistics } from '../../domain/routing/history.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { agentCommand, agentModel, agentState, successText } from './agent-facts.ts'
import { commandButton } from './command-button.ts'
import { oneLine, plain } from './plain.ts'
import { pageButtons, rowsOf } from './projects.ts'

export const AGENTS_PAGE_SIZE = 8

export interface AgentsCardData {
  /** The project whose own agents they are; undefined for those that work for everybody. */
  project?: string
  /** Of this page. */
  agents: { agent: Agent; statistics: AgentStatistics }[]
  total: number
  /** Counted from 1. */
  page: number
}

/** The agents with what an admin goes by: role, model, state, version, how their work comes out, what they have in hand. */
export const agentsCard = (words: Words, { project, agents, total, page }: AgentsCardData): Card => {
  const { t } = words
  const title = project ? t('agents-title-of', { project: oneLine(project) }) : t('agents-title')
  const pages = Math.max(1, Math.ceil(total / AGENTS_PAGE_SIZE))
  if (total === 0) return { title, tone: 'neutral', body: t('agents-none') }
  if (agents.length === 0) return { title, tone: 'neutral', body: t('no-such-page', { pages }) }
  return {
    title,
    tone: 'neutral',
    body: agents.map((one) => agentLine(words, one)).join('\n'),
    buttons: [
      ...rowsOf(agents.flatMap(({ agent }) => commandButton(agent.name, agentCommand(agent)))),
      pageButtons(words, 'agents', page, page < pages, project),
    ].filter((row) => row.length > 0),
    footer: pages > 1 ? t('page-of', { page: String(page), pages: String(pages) }) : undefined,
  }
}

const agentLine = (words: Words, { agent, statistics }: AgentsCardData['agents'][number]): string => {
  const { t } = words
  const facts = [
    `**${plain(agent.name)}**${agent.isDefault ? ` ${t('agent-default')}` : ''}`,
    t(`agent-role-${agent.role}`),
    plain(agentModel(words, agent.config.model)),
    agentState(words, agent),
    t('agent-version', { version: String(agent.version) }),
    successText(words, statistics),
    ...(statistics.load > 0 ? [t('agent-load', { count: statistics.load })] : []),
  ]
  return `- ${facts.join(' · ')}`
}
