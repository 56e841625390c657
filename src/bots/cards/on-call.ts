import type { CalendarProblem } from '../../domain/oncall/calendar/calendar-problem.ts'
import type { OnCallOverview, ShownShift } from '../../domain/oncall/overview.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { onCallRhythm } from './on-call-rhythm.ts'
import { plain } from './plain.ts'

export interface OnCallCardData {
  /** The project that was asked about; none for everything. */
  project?: string | undefined
  overview: OnCallOverview
  /** What was just said, which this answers. */
  said?: 'set' | 'override' | 'calendar' | undefined
}

const ROWS_MAX = 12

/** Who is on call, until when, who is next, the days ahead, and what is missing. Times by the rotation's own clock. */
export const onCallCard = (words: Words, { project, overview, said }: OnCallCardData): Card => {
  const { t } = words
  const { current, next } = overview
  const warnings = warningsOf(words, overview)
  return {
    title: project ? t('on-call-title-project', { project }) : t('on-call-title'),
    tone: current && warnings.length === 0 ? (said ? 'success' : 'neutral') : 'warning',
    body: [
      said && t(`on-call-said-${said}`),
      current
        ? t('on-call-now', { name: plain(current.name ?? ''), until: words.time(current.until) })
        : t('on-call-nobody-now'),
      next && t('on-call-next', { name: plain(next.name ?? ''), from: words.time(next.from) }),
      project && overview.projectId === null && t('on-call-common', { project: plain(project) }),
      table(words, overview.ahead),
      warnings.map((warning) => `- ${warning}`).join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: [commandButton(t('button-escalation'), project ? `/escalation ${project}` : '/escalation')],
    footer: onCallRhythm(words, overview),
  }
}

/** Nobody ever set one. */
export const noRotationCard = ({ t }: Words, { project }: { project?: string | undefined }): Card => ({
  title: project ? t('on-call-title-project', { project }) : t('on-call-title'),
  tone: 'warning',
  body: t('on-call-none'),
})

/** Asks whether a rotation may be taken away. */
export const takeAwayCard = ({ t }: Words, { project }: { project?: string | undefined }): Card => ({
  title: project ? t('on-call-off-title-project', { project }) : t('on-call-off-title'),
  tone: 'question',
  body: t('on-call-off-ask'),
  buttons: [
    [
      ...commandButton(t('button-on-call-off'), `/oncall off ${project ? `${project} ` : ''}yes`, 'danger'),
      ...commandButton(t('button-on-call-keep'), project ? `/oncall ${project}` : '/oncall'),
    ],
  ],
})

const table = (words: Words, ahead: readonly ShownShift[]): string => {
  const { t } = words
  const rows = ahead.slice(0, ROWS_MAX).map(({ from, name, source }, index) => {
    const who = name === undefined ? `**${t('on-call-nobody')}**` : plain(name)
    const why = source === 'override' || source === 'swap' ? ` (${t(`on-call-source-${source}`)})` : ''
    const when = index === 0 ? t('on-call-from-now') : words.time(from)
    return `| ${when} | ${(who + why).replaceAll('|', '\\|')} |`
  })
  if (rows.length < 2) return ''
  return [`| ${t('on-call-column-from')} | ${t('on-call-column-who')} |`, '| --- | --- |', ...rows].join('\n')
}

const warningsOf = (
  words: Words,
  { ahead, current, unreachable, members, calendar }: OnCallOverview,
): string[] => {
  const { t } = words
  const gap = ahead.find(({ name }) => name === undefined)
  const gone = members.filter(({ hasAccess }) => !hasAccess)
  return [
    gap && current && t('on-call-warn-gap', { from: words.time(gap.from), until: words.time(gap.until) }),
    ...unreachable.map((name) => t('on-call-warn-unreachable', { name: plain(name) })),
    ...gone.map(({ name }) => t('on-call-warn-no-access', { name: plain(name) })),
    calendar?.problem && calendarWarning(words, calendar.problem),
    calendar &&
      calendar.unknownNames.length > 0 &&
      t('on-call-warn-unknown', { names: calendar.unknownNames.map(plain).join(', ') }),
  ].filter((warning) => typeof warning === 'string')
}

const calendarWarning = ({ t }: Words, problem: CalendarProblem): string =>
  t('on-call-warn-calendar', { reason: t(`calendar-problem-${problem}`) })
