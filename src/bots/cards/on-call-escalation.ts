import type { EscalationOverview, ShownStep } from '../../domain/oncall/escalation-overview.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { plain } from './plain.ts'

export interface EscalationCardData {
  project?: string | undefined
  overview: EscalationOverview
  /** It was just set. */
  isNew?: boolean | undefined
}

const HOUR_MINUTES = 60
const PLATFORMS: Record<string, string> = { telegram: 'Telegram', slack: 'Slack', console: 'console' }

/** Who is asked in which order when nobody answers, in words. */
export const escalationCard = (
  words: Words,
  { project, overview: { steps, set }, isNew = false }: EscalationCardData,
): Card => {
  const { t } = words
  return {
    title: project ? t('escalation-title-project', { project }) : t('escalation-title'),
    tone: isNew ? 'success' : 'neutral',
    body: [
      isNew && t('escalation-said'),
      steps.map((step, index) => `${index + 1}. ${stepWords(words, step)}`).join('\n'),
      project && set !== 'project' && t('escalation-not-own', { project }),
      set === 'default' && t('escalation-default'),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: [commandButton(t('button-on-call'), project ? `/oncall ${project}` : '/oncall')],
    footer: t('escalation-footer'),
  }
}

const stepWords = ({ t }: Words, step: ShownStep): string => {
  switch (step.kind) {
    case 'on_call':
      return t('escalation-step-on-call')
    case 'person':
      return t('escalation-step-person', { name: plain(step.name) })
    case 'chat':
      return t('escalation-step-chat', { platform: PLATFORMS[step.platform] ?? step.platform })
    case 'wait': {
      const isHours = step.minutes % HOUR_MINUTES === 0
      return isHours
        ? t('escalation-step-wait-hours', { hours: step.minutes / HOUR_MINUTES })
        : t('escalation-step-wait', { minutes: step.minutes })
    }
    case 'repeat':
      return t('escalation-step-repeat', { times: step.times })
    default:
      return step satisfies never
  }
}
