import { DAY_MS } from '../../clock.ts'
import type { Executor } from '../../db/client.ts'
import { userNames } from '../users/reader.ts'
import { type CalendarProblem, isCalendarProblem } from './calendar/calendar-problem.ts'
import { coverAt, coverOf } from './cover.ts'
import { type LoadedRoster, loadRosters } from './rosters.ts'
import { gapsOf, type Shift, type ShiftSource } from './shifts.ts'
import type { TurnRules } from './turns.ts'
import { unreachableMembers } from './unreachable.ts'

/** A stretch of time and who is on call in it; nobody has no name. */
export interface ShownShift {
  from: Date
  until: Date
  name?: string
  source?: ShiftSource
}

export interface OnCallOverview {
  /** Whose rotation it is: null for the one of everything, which counts for a project without its own. */
  projectId: string | null
  rules: Omit<TurnRules, 'members'>
  members: { name: string; hasAccess: boolean }[]
  calendar?: { host: string | null; problem?: CalendarProblem; unknownNames: string[] }
  current?: ShownShift
  next?: ShownShift
  /** What is shown of the days ahead, holes included. */
  ahead: ShownShift[]
  /** Who cannot be told anything in private. */
  unreachable: string[]
}

const AHEAD_MS = 7 * DAY_MS
/** Far enough to see the true bounds of any shift, and the next one of a rotation of months. */
const BOUNDS_MS = 400 * DAY_MS
const NEXT_WITHIN_MS = 92 * DAY_MS

/** Who is on call for a project, or for everything, until when, and what is missing; undefined without a rotation. */
export const onCallOverview = async (
  db: Executor,
  { projectId, now }: { projectId: string | null; now: Date },
): Promise<OnCallOverview | undefined> => {
  const around = { from: new Date(now.getTime() - BOUNDS_MS), until: new Date(now.getTime() + BOUNDS_MS) }
  const rosters = await loadRosters(db, around, { scopes: [...new Set([projectId, null])] })
  const common = rosters.find(({ rotation }) => rotation.projectId === null)
  const roster = rosters.find(({ rotation }) => rotation.projectId === projectId) ?? common
  if (!roster) return undefined
  const { rotation } = roster
  const counting = roster === common ? [common] : [roster, common]
  const current = coverAt(counting, now)?.shift
  const later = { from: current?.until ?? now, until: new Date(now.getTime() + NEXT_WITHIN_MS) }
  const [next] = coverOf(counting, later)
  const week = { from: now, until: new Date(now.getTime() + AHEAD_MS) }
  const shifts = coverOf(counting, week)
  const names = await userNames(db, [
    ...rotation.members,
    ...[current, next, ...shifts].map((shift) => shift?.userId),
  ])
  const shown = (shift: Shift): ShownShift => ({ ...shift, name: names.get(shift.userId) ?? '?' })
  const silent = await unreachableMembers(db, week)
  return {
    projectId: rotation.projectId,
    rules: rotation,
    members: roster.rules.members.map((id) => ({
      name: names.get(id) ?? '?',
      hasAccess: !roster.absent?.has(id),
    })),
    ...calendarOf(roster),
    ...(current && { current: shown(current) }),
    ...(next && { next: shown(next) }),
    ahead: [...shifts.map(shown), ...gapsOf(shifts, week)].sort(
      (a, b) => a.from.getTime() - b.from.getTime(),
    ),
    unreachable: silent.filter(({ userId }) => concerns(roster, shifts, userId)).map(({ name }) => name),
  }
}

const concerns = ({ rules }: LoadedRoster, shifts: readonly Shift[], userId: string): boolean =>
  rules.members.includes(userId) || shifts.some((shift) => shift.userId === userId)

const calendarOf = ({ calendar }: LoadedRoster): Pick<OnCallOverview, 'calendar'> => {
  if (!calendar) return {}
  const { url, error, unknownNames } = calendar
  return {
    calendar: {
      // The rest of the address may be a secret.
      host: url && (URL.parse(url)?.host ?? null),
      ...(error && isCalendarProblem(error) && { problem: error }),
      unknownNames,
    },
  }
}
