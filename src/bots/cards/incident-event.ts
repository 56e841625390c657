import type { IncidentEvent } from '../../domain/incidents/timeline.ts'
import type { RecoveryOutcome } from '../../domain/recovery/repair.ts'
import type { Words } from '../words.ts'
import { clip, oneLine, plain } from './plain.ts'

const WORDS_SHOWN_MAX = 200

/** One line of the timeline, without its time: `Anna has it`. */
export const eventText = (words: Words, { kind, actor, userId, detail }: IncidentEvent): string => {
  const { t, time } = words
  const who = plain(actor)
  const text = (name: string) => plain(clip(oneLine(String(detail[name] ?? '')), WORDS_SHOWN_MAX))
  const withWords = (said: string, name: string) => (text(name) ? `${said}: ${text(name)}` : said)
  const severity = (name: string) => (detail[name] ? t(`severity-${detail[name]}`) : '?')

  switch (kind) {
    case 'opened':
      return withWords(t('event-opened', { severity: severity('severity') }), 'reason')
    case 'again':
      return t('event-again', { count: Number(detail.occurrences ?? 0) })
    case 'reopened':
      if (detail.parent) return t('event-returned', { number: text('parent') })
      return userId ? t('event-reopened-by', { who }) : t('event-reopened')
    case 'worse':
      return t('event-worse', { from: severity('from'), to: severity('to') })
    case 'acknowledged':
      return t('event-acknowledged', { who })
    case 'unacknowledged':
      return userId ? t('event-unacknowledged', { who }) : t('event-forgotten')
    case 'silenced':
      return t('event-silenced', { who, until: time(new Date(String(detail.until))) })
    case 'unsilenced':
      return userId ? t('event-unsilenced-by', { who }) : t('event-unsilenced')
    case 'assigned':
      return t('event-assigned', { who, to: text('to') })
    case 'resolved':
      if (detail.resolution === 'unwatched') return t('event-unwatched')
      return withWords(userId ? t('event-resolved-by', { who }) : t('event-resolved'), 'note')
    case 'note':
      return t('event-note', { who, note: text('note') })
    case 'adopted':
      return t('event-adopted', { number: text('parent') })
    case 'paged':
      return text('name') ? t('event-paged', { who: text('name') }) : t('event-paged-chat')
    case 'page_failed':
      return text('name') ? t('event-page-failed', { who: text('name') }) : t('event-step-failed')
    case 'escalated':
      return t('event-escalated')
    case 'escalation_ended':
      return t('event-escalation-ended')
    case 'nobody_to_page':
      return t('event-nobody')
    case 'reminded':
      return t('event-reminded', { who: text('name') })
    case 'recovery_started':
      return userId ? t('event-recovery-started-by', { who }) : t('event-recovery-started')
    case 'recovery_step':
      return recoveryStep(words, detail)
    case 'recovery_ended':
      return withWords(t(ENDS[String(detail.outcome)] ?? 'event-recovery-nothing'), 'reason')
    default:
      return kind satisfies never
  }
}

/** How an attempt ended, of those that did something. */
const ENDS: Readonly<Record<string, string>> = {
  repaired: 'event-recovery-worked',
  failed: 'event-recovery-failed',
  broke: 'event-recovery-failed',
  unsure: 'event-recovery-unsure',
  handed_over: 'event-recovery-unsure',
} satisfies Partial<Record<RecoveryOutcome, string>>

/** Proposed, asked, or one thing that is being done: it is written down before it is. */
const recoveryStep = (words: Words, detail: IncidentEvent['detail']): string => {
  const { t } = words
  const text = (name: string) => plain(clip(oneLine(String(detail[name] ?? '')), WORDS_SHOWN_MAX))
  if (detail.step === 'asked') return t('event-recovery-asked', { number: text('approval') })
  if (detail.step !== 'proposed')
    return t('event-recovery-step', { step: stepName(words, String(detail.step)) })
  const steps = String(detail.steps ?? '')
    .split(', ')
    .map((step) => stepName(words, step))
    .join(', ')
  return [t('event-recovery-proposed', { steps }), text('why')].filter(Boolean).join('. ')
}

const STEPS = [
  'restart_service',
  'redeploy_version',
  'recreate_repository',
  'mark_server_for_provisioning',
  'nothing',
]

/** `redeploy_version 3f2a` as people say it. */
const stepName = ({ t }: Words, label: string): string => {
  const [name = '', ...rest] = label.split(' ')
  const known = STEPS.includes(name) ? t(`repair-${name.replaceAll('_', '-')}`) : plain(name)
  return [known, plain(rest.join(' '))].filter(Boolean).join(' ')
}
