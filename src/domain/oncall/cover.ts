import { gapsOf, type Roster, type Shift, shiftAt, shiftsOf } from './shifts.ts'
import type { Span } from './turns.ts'

/** The rotations that count for something, the one that is asked first in front: the project's, that of everything. */
type Rosters<R extends Roster> = readonly (R | undefined)[]

/** Who can be called within a span, in order: where one rotation has a hole, the next one counts. */
export const coverOf = (rosters: Rosters<Roster>, span: Span): Shift[] => {
  let shifts: Shift[] = []
  for (const roster of rosters) {
    if (!roster) continue
    const filling = gapsOf(shifts, span).flatMap((gap) => shiftsOf(roster, gap))
    shifts = [...shifts, ...filling].sort((a, b) => a.from.getTime() - b.from.getTime())
  }
  return shifts
}

/** Who is called at a moment, and by which rotation. One that fills a hole does so until the hole ends. */
export const coverAt = <R extends Roster>(
  rosters: Rosters<R>,
  at: Date,
): { roster: R; shift: Shift } | undefined => {
  for (const [index, roster] of rosters.entries()) {
    const shift = roster && shiftAt(roster, at)
    if (!roster || !shift) continue
    const [inTheWay] = coverOf(rosters.slice(0, index), { from: at, until: shift.until })
    return { roster, shift: { ...shift, until: inTheWay?.from ?? shift.until } }
  }
  return undefined
}
