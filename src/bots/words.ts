import type { Lang } from '../db/schema/users.ts'
import type { TextArgs, Texts } from './texts.ts'

/** One reader's language: its texts, and how it writes times and sums. What a card is drawn with. */
export interface Words {
  lang: Lang
  t(key: string, args?: TextArgs): string
  /** `12:03 UTC` today, `2 Jan, 12:03 UTC` on another day. */
  time(at: Date): string
  /** `2 Jan` and `January 2030`, of the calendar in UTC. */
  day(at: Date): string
  month(at: Date): string
  /** US dollars; cents, or more digits where cents would say nothing. */
  money(usd: number): string
  count(n: number): string
}

const LOCALE = { en: 'en-GB', ru: 'ru-RU' } as const satisfies Record<Lang, string>
const SMALL_SUM_USD = 0.1

/** @param options.timeZone of the clock on the wall; the machine's own unless told. */
export const createWords = (
  texts: Texts,
  lang: Lang,
  { now, timeZone }: { now: Date; timeZone?: string },
): Words => {
  const locale = LOCALE[lang]
  return {
    lang,
    t: (key, args) => texts.t(lang, key, args),
    time: (at) => {
      const { day, hour } = formatsOf(locale, timeZone)
      return day.format(at) === day.format(now) ? hour.format(at) : `${day.format(at)}, ${hour.format(at)}`
    },
    day: (at) => calendarOf(locale).day.format(at),
    month: (at) => calendarOf(locale).month.format(at),
    money: (usd) => {
      const digits = usd > 0 && usd < SMALL_SUM_USD ? 4 : 2
      return `$${new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: digits }).format(usd)}`
    },
    count: (n) => new Intl.NumberFormat(locale).format(n),
  }
}

/** By locale. */
const calendars = new Map<string, { day: Intl.DateTimeFormat; month: Intl.DateTimeFormat }>()

const calendarOf = (locale: string) => {
  const known = calendars.get(locale)
  if (known) return known
  const made = {
    day: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
    month: new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
  }
  calendars.set(locale, made)
  return made
}

interface TimeFormats {
  day: Intl.DateTimeFormat
  hour: Intl.DateTimeFormat
}

/** By locale and time zone. Making one costs more than drawing a whole card. */
const timeFormats = new Map<string, TimeFormats>()

const formatsOf = (locale: string, timeZone: string | undefined): TimeFormats => {
  const key = `${locale} ${timeZone}`
  const known = timeFormats.get(key)
  if (known) return known
  const made: TimeFormats = {
    day: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone }),
    hour: new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
      timeZoneName: 'short',
    }),
  }
  timeFormats.set(key, made)
  return made
}
