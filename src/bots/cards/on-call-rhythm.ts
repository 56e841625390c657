import type { OnCallOverview } from '../../domain/oncall/overview.ts'
import type { Words } from '../words.ts'
import { clip, oneLine } from './plain.ts'

const MAX_LENGTH = 300
const WEEK_DAYS = 7
const LOCALE = { en: 'en-GB', ru: 'ru-RU' } as const

/** How a rotation goes, in words: `Weekly, Mondays at 09:00 (Europe/Berlin): Anna, Boris`. */
export const onCallRhythm = ({ t, lang }: Words, { rules, members, calendar }: OnCallOverview): string => {
  if (calendar)
    return calendar.host ? t('on-call-from-calendar', { host: calendar.host }) : t('on-call-from-file')
  const { everyDays, startsOn, handOverAt, timeZone } = rules
  const isWeeks = everyDays % WEEK_DAYS === 0
  const args = {
    days: everyDays,
    weeks: everyDays / WEEK_DAYS,
    weekday: new Intl.DateTimeFormat(LOCALE[lang], { weekday: 'long', timeZone: 'UTC' }).format(
      new Date(startsOn),
    ),
  }
  return t('on-call-rhythm', {
    rhythm: t(isWeeks ? 'on-call-every-weeks' : 'on-call-every-days', args),
    at: handOverAt,
    zone: timeZone,
    names: clip(members.map(({ name }) => oneLine(name)).join(', '), MAX_LENGTH),
  })
}
