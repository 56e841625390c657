import type { Incident } from '../../domain/incidents/incident.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { incidentLine } from './incidents.ts'

export interface DigestCardData {
  /** The worst of those that are still wrong, the worst first. */
  worst: Incident[]
  names: ReadonlyMap<string, string>
  /** Of those that nobody has resolved. */
  counts: { critical: number; warning: number; info: number; acknowledged: number; resolved: number }
  since: Date
  now: Date
}

const SHOWN_MAX = 10

/** Many things at once, in one message that stays current: how many, and the worst of them by name (M-11). */
export const digestCard = (words: Words, { worst, names, counts, since, now }: DigestCardData): Card => {
  const { t, time } = words
  const { critical, warning, info, acknowledged, resolved } = counts
  const open = critical + warning + info
  if (open === 0)
    return {
      title: t('digest-title-over', { count: resolved }),
      tone: 'success',
      body: t('digest-since', { when: time(since) }),
    }
  const shown = worst.slice(0, SHOWN_MAX)
  return {
    title: t('digest-title', { count: open }),
    tone: critical > 0 ? 'danger' : 'warning',
    body: [
      [
        critical > 0 && `**${t('digest-critical', { count: critical })}**`,
        warning > 0 && t('digest-warning', { count: warning }),
        info > 0 && t('digest-info', { count: info }),
        acknowledged > 0 && t('digest-acknowledged', { count: acknowledged }),
        resolved > 0 && t('digest-resolved', { count: resolved }),
        t('digest-since', { when: time(since) }),
      ]
        .filter(Boolean)
        .join(' · '),
      shown.map((one) => incidentLine(words, one, names, now)).join('\n'),
      open > shown.length && t('digest-more', { count: open - shown.length }),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: [commandButton(t('button-incidents'), '/incidents')],
  }
}
