import type { Agent } from '../../domain/agents/agents.ts'
import type { AgentStatistics } from '../../domain/routing/history.ts'
import { shortUuid } from '../../short-uuid.ts'
import type { Words } from '../words.ts'

/** `/agent history ~<short id>`: names may be long, ambiguous or another agent's tomorrow; a button means this one. */
export const agentCommand = (agent: Pick<Agent, 'id'>, word = ''): string =>
  ['/agent', word, `~${shortUuid(agent.id)}`].filter(Boolean).join(' ')

export const agentState = ({ t }: Words, { isActive, status }: Agent): string => {
  if (!isActive) return t('agent-off')
  return t(status === 'ready' ? 'agent-ready' : 'agent-error')
}

export const agentModel = ({ t }: Words, model: string): string => model || t('agent-default-model')

/** How often its work came out well; a dash until there is something to count. */
export const successText = (
  { t }: Words,
  { successPercent, decisions }: Pick<AgentStatistics, 'successPercent' | 'decisions'>,
): string =>
  successPercent === undefined
    ? t('agent-no-success')
    : t('agent-success', { percent: successPercent, count: decisions })
