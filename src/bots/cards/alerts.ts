import type { Subscription } from '../../domain/alerting/subscriptions.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { plain } from './plain.ts'

export interface AlertsCardData {
  subscriptions: Subscription[]
  /** How many things are wrong now. */
  open: number
  /** Whether the reader may change it. */
  mayChange: boolean
}

/** What a chat hears of, and how to change that (B-7). */
export const alertsCard = (words: Words, { subscriptions, open, mayChange }: AlertsCardData): Card => {
  const { t } = words
  const lines = subscriptions.map(({ project, least }) =>
    project === undefined
      ? `- ${t(`alerts-all-${least}`)}`
      : `- ${t(`alerts-project-${least}`, { project: plain(project) })}`,
  )
  return {
    title: t(lines.length > 0 ? 'alerts-title-on' : 'alerts-title-off'),
    tone: 'neutral',
    body: [lines.join('\n'), t('alerts-how')].filter(Boolean).join('\n\n'),
    buttons: [
      mayChange
        ? lines.length > 0
          ? commandButton(t('button-alerts-off'), '/alerts off')
          : [
              ...commandButton(t('button-alerts-on'), '/alerts on'),
              ...commandButton(t('button-alerts-critical'), '/alerts on critical'),
            ]
        : [],
      open > 0 ? commandButton(t('button-incidents-open', { count: open }), '/incidents') : [],
    ].filter((row) => row.length > 0),
  }
}
