import type { IncidentFacts } from '../../db/shapes/incident.ts'
import type { Incident } from '../../domain/incidents/incident.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { clip, oneLine, plain } from './plain.ts'
import { span } from './span.ts'

const REASON_SHOWN_MAX = 200
const SUBJECT_SHOWN_MAX = 100

/** What is wrong, in a few words: `url-shortener is down`. */
export const whatIsWrong = ({ t }: Words, { kind, subject, projectId }: Incident): string => {
  const key = `incident-what-${kind.replaceAll('_', '-')}`
  return kind === 'nobody_on_call' && !projectId
    ? t(`${key}-at-all`)
    : t(key, { subject: clip(oneLine(subject), SUBJECT_SHOWN_MAX) })
}

export const incidentTitle = (words: Words, incident: Incident): string =>
  words.t(incident.state === 'resolved' ? 'incident-title-over' : 'incident-title', {
    number: String(incident.number),
    what: whatIsWrong(words, incident),
  })

/** How bad it looks from across the room. */
export const incidentTone = ({ state, severity, parentId }: Incident): Card['tone'] => {
  if (parentId && state !== 'resolved') return 'neutral'
  switch (state) {
    case 'resolved':
      return 'success'
    case 'silenced':
      return 'neutral'
    case 'acknowledged':
      return 'progress'
    case 'open':
      return severity === 'critical' ? 'danger' : severity === 'warning' ? 'warning' : 'neutral'
    default:
      return state satisfies never
  }
}

/** `critical · since 14:03 UTC · 3 failed checks`. */
export const howBad = (words: Words, incident: Incident): string => {
  const { t, time } = words
  const { severity, openedAt, facts, occurrences, reopenings } = incident
  const failures = numberOf(facts, 'failures')
  return [
    `**${t(`severity-${severity}`)}**`,
    t('incident-since', { when: time(openedAt) }),
    failures !== undefined
      ? t('incident-failures', { count: failures })
      : occurrences > 1 && t('incident-occurrences', { count: occurrences }),
    reopenings > 0 && t('incident-reopenings', { count: reopenings }),
  ]
    .filter(Boolean)
    .join(' · ')
}

/** What was seen, in one line; empty when the title says it all. */
export const whatWasSeen = (words: Words, { kind, facts }: Incident): string => {
  const { t, time } = words
  const text = (name: string) => textOf(facts, name)
  const when = (name: string) => {
    const at = new Date(textOf(facts, name))
    return Number.isNaN(at.getTime()) ? '' : time(at)
  }
  const line = (...parts: (string | false)[]) => parts.filter(Boolean).join(' · ')

  switch (kind) {
    case 'service_unhealthy':
    case 'server_down': {
      const seen = [text('target') || text('url'), text('reason')].filter(Boolean).join(' → ')
      const lastOk = when('lastOkAt')
      return line(seen, lastOk !== '' && t('incident-last-ok', { when: lastOk }))
    }
    case 'tls_expiring': {
      const ends = when('tlsExpiresAt')
      return line(text('target'), ends !== '' && t('incident-tls-ends', { when: ends }))
    }
    case 'disk_full': {
      const percent = numberOf(facts, 'diskUsedPercent')
      return line(text('target'), percent !== undefined && t('incident-disk-used', { percent }))
    }
    case 'repo_missing':
    case 'repo_unreachable':
      return line(text('repository'), text('reason'))
    case 'provider_outage': {
      const vanished = numberOf(facts, 'vanished')
      return vanished === undefined
        ? text('reason')
        : t('incident-vanished', { vanished, known: numberOf(facts, 'known') ?? vanished })
    }
    case 'delivery_failing':
      return text('reason') || t('incident-nowhere')
    case 'nobody_on_call':
      return t('incident-set-on-call')
    case 'deploy_failed':
    case 'run_failed':
    case 'agent_stuck':
    case 'worker_lost':
    case 'sync_failing':
    case 'manual':
      return text('reason')
    default:
      return kind satisfies never
  }
}

/** How long it was, or has been, wrong. */
export const incidentSpan = (words: Words, { openedAt, resolvedAt }: Incident, now: Date): string =>
  span(words, Math.max(0, (resolvedAt ?? now).getTime() - openedAt.getTime()))

const textOf = (facts: IncidentFacts, name: string): string => {
  const value = facts[name]
  return typeof value === 'string' ? plain(clip(oneLine(value), REASON_SHOWN_MAX)) : ''
}

const numberOf = (facts: IncidentFacts, name: string): number | undefined => {
  const value = facts[name]
  return typeof value === 'number' ? value : undefined
}
