import { DAY_MS, HOUR_MS } from '../../clock.ts'
import { monthBounds, monthOf } from './month.ts'

/** A stretch of time that people ask about, cut into hours or days. All in UTC. */
export interface Period {
  from: Date
  /** The first moment after it. */
  to: Date
  unit: 'hour' | 'day'
  /** How it is called: `today`, so many days, or a month such as `2026-11`. */
  name: { kind: 'today' } | { kind: 'days'; days: number } | { kind: 'month'; month: string }
}

export const DEFAULT_PERIOD = '30d'
/** More days would not fit one chart. */
const DAYS_MAX = 60
const DAYS = /^(\d{1,3})d$/
const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/

/**
 * `today`, `week`, `month` (this one), `14d`, `2026-11`. Today counts as a whole day.
 * @returns undefined for anything else, and for months to come.
 */
export const parsePeriod = (word: string, now: Date): Period | undefined => {
  const midnight = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS)
  const tomorrow = new Date(midnight.getTime() + DAY_MS)
  if (word === 'today') return { from: midnight, to: tomorrow, unit: 'hour', name: { kind: 'today' } }
  if (word === 'month' || MONTH.test(word)) {
    const month = word === 'month' ? monthOf(now) : word
    if (month > monthOf(now)) return undefined
    const { from, to } = monthBounds(month)
    return { from, to: to < tomorrow ? to : tomorrow, unit: 'day', name: { kind: 'month', month } }
  }
  const days = word === 'week' ? 7 : Number(DAYS.exec(word)?.[1])
  if (!(days >= 1 && days <= DAYS_MAX)) return undefined
  return {
    from: new Date(tomorrow.getTime() - days * DAY_MS),
    to: tomorrow,
    unit: 'day',
    name: { kind: 'days', days },
  }
}

/** The beginnings of its hours or days. */
export const slotsOf = ({ from, to, unit }: Period): Date[] => {
  const step = unit === 'hour' ? HOUR_MS : DAY_MS
  return Array.from(
    { length: Math.round((to.getTime() - from.getTime()) / step) },
    (_, index) => new Date(from.getTime() + index * step),
  )
}
