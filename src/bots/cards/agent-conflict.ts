import { type AgentForm, agentFormAction } from '../agent-form-ids.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { type AgentDiffCardData, differences } from './agent-diff.ts'
import { oneLine, plain } from './plain.ts'

export interface AgentConflictCardData
  extends Pick<AgentDiffCardData, 'agent' | 'from' | 'changes' | 'changed'> {
  /** That nothing was saved, and why. Markdown. */
  reason: string
  /** What begins with the reader's own words, on top of what changed. */
  form: AgentForm
}

/** Somebody else was first: what they changed, and the way on with both changes. */
export const agentConflictCard = (words: Words, data: AgentConflictCardData): Card => {
  const { t, time } = words
  const { agent, changes, changed, reason, form } = data
  const who = plain(changed?.actor ?? '') || t('somebody')
  return {
    title: t('agent-conflict-title', { agent: oneLine(agent.name) }),
    tone: 'warning',
    body: [
      reason,
      t('agent-changed-by', { who, when: changed ? time(changed.at) : '' }),
      differences(changes),
      t('agent-changed-next'),
    ].join('\n\n'),
    buttons: [[{ label: t('button-agent-save-mine'), action: agentFormAction(form), style: 'primary' }]],
  }
}
