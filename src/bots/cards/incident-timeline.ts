import type { IncidentEvent, Upcoming } from '../../domain/incidents/timeline.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { type IncidentCardData, whoHasIt } from './incident.ts'
import { incidentButtons } from './incident-buttons.ts'
import { eventText } from './incident-event.ts'
import { comingUp } from './incident-next.ts'
import { howBad, incidentTitle, incidentTone, whatWasSeen } from './incident-words.ts'
import { span } from './span.ts'

export interface IncidentTimelineData extends IncidentCardData {
  /** In order. */
  events: IncidentEvent[]
  /** What comes next by itself, in order. */
  upcoming: Upcoming[]
}

const EVENTS_SHOWN_MAX = 20
const UPCOMING_SHOWN_MAX = 4

/** What happened to an incident, and what will when nobody does anything (M-12). */
export const incidentTimelineCard = (words: Words, data: IncidentTimelineData): Card => {
  const { t, time } = words
  const { incident, events, upcoming, now } = data
  const shown = events.slice(-EVENTS_SHOWN_MAX)
  const left = events.length - shown.length
  const past = shown.map((event) => `- ${time(event.at)} · ${eventText(words, event)}`)
  const next = upcoming.slice(0, UPCOMING_SHOWN_MAX).map((one) => {
    const inMs = one.at.getTime() - now.getTime()
    const when = inMs > 0 ? t('timeline-in', { span: span(words, inMs) }) : t('timeline-now')
    return `- ${time(one.at)} (${when}) · ${comingUp(words, one)}`
  })
  const section = (key: string, lines: string[]) =>
    lines.length > 0 ? `**${t(key)}**\n\n${lines.join('\n')}` : ''
  return {
    title: incidentTitle(words, incident),
    tone: incidentTone(incident),
    body: [
      howBad(words, incident),
      whatWasSeen(words, incident),
      ...whoHasIt(words, { ...data, next: undefined }),
      left > 0 && t('timeline-earlier', { count: left }),
      section('timeline-past', past),
      section('timeline-next', next),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: incidentButtons(words, incident, { timeline: false, fixing: data.fixing }),
  }
}
