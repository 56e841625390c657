import type { Incident } from '../../domain/incidents/incident.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { isButtonWord } from './decision-words.ts'
import { incidentSpan, whatIsWrong } from './incident-words.ts'
import { oneLine, plain } from './plain.ts'
import { pageButtons, rowsOf } from './projects.ts'

export interface IncidentsCardData {
  incidents: Incident[]
  names: ReadonlyMap<string, string>
  page: number
  hasMore: boolean
  /** `all`, `mine` or a project's name. */
  filter: string | undefined
  now: Date
}

const BUTTONS_MAX = 6

/** What is wrong now, or was. */
export const incidentsCard = (words: Words, data: IncidentsCardData): Card => {
  const { t } = words
  const { incidents, names, page, hasMore, filter, now } = data
  const open = incidents.filter(({ state }) => state !== 'resolved')
  const isNamed = filter !== undefined && filter !== 'all' && filter !== 'mine'
  return {
    title: isNamed
      ? t('incidents-title-of', { project: oneLine(filter) })
      : t(`incidents-title${suffix(filter)}`),
    tone: open.some(needsSomebody) ? 'danger' : open.length > 0 ? 'warning' : 'success',
    body:
      incidents.length === 0
        ? t(page > 1 ? 'incidents-no-more' : filter === 'all' ? 'incidents-never' : 'incidents-none')
        : incidents.map((one) => incidentLine(words, one, names, now)).join('\n'),
    buttons: [
      ...rowsOf(
        open
          .slice(0, BUTTONS_MAX)
          .flatMap(({ number }) => commandButton(`#${number}`, `/incident ${number}`)),
      ),
      isNamed && !isButtonWord(filter) ? [] : pageButtons(words, 'incidents', page, hasMore, filter),
    ].filter((row) => row.length > 0),
    footer: page > 1 || hasMore ? t('page', { page: String(page) }) : undefined,
  }
}

const suffix = (filter: string | undefined): string => (filter === undefined ? '' : `-${filter}`)

const needsSomebody = ({ severity, state }: Incident): boolean => severity === 'critical' && state === 'open'

/** `🔴 #42 url-shortener is down · 6 min · Anna has it`. */
export const incidentLine = (
  words: Words,
  incident: Incident,
  names: ReadonlyMap<string, string>,
  now: Date,
): string => {
  const { t } = words
  const { number, state, acknowledgedBy, silencedUntil, parentId } = incident
  const who = plain(names.get(acknowledgedBy ?? '') ?? '') || t('somebody')
  const facts = [
    `**#${number}** ${plain(whatIsWrong(words, incident))}`,
    incidentSpan(words, incident, now),
    state === 'acknowledged' && t('incident-line-acknowledged', { who }),
    state === 'silenced' &&
      silencedUntil &&
      t('incident-line-silenced', { until: words.time(silencedUntil) }),
    state === 'resolved' && t('incident-line-resolved'),
    parentId && state !== 'resolved' && t('incident-line-part'),
  ]
  return `- ${signOf(incident)} ${facts.filter(Boolean).join(' · ')}`
}

const SIGNS = { critical: '🔴', warning: '🟠', info: '🔵' } as const

const signOf = ({ state, severity }: Incident): string => (state === 'resolved' ? '✅' : SIGNS[severity])
