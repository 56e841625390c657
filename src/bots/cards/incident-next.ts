import type { Upcoming } from '../../domain/incidents/timeline.ts'
import type { Words } from '../words.ts'
import { plain } from './plain.ts'

/** What happens by itself, without when: `Boris is called`. */
export const comingUp = ({ t }: Words, { what }: Upcoming): string => {
  switch (what.kind) {
    case 'on_call':
      if (what.name === undefined) return t('coming-on-call')
      return what.name === null
        ? t('coming-on-call-nobody')
        : t('coming-on-call-named', { who: plain(what.name) })
    case 'person':
      return t('coming-person', { who: plain(what.name) })
    case 'chat':
      return t('coming-chat')
    case 'escalation_ends':
      return t('coming-end')
    case 'remind':
      return t('coming-remind', { who: plain(what.name) })
    case 'unacknowledge':
      return t('coming-unacknowledge')
    case 'unsilence':
      return t('coming-unsilence')
    default:
      return what satisfies never
  }
}
