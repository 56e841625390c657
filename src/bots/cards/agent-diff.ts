import type { Agent } from '../../domain/agents/agents.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { agentCommand } from './agent-facts.ts'
import { commandButton } from './command-button.ts'
import { fenced } from './fenced.ts'
import { clip, oneLine, plain } from './plain.ts'

export interface AgentDiffCardData {
  agent: Agent
  from: number
  to: number
  changes: AgentDifference[]
  /** Who made the later version. */
  changed?: { actor: string; at: Date }
  mayManage: boolean
}

export interface AgentDifference {
  /** Of the config, e.g. `metadata.risk_level`, or `name`, `role`, `is_active`, `is_default`. */
  path: string
  before: unknown
  after: unknown
  /** Line by line, where the values have several: a unified diff. */
  lines?: string
}

const VALUE_SHOWN_CHARS = 160
const LINES_SHOWN_CHARS = 2_400

/** What is different between two versions. */
export const agentDiffCard = (words: Words, data: AgentDiffCardData): Card => {
  const { t, time } = words
  const { agent, from, to, changes, changed, mayManage } = data
  const back = mayManage && from < agent.version && from < to
  return {
    title: t('agent-diff-title', { agent: oneLine(agent.name), from: String(from), to: String(to) }),
    tone: 'neutral',
    body: changes.length === 0 ? t('agent-diff-none') : differences(changes),
    buttons: [
      [
        ...commandButton(t('button-agent-open'), agentCommand(agent)),
        ...commandButton(t('button-agent-history'), agentCommand(agent, 'history')),
        ...(back
          ? commandButton(
              t('button-agent-rollback', { version: String(from) }),
              `${agentCommand(agent, 'rollback')} ${from}`,
            )
          : []),
      ],
    ].filter((row) => row.length > 0),
    footer: changed && t('agent-diff-footer', { who: oneLine(changed.actor), when: time(changed.at) }),
  }
}

/** Markdown: a line for each short value, a diff for each long one. */
export const differences = (changes: AgentDifference[]): string => {
  const short = changes.filter(({ lines }) => lines === undefined)
  const long = changes.filter(({ lines }) => lines !== undefined)
  return [
    short
      .map(({ path, before, after }) => `- **${plain(path)}**: ${valueText(before)} → ${valueText(after)}`)
      .join('\n'),
    ...long.map(
      ({ path, lines = '' }) => `**${plain(path)}**\n\n${fenced(clip(lines, LINES_SHOWN_CHARS), 'diff')}`,
    ),
  ]
    .filter(Boolean)
    .join('\n\n')
}

const valueText = (value: unknown): string => {
  if (value === undefined || value === '') return '–'
  const text = Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
  return plain(clip(oneLine(text), VALUE_SHOWN_CHARS)) || '–'
}
