import type { DecisionOutcome } from '../../db/shapes/task.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import type { AgentStatistics } from '../../domain/routing/history.ts'
import type { Button, Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { agentCommand, agentModel, agentState, successText } from './agent-facts.ts'
import { agentFormButton } from './agent-form-button.ts'
import { commandButton } from './command-button.ts'
import { outcomeName, workName } from './decision-words.ts'
import { clip, oneLine, plain } from './plain.ts'

export interface AgentCardData {
  agent: Agent
  /** Of the project whose own it is. */
  project?: string
  statistics: AgentStatistics
  /** Calls of its model and what they cost, of the last 30 days. */
  calls: { count: number; cost: number }
  /** Who made the version it is at. */
  changed?: { actor: string; at: Date }
  /** Newest first. */
  decisions: { workType: string; worker: string; outcome: DecisionOutcome; at: Date }[]
  may: { manage: boolean; ask: boolean }
}

const PROMPT_SHOWN_CHARS = 280

/** One agent: what it is told, what it may do, what it costs, how it has done. */
export const agentCard = (words: Words, data: AgentCardData): Card => {
  const { t } = words
  const { agent, decisions } = data
  const lines = decisions.map(
    ({ at, workType, worker, outcome }) =>
      `- ${[words.time(at), plain(workName(words, workType)), plain(worker), outcomeName(words, outcome)].join(' · ')}`,
  )
  return {
    title: agent.name,
    tone: agent.isActive ? (agent.status === 'ready' ? 'neutral' : 'danger') : 'warning',
    body: [
      `> ${plain(clip(oneLine(agent.config.system_prompt), PROMPT_SHOWN_CHARS))}`,
      lines.length > 0 && `**${t('agent-last-decisions')}**\n\n${lines.join('\n')}`,
    ]
      .filter(Boolean)
      .join('\n\n'),
    fields: fieldsOf(words, data),
    buttons: buttonsOf(words, data),
  }
}

const fieldsOf = (words: Words, { agent, project, statistics, calls, changed }: AgentCardData) => {
  const { t, money, count, time } = words
  const { config } = agent
  const { metadata } = config
  const field = (key: string, value: string | undefined) =>
    value ? [{ label: t(key), value: oneLine(value) }] : []
  const version = t('agent-version', { version: String(agent.version) })
  return [
    ...field('field-agent-role', t(`agent-role-${agent.role}`)),
    ...field('field-agent-of', project ?? t('agent-of-everybody')),
    ...field('field-agent-model', agentModel(words, config.model)),
    ...field('field-agent-temperature', count(config.temperature)),
    ...field(
      'field-state',
      agent.isDefault ? `${agentState(words, agent)}, ${t('agent-default')}` : agentState(words, agent),
    ),
    ...field(
      'field-version',
      changed ? t('agent-version-by', { version, who: changed.actor, when: time(changed.at) }) : version,
    ),
    ...field('field-agent-capabilities', metadata.capabilities.join(', ')),
    ...field('field-agent-tools', config.tools.join(', ') || t('agent-no-tools')),
    ...field('field-agent-risk', metadata.risk_level),
    ...field(
      'field-agent-limits',
      t('agent-limits', { tasks: config.concurrency_limit, tokens: config.max_tokens }),
    ),
    ...field('field-agent-thresholds', thresholdsOf(words, metadata)),
    ...field('field-agent-strategy', metadata.strategy),
    ...field('field-agent-success', successText(words, statistics)),
    ...field('field-agent-load', t('agent-load', { count: statistics.load })),
    ...field('field-agent-calls', t('agent-calls', { count: calls.count, cost: money(calls.cost) })),
  ]
}

/** Above what a plan has to be seen by a person, where this agent says so. */
const thresholdsOf = (
  { t, money }: Words,
  {
    approval_threshold_cost: cost,
    approval_threshold_tasks: tasks,
  }: { approval_threshold_cost?: number; approval_threshold_tasks?: number },
): string =>
  [
    cost !== undefined && t('agent-threshold-cost', { cost: money(cost) }),
    tasks !== undefined && t('agent-threshold-tasks', { count: tasks }),
  ]
    .filter(Boolean)
    .join(', ')

const buttonsOf = (words: Words, { agent, may }: AgentCardData): Button[][] => {
  const { t } = words
  const history = commandButton(t('button-agent-history'), agentCommand(agent, 'history'))
  const test = may.ask ? [agentFormButton(words, 'test', agent)] : []
  if (may.manage)
    return [
      [agentFormButton(words, 'prompt', agent), agentFormButton(words, 'config', agent)],
      [
        ...(agent.isActive
          ? commandButton(t('button-agent-disable'), agentCommand(agent, 'disable'), 'danger')
          : commandButton(t('button-agent-enable'), agentCommand(agent, 'enable'), 'primary')),
        ...history,
        ...test,
      ],
    ]
  return [
    [
      ...commandButton(t('button-agent-show-prompt'), agentCommand(agent, 'prompt')),
      ...commandButton(t('button-agent-show-config'), agentCommand(agent, 'config')),
    ],
    [...history, ...test],
  ]
}
