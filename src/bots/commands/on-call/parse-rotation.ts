import { Temporal } from 'temporal-polyfill'
import { isTimeZone } from '../../../domain/oncall/calendar/calendar-events.ts'
import { lastHandOver } from '../../../domain/oncall/turns.ts'
import { dayOf, timeOf, weekdayOf } from './moments.ts'

export interface SaidRotation {
  timeZone: string
  handOverAt: string
  everyDays: number
  /** `2026-12-01`. */
  startsOn: string
  /** As they were typed. */
  names: string[]
}

export interface RotationDefaults {
  now: Date
  timeZone: string
  handOverAt: string
}

const MONDAY = 1
const WEEK_DAYS = 7

/** @returns the word that was not understood, or what was meant. */
export type ParsedRotation = { said: SaidRotation } | { wrong: string }

/**
 * `weekly on monday at 09:00 Europe/Berlin from 2026-12-01: anna, boris`. All but the rhythm and the names may be left
 * out. Without a day of its own a rotation has begun already: the first person is on call at once. Weeks begin on
 * Mondays.
 */
export const parseRotation = (text: string, { now, ...defaults }: RotationDefaults): ParsedRotation => {
  const [rules, people] = splitAtColon(text)
  const tokens = rules.split(/[\s,]+/).filter(Boolean)
  const said: Partial<SaidRotation> & { weekday?: number; from?: string } = {}
  let at = 0
  while (at < tokens.length) {
    const used = takeRule(tokens.slice(at), said)
    if (used === 0) break
    at += used
  }
  const rest = tokens.slice(at)
  if (people !== undefined && rest.length > 0) return { wrong: rest.join(' ') }
  if (said.everyDays === undefined) return { wrong: rest[0] ?? '' }
  const names = namesIn(people ?? rest.join(' '))
  if (names.length === 0) return { wrong: '' }
  const { timeZone = defaults.timeZone, handOverAt = defaults.handOverAt, everyDays } = said
  const from = said.from === undefined ? undefined : dayOf(said.from, { now, timeZone })
  if (said.from !== undefined && !from) return { wrong: said.from }
  const weekday = said.weekday ?? (everyDays % WEEK_DAYS === 0 && !from ? MONDAY : undefined)
  const startsOn = from
    ? onWeekday(from, weekday, 'next')
    : onWeekday(Temporal.PlainDate.from(lastHandOver({ timeZone, handOverAt }, now)), weekday, 'last')
  return { said: { timeZone, handOverAt, everyDays, startsOn, names } }
}

/** The colon before the names, not one of a time. */
const splitAtColon = (text: string): [string, string?] => {
  const index = text.search(/(?<!\b\d{1,2}):|:(?!\d{2}\b)/)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}

/** @returns how many words were understood. */
const takeRule = (
  [first = '', second = '', third = '']: readonly string[],
  said: Partial<SaidRotation> & { weekday?: number; from?: string },
): number => {
  const word = first.toLowerCase()
  if (word === 'daily') return takeEvery(said, 1, 1)
  if (word === 'weekly') return takeEvery(said, WEEK_DAYS, 1)
  if (word === 'every') {
    if (/^day$/i.test(second)) return takeEvery(said, 1, 2)
    if (/^week$/i.test(second)) return takeEvery(said, WEEK_DAYS, 2)
    const weekday = weekdayOf(second)
    if (weekday) {
      said.weekday = weekday
      return takeEvery(said, WEEK_DAYS, 2)
    }
    const unit = /^days?$/i.test(third) ? 1 : /^weeks?$/i.test(third) ? WEEK_DAYS : undefined
    return unit && /^\d{1,3}$/.test(second) ? takeEvery(said, Number(second) * unit, 3) : 0
  }
  if (word === 'on' && weekdayOf(second)) {
    said.weekday = weekdayOf(second)
    return 2
  }
  if (word === 'at') {
    const isHalf = /^[ap]m$/i.test(third)
    const time = timeOf(isHalf ? second + third : second)
    if (time) said.handOverAt = time
    return time ? (isHalf ? 3 : 2) : 0
  }
  const time = first.includes(':') ? timeOf(first) : undefined
  if (time) {
    said.handOverAt = time
    return 1
  }
  if (word === 'from' || word === 'starting') {
    said.from = second
    return second === '' ? 1 : 2
  }
  if ((first.includes('/') || /^(utc|gmt)$/i.test(first)) && isTimeZone(first)) {
    said.timeZone = first
    return 1
  }
  return 0
}

const takeEvery = (said: Partial<SaidRotation>, everyDays: number, used: number): number => {
  said.everyDays = everyDays
  return used
}

const onWeekday = (day: Temporal.PlainDate, weekday: number | undefined, way: 'next' | 'last'): string => {
  if (weekday === undefined) return day.toString()
  const days = (way === 'next' ? weekday - day.dayOfWeek : day.dayOfWeek - weekday) + WEEK_DAYS
  const away = { days: days % WEEK_DAYS }
  return (way === 'next' ? day.add(away) : day.subtract(away)).toString()
}

/** Parted by commas, so that names of several words can be said; without one, by spaces. */
export const namesIn = (text: string): string[] =>
  text
    .split(/[,;]/.test(text) ? /[,;]|\s+and\s+/i : /\s+and\s+|\s+/i)
    .map((name) => name.trim())
    .filter(Boolean)
