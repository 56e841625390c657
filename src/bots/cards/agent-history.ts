import type { AgentChange } from '../../db/shapes/agent.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import { shortUuid } from '../../short-uuid.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { agentCommand } from './agent-facts.ts'
import { commandButton } from './command-button.ts'
import { clip, oneLine, plain } from './plain.ts'
import { pageButtons } from './projects.ts'

export interface AgentHistoryCardData {
  agent: Agent
  /** Newest first. */
  versions: { version: number; at: Date; actor: string; surface: string; change: AgentChange }[]
  /** Counted from 1. */
  page: number
  hasMore: boolean
}

const PATHS_SHOWN_CHARS = 200

/** Every version an agent had: when, who, by which surface, what they did. */
export const agentHistoryCard = (words: Words, data: AgentHistoryCardData): Card => {
  const { t, time } = words
  const { agent, versions, page, hasMore } = data
  const lines = versions.map(({ version, at, actor, surface, change }) =>
    [
      `- **${version}**`,
      time(at),
      plain(actor),
      // The program itself comes from nowhere.
      surface === actor ? '' : plain(surface),
      changeText(words, change),
    ]
      .filter(Boolean)
      .join(' · '),
  )
  return {
    title: t('agent-history-title', { agent: oneLine(agent.name) }),
    tone: 'neutral',
    body: lines.length > 0 ? lines.join('\n') : t('agent-history-none'),
    buttons: [
      [
        ...(agent.version > 1
          ? commandButton(t('button-agent-last-change'), agentCommand(agent, 'diff'))
          : []),
        ...commandButton(t('button-agent-open'), agentCommand(agent)),
      ],
      pageButtons(words, 'agent-history', page, hasMore, shortUuid(agent.id)),
    ].filter((row) => row.length > 0),
    footer: [t('agent-history-footer'), (page > 1 || hasMore) && t('page', { page: String(page) })]
      .filter(Boolean)
      .join(' · '),
  }
}

/** What somebody did to make a version. Markdown. */
export const changeText = ({ t }: Words, { kind, paths = [], from }: AgentChange): string => {
  const changed = plain(clip(paths.join(', '), PATHS_SHOWN_CHARS))
  switch (kind) {
    case 'seeded':
      return changed ? t('agent-change-updated', { paths: changed }) : t('agent-change-seeded')
    case 'created':
      return t('agent-change-created')
    case 'cloned':
      return t('agent-change-cloned')
    case 'edited':
      return changed ? t('agent-change-edited', { paths: changed }) : t('agent-change-saved')
    case 'rolled_back':
      return t('agent-change-rolled-back', { version: String(from ?? '') })
    case 'enabled':
      return t('agent-change-enabled')
    case 'disabled':
      return t('agent-change-disabled')
    case 'made_default':
      return t('agent-change-made-default')
    default:
      return kind satisfies never
  }
}
