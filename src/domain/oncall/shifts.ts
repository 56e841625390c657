import { type Span, type TurnRules, turnsOf } from './turns.ts'

export type ShiftSource = 'rotation' | 'override' | 'swap' | 'calendar'

/** Somebody instead of whoever's turn it is. */
export interface Replacement {
  id: string
  userId: string
  startsAt: Date
  endsAt: Date
  source: Exclude<ShiftSource, 'rotation'>
  createdAt: Date
}

export interface Shift extends Span {
  userId: string
  source: ShiftSource
}

/** One rotation as it is, with everything that decides whose turn it is. */
export interface Roster {
  rules: TurnRules
  replacements: readonly Replacement[]
  /** People who have no access any more: what they stand for counts as nobody. */
  absent?: ReadonlySet<string>
}

/**
 * Who is on call when: never two at a time, in order. The newest override or agreed swap counts before an older one,
 * any of them before what a calendar tells, that before the turns. Shifts are clipped to the span.
 */
export const shiftsOf = (roster: Roster, span: Span): Shift[] => {
  const layers = layersOf(roster, span)
  const edges = [
    ...new Set([span.from, span.until, ...layers.flatMap(({ from, until }) => [from, until])].map(Number)),
  ]
    .filter((at) => at >= span.from.getTime() && at <= span.until.getTime())
    .sort((a, b) => a - b)
  const pieces = edges.slice(0, -1).map((from, index) => {
    const top = layers.find((layer) => layer.from.getTime() <= from && layer.until.getTime() > from)
    return { layer: top, from, until: edges[index + 1] ?? from }
  })
  return joined(pieces).flatMap(({ layer, from, until }) =>
    layer
      ? [{ userId: layer.userId, source: layer.source, from: new Date(from), until: new Date(until) }]
      : [],
  )
}

/** Who is on call at a moment, with the true bounds of their shift. */
export const shiftAt = (roster: Roster, at: Date): Shift | undefined => {
  const moment = { from: at, until: new Date(at.getTime() + 1) }
  const top = layersOf(roster, moment)[0]
  return top && shiftsOf(roster, top).find((shift) => contains(shift, at))
}

/** The parts of a span in which nobody is on call. */
export const gapsOf = (shifts: readonly Span[], { from, until }: Span): Span[] => {
  const gaps: Span[] = []
  let covered = from
  for (const shift of shifts) {
    if (shift.from > covered) gaps.push({ from: covered, until: shift.from })
    if (shift.until > covered) covered = shift.until
  }
  return covered < until ? [...gaps, { from: covered, until }] : gaps
}

export const contains = ({ from, until }: Span, at: Date): boolean => from <= at && at < until

interface Layer extends Shift {
  rank: readonly [number, number, string]
}

/** What touches the span, whole, the one that counts most first. */
const layersOf = ({ rules, replacements, absent }: Roster, span: Span): Layer[] => {
  const turns = turnsOf(rules, span).map(
    (turn): Layer => ({ ...turn, source: 'rotation', rank: [RANK.rotation, 0, ''] }),
  )
  const others = replacements.map(
    ({ id, userId, startsAt, endsAt, source, createdAt }): Layer => ({
      userId,
      source,
      from: startsAt,
      until: endsAt,
      // Events of a calendar were all read at once; of two that overlap, the one that begins later is the exception.
      rank: [RANK[source], (source === 'calendar' ? startsAt : createdAt).getTime(), id],
    }),
  )
  return [...others, ...turns]
    .filter(({ from, until, userId }) => from < span.until && until > span.from && !absent?.has(userId))
    .sort(byRank)
}

const RANK: Record<ShiftSource, number> = { override: 2, swap: 2, calendar: 1, rotation: 0 }

const byRank = ({ rank: a }: Layer, { rank: b }: Layer): number =>
  b[0] - a[0] || b[1] - a[1] || (b[2] < a[2] ? -1 : 1)

interface Piece {
  layer: Layer | undefined
  from: number
  until: number
}

/** What was cut only because something else begins or ends beneath it is one again. */
const joined = (pieces: readonly Piece[]): Piece[] => {
  const whole: Piece[] = []
  for (const piece of pieces) {
    const last = whole.at(-1)
    if (last && last.layer === piece.layer) last.until = piece.until
    else whole.push({ ...piece })
  }
  return whole
}
