import { Temporal } from 'temporal-polyfill'

/** Who is on call in turn, by the calendar on the wall of one time zone (M-12). */
export interface TurnRules {
  /** IANA, e.g. `Europe/Berlin`. */
  timeZone: string
  /** `09:00`, in that zone; an hour that the clocks skip is the one after it. */
  handOverAt: string
  everyDays: number
  /** The day of the first hand-over, e.g. `2026-12-01`. */
  startsOn: string
  /** In order. */
  members: readonly string[]
}

export interface Span {
  from: Date
  until: Date
}

export interface Turn extends Span {
  userId: string
}

/**
 * The turns that touch a span, whole, in order and without holes. Hand-overs keep their time of day when the clocks
 * change, so a turn may be an hour longer or shorter than another; one that a zone skips altogether (a country that
 * changed sides of the date line) is left out.
 */
export const turnsOf = (rules: TurnRules, { from, until }: Span): Turn[] => {
  const { members } = rules
  if (members.length === 0) return []
  const turns: Turn[] = []
  let startsAt = new Date(0)
  for (let index = firstTurnAt(rules, from); startsAt < until; index++) {
    startsAt = startOfTurn(rules, index)
    const endsAt = startOfTurn(rules, index + 1)
    const userId = members[index % members.length]
    if (userId !== undefined && startsAt < endsAt && startsAt < until && endsAt > from)
      turns.push({ userId, from: startsAt, until: endsAt })
  }
  return turns
}

/** @returns the day, in the zone of the turns, of the last hand-over that has been. */
export const lastHandOver = (
  { timeZone, handOverAt }: Pick<TurnRules, 'timeZone' | 'handOverAt'>,
  at: Date,
): string => {
  const today = localDay(timeZone, at)
  return instantOf(today, handOverAt, timeZone) <= at
    ? today.toString()
    : today.subtract({ days: 1 }).toString()
}

export const startOfTurn = ({ startsOn, everyDays, handOverAt, timeZone }: TurnRules, index: number): Date =>
  instantOf(Temporal.PlainDate.from(startsOn).add({ days: index * everyDays }), handOverAt, timeZone)

/** The number of a turn that began at this time or before it; never below that of the first. */
const firstTurnAt = ({ startsOn, everyDays, timeZone }: TurnRules, at: Date): number => {
  const days = Temporal.PlainDate.from(startsOn).until(localDay(timeZone, at)).days
  return Math.max(0, Math.floor(days / everyDays) - 1)
}

const localDay = (timeZone: string, at: Date): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate()

/** A day and a time on the wall, as an instant; of an hour that comes twice, the first. */
export const instantOf = (day: Temporal.PlainDate | string, time: string, timeZone: string): Date =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds)
