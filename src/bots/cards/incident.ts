import type { Called } from '../../domain/alerting/around-incident.ts'
import type { Incident } from '../../domain/incidents/incident.ts'
import type { Upcoming } from '../../domain/incidents/timeline.ts'
import type { CalledPerson, Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { incidentButtons } from './incident-buttons.ts'
import { comingUp } from './incident-next.ts'
import { howBad, incidentSpan, incidentTitle, incidentTone, whatWasSeen } from './incident-words.ts'
import { clip, oneLine, plain } from './plain.ts'

export interface IncidentCardData {
  incident: Incident
  /** Names by user id, of everybody the incident names. */
  names: ReadonlyMap<string, string>
  /** Number of the bigger incident that explains it. */
  parent: number | undefined
  /** Numbers of what it explains and is still wrong. */
  explains: number
  /** Who was called last, while it is open. */
  called: readonly Called[]
  /** What happens next by itself. */
  next: Upcoming | undefined
  /** A recovery is under way. */
  fixing: boolean
  now: Date
}

const NOTE_SHOWN_MAX = 300

/**
 * One incident as a chat shows it all its life (M-11): what is wrong first, then how bad, what was seen, who has it,
 * and what comes next. Short enough to be read with one eye open.
 *
 * @param options.callsOn the platform of a group, where whoever is called is mentioned.
 */
export const incidentCard = (
  words: Words,
  data: IncidentCardData,
  { callsOn }: { callsOn?: string | undefined } = {},
): Card => {
  const { incident } = data
  return {
    title: incidentTitle(words, incident),
    tone: incidentTone(incident),
    ...(callsOn !== undefined && { calls: callsOf(words, data, callsOn) }),
    body: [
      incident.state === 'resolved' ? '' : howBad(words, incident),
      whatWasSeen(words, incident),
      ...whoHasIt(words, data),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: incidentButtons(words, incident, { timeline: true, fixing: data.fixing }),
  }
}

/** Whoever was called and has not answered yet. */
export const callsOf = (
  { t }: Words,
  { incident: { state }, parent, called }: IncidentCardData,
  platform: string,
): CalledPerson[] => {
  if (state !== 'open' || parent !== undefined) return []
  return called.map(({ name, accounts }) => ({
    name: oneLine(name) || t('somebody'),
    ...(accounts[platform] !== undefined && { platformUserId: accounts[platform] }),
  }))
}

/** Who has it and what comes next; how it ended when it has. */
export const whoHasIt = (words: Words, data: IncidentCardData): string[] => {
  const { t, time } = words
  const { incident, names, parent, explains, called, next, fixing } = data
  const { state, acknowledgedBy, acknowledgedAt, assigneeId, silencedUntil, silencedBy } = incident
  const name = (id: string | null) => plain(names.get(id ?? '') ?? '') || t('somebody')
  const coming = next && comingUp(words, next)
  if (state === 'resolved') return howItEnded(words, data)
  if (parent !== undefined) return [t('incident-part-of', { number: String(parent) })]
  const lines = [
    state === 'acknowledged' &&
      acknowledgedAt &&
      `**${t('incident-has-it', { who: name(acknowledgedBy), when: time(acknowledgedAt) })}**`,
    state === 'silenced' &&
      silencedUntil &&
      `**${t('incident-silenced', { who: name(silencedBy), until: time(silencedUntil) })}**`,
    assigneeId && assigneeId !== acknowledgedBy && t('incident-assigned', { who: name(assigneeId) }),
    fixing && t('incident-fixing'),
    explains > 0 && t('incident-explains', { count: explains }),
    state === 'open' &&
      called.length > 0 &&
      t('incident-called', { who: called.map(({ name }) => plain(name)).join(', ') }),
    state === 'open' && coming && t('incident-next', { what: coming, when: time(next.at) }),
  ]
  return lines.filter((line) => typeof line === 'string')
}

const howItEnded = (words: Words, { incident, names, now }: IncidentCardData): string[] => {
  const { t, time } = words
  const { resolution, resolvedBy, resolvedAt, note } = incident
  const who = plain(names.get(resolvedBy ?? '') ?? '') || t('somebody')
  const args = { who, when: time(resolvedAt ?? now), took: incidentSpan(words, incident, now) }
  return [
    `**${t(`incident-ended-${resolution ?? 'healed'}`, args)}**`,
    note ? `> ${plain(clip(note, NOTE_SHOWN_MAX))}` : '',
  ]
}
