import { Temporal } from 'temporal-polyfill'

/** The clock on the wall by which people say when. */
export interface WallClock {
  now: Date
  timeZone: string
  /** `09:00`: a day without a time means the hand-over of that day. */
  handOverAt: string
}

export interface SaidSpan {
  from: Date
  until: Date
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** 1 for Monday; undefined for what is no day of the week. */
export const weekdayOf = (word: string): number | undefined => {
  const index = WEEKDAYS.findIndex(
    (day) => word.toLowerCase().startsWith(day) && /^[a-z]{3,9}$/i.test(word) && isDayName(word),
  )
  return index < 0 ? undefined : index + 1
}

const isDayName = (word: string): boolean =>
  /^(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?s?$/i.test(word)

/** `2026-12-01`, `1.12.`, `1.12.2026`, `1 dec`, `today`, `tomorrow`, `friday`: the next such day, today included. */
export const dayOf = (text: string, { now, timeZone }: Pick<WallClock, 'now' | 'timeZone'>) => {
  const word = text.trim().toLowerCase()
  const today = zoned(now, timeZone).toPlainDate()
  if (word === 'today') return today
  if (word === 'tomorrow') return today.add({ days: 1 })
  const weekday = weekdayOf(word)
  if (weekday) return today.add({ days: (weekday - today.dayOfWeek + 7) % 7 })
  const [, isoYear, isoMonth, isoDay] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(word) ?? []
  if (isoDay) return dateOf(Number(isoYear), Number(isoMonth), Number(isoDay))
  const [, day, dotted, named, year] =
    /^(\d{1,2})(?:\.(\d{1,2})\.?|\.?\s+([a-z]{3,9}))\s*(\d{4})?$/.exec(word) ?? []
  const month = dotted ? Number(dotted) : MONTHS.findIndex((one) => named?.startsWith(one)) + 1
  if (!day || month < 1) return undefined
  const date = dateOf(year ? Number(year) : today.year, month, Number(day))
  return date && !year && Temporal.PlainDate.compare(date, today) < 0 ? date.add({ years: 1 }) : date
}

/** `9`, `9:30`, `09:00`, `9am`, `18h` as `09:00`. */
export const timeOf = (word: string): string | undefined => {
  const [, hours, minutes = '00', half] = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|h)?$/i.exec(word.trim()) ?? []
  if (hours === undefined) return undefined
  const noon = half?.toLowerCase()
  const hour =
    noon === 'pm' || noon === 'am' ? (Number(hours) % 12) + (noon === 'pm' ? 12 : 0) : Number(hours)
  const fits =
    hour <= 23 && Number(minutes) <= 59 && !((noon === 'am' || noon === 'pm') && Number(hours) > 12)
  return fits ? `${String(hour).padStart(2, '0')}:${minutes}` : undefined
}

/** `4h`, `90 min`, `2 days`, `1 week`. */
export const durationOf = (text: string): Temporal.Duration | undefined => {
  const [, amount, unit = ''] =
    /^(\d{1,4})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)$/i.exec(text.trim()) ?? []
  if (amount === undefined) return undefined
  const letter = unit[0]?.toLowerCase()
  const name = letter === 'm' ? 'minutes' : letter === 'h' ? 'hours' : letter === 'd' ? 'days' : 'weeks'
  return Number(amount) > 0 ? Temporal.Duration.from({ [name]: Number(amount) }) : undefined
}

/**
 * `for 4h`, `until 18:00`, `from tomorrow 18:00 to friday 9:00`, `2026-12-05`, `2026-12-05 to 2026-12-07`. A day
 * without a time is the shift of that day: it begins at its hand-over and ends at the next one.
 */
export const spanOf = (text: string, clock: WallClock): SaidSpan | undefined => {
  const line = text.trim().replace(/^from\s+/i, '')
  const [, lasting] = /^for\s+(.+)$/i.exec(line) ?? []
  if (lasting) return lastingFrom(zoned(clock.now, clock.timeZone), lasting)
  const [, end] = /^(?:until|till|to)\s+(.+)$/i.exec(line) ?? []
  if (end) return between({ at: zoned(clock.now, clock.timeZone) }, end, clock)
  const [, begin, start, word = '', rest = ''] =
    /^((.+?)\s+(to|until|till|for|[-–—])\s+(.+))$/i.exec(line) ?? []
  if (begin === undefined) return wholeDay(line, clock)
  const first = momentOf(start ?? '', clock)
  if (!first) return undefined
  return word.toLowerCase() === 'for' ? lastingFrom(first.at, rest) : between(first, rest, clock)
}

interface Moment {
  at: Temporal.ZonedDateTime
  /** Said without a time, or without a day. */
  bare?: 'day' | 'time'
}

const momentOf = (text: string, clock: WallClock, today?: Temporal.PlainDate): Moment | undefined => {
  const { timeZone, handOverAt } = clock
  if (text.trim() === '') return undefined
  const parts = text
    .trim()
    .replace(/\s+at\s+/i, ' ')
    .split(/\s+|(?<=\d)T(?=\d)/)
  for (let cut = parts.length; cut >= 0; cut--) {
    const [dayWords, timeWords] = [parts.slice(0, cut).join(' '), parts.slice(cut).join(' ')]
    const day = dayWords === '' ? (today ?? zoned(clock.now, timeZone).toPlainDate()) : dayOf(dayWords, clock)
    const time = timeWords === '' ? handOverAt : timeOf(timeWords)
    if (!day || !time) continue
    const at = day.toZonedDateTime({ timeZone, plainTime: time })
    return {
      at,
      ...(timeWords === '' ? { bare: 'day' as const } : dayWords === '' && { bare: 'time' as const }),
    }
  }
  return undefined
}

const between = (first: Moment, text: string, clock: WallClock): SaidSpan | undefined => {
  const last = momentOf(text, clock, first.at.toPlainDate())
  if (!last) return undefined
  const isBefore = Temporal.ZonedDateTime.compare(last.at, first.at) <= 0
  const nextDay = last.bare === 'day' || (last.bare === 'time' && isBefore)
  const until = nextDay ? last.at.add({ days: 1 }) : last.at
  return spanned(first.at, until)
}

const lastingFrom = (from: Temporal.ZonedDateTime, text: string): SaidSpan | undefined => {
  const duration = durationOf(text)
  return duration && spanned(from, from.add(duration))
}

const wholeDay = (text: string, clock: WallClock): SaidSpan | undefined => {
  const moment = momentOf(text, clock)
  return moment?.bare === 'day' ? spanned(moment.at, moment.at.add({ days: 1 })) : undefined
}

const spanned = (from: Temporal.ZonedDateTime, until: Temporal.ZonedDateTime): SaidSpan => ({
  from: new Date(from.epochMilliseconds),
  until: new Date(until.epochMilliseconds),
})

const zoned = (at: Date, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)

const dateOf = (year: number, month: number, day: number): Temporal.PlainDate | undefined => {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
