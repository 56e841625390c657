import { shortUuid } from '../../short-uuid.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { oneLine } from './plain.ts'

export interface SwapCardData {
  id: string
  /** Who asks. */
  from: string
  project?: string | undefined
  startsAt: Date
  endsAt: Date
  /** `over`: nobody answered in time. */
  state: 'proposed' | 'agreed' | 'declined' | 'over'
}

/** Asks somebody to take another's shifts; what they said stands there afterwards, without buttons. */
export const swapCard = (
  words: Words,
  { id, from, project, startsAt, endsAt, state }: SwapCardData,
): Card => {
  const { t } = words
  const times = { from: words.time(startsAt), until: words.time(endsAt) }
  const isOpen = state === 'proposed'
  return {
    title: t('on-call-swap-title', { name: oneLine(from) }),
    tone: isOpen ? 'question' : state === 'agreed' ? 'success' : 'neutral',
    body: [
      project ? t('on-call-swap-body-project', { ...times, project }) : t('on-call-swap-body', times),
      !isOpen && t(`on-call-swap-state-${state}`),
    ]
      .filter(Boolean)
      .join('\n\n'),
    ...(isOpen && {
      buttons: [
        [
          ...commandButton(t('button-agree'), `/oncall agree ${shortUuid(id)}`, 'primary'),
          ...commandButton(t('button-decline'), `/oncall decline ${shortUuid(id)}`),
        ],
      ],
    }),
  }
}
