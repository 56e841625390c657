import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { DAY_MS } from '../../../clock.ts'
import type { Executor, Transaction } from '../../../db/client.ts'
import {
  identities,
  onCallCalendars,
  onCallOverrides,
  projects,
  rotations,
  users,
} from '../../../db/schema/index.ts'
import { requirePermission } from '../../users/permissions.ts'
import { auditOnCall, type By } from '../audit-on-call.ts'
import { findRotation, isInUse, type OnCallCalendar, type Rotation } from '../rosters.ts'
import { writeRotation } from '../rotations.ts'
import type { CalendarEvent, ReadWindow } from './calendar-events.ts'
import type { CalendarProblem } from './calendar-problem.ts'
import { matchNames } from './match-names.ts'

/** Events are kept from a week ago to a year ahead: of a file nothing is left to read the next year from. */
const BEHIND_MS = 7 * DAY_MS
const AHEAD_MS = 366 * DAY_MS

export const calendarWindow = (now: Date, timeZone: string): ReadWindow => ({
  from: new Date(now.getTime() - BEHIND_MS),
  until: new Date(now.getTime() + AHEAD_MS),
  timeZone,
})

export interface GivenCalendar {
  projectId?: string | undefined
  /** Null for a file. */
  url: string | null
  etag: string | null
  events: readonly CalendarEvent[]
  timeZone: string
  now: Date
}

/**
 * From now on a calendar tells who is on call, instead of turns. Its events take the place of those that were read
 * before.
 *
 * @returns how many events name somebody known, and the names that nobody here has.
 * @throws AppError forbidden.
 */
export const importCalendar = async (
  tx: Transaction,
  { projectId, url, etag, events, timeZone, now }: GivenCalendar,
  by: By,
): Promise<{ matched: number; unknown: string[] }> => {
  requirePermission(by.person, 'oncall.manage')
  const earlier = await findRotation(tx, projectId)
  const rules = earlier ?? { handOverAt: '00:00', everyDays: 1, members: [] }
  const startsOn = earlier?.startsOn ?? now.toISOString().slice(0, 10)
  const rotation = await writeRotation(tx, { ...rules, projectId, startsOn, timeZone, now }, by)
  const values = { url, etag, error: null }
  await tx
    .insert(onCallCalendars)
    .values({ rotationId: rotation.id, ...values })
    .onConflictDoUpdate({ target: onCallCalendars.rotationId, set: values })
  const read = await replaceEvents(tx, rotation.id, { events, etag, now })
  await auditOnCall(tx, by, 'oncall.calendar', projectId, { by: url ? 'url' : 'file', events: read.matched })
  return read
}

/** @returns how many events name somebody known, and the names that nobody here has. */
export const replaceEvents = async (
  tx: Transaction,
  rotationId: string,
  { events, etag, now }: { events: readonly CalendarEvent[]; etag: string | null; now: Date },
): Promise<{ matched: number; unknown: string[] }> => {
  const { matched, unknown } = matchNames(events, await namedUsers(tx))
  await tx
    .delete(onCallOverrides)
    .where(and(eq(onCallOverrides.rotationId, rotationId), eq(onCallOverrides.source, 'calendar')))
  for (let at = 0; at < matched.length; at += INSERTED_AT_ONCE)
    await tx.insert(onCallOverrides).values(
      matched.slice(at, at + INSERTED_AT_ONCE).map(({ id, userId, startsAt, endsAt }) => ({
        ...{ rotationId, userId, startsAt, endsAt, externalId: id },
        ...{ source: 'calendar' as const, createdAt: now },
      })),
    )
  await tx
    .update(onCallCalendars)
    .set({ etag, fetchedAt: now, error: null, unknownNames: unknown })
    .where(eq(onCallCalendars.rotationId, rotationId))
  return { matched: matched.length, unknown }
}

const INSERTED_AT_ONCE = 500

/** How the last look at a calendar went; `null` when it went well. */
export const noteLook = async (
  db: Executor,
  rotationId: string,
  error: CalendarProblem | null,
): Promise<void> => {
  await db.update(onCallCalendars).set({ error }).where(eq(onCallCalendars.rotationId, rotationId))
}

/** Those that can be looked at again. */
export const calendarsByUrl = async (
  db: Executor,
): Promise<{ calendar: OnCallCalendar & { url: string }; rotation: Rotation }[]> => {
  const rows = await db
    .select({ calendar: onCallCalendars, rotation: rotations })
    .from(onCallCalendars)
    .innerJoin(rotations, eq(rotations.id, onCallCalendars.rotationId))
    .leftJoin(projects, eq(projects.id, rotations.projectId))
    .where(and(isNotNull(onCallCalendars.url), isInUse))
    .orderBy(rotations.createdAt)
  return rows.flatMap(({ calendar, rotation }) =>
    calendar.url === null ? [] : [{ calendar: { ...calendar, url: calendar.url }, rotation }],
  )
}

/** The same calendar as it was, and nobody gave another in the meantime. Held for the rest of the transaction. */
export const isStillCalendar = async (
  tx: Transaction,
  { rotationId, url }: Pick<OnCallCalendar, 'rotationId' | 'url'>,
): Promise<boolean> => {
  const [row] = await tx
    .select({ url: onCallCalendars.url })
    .from(onCallCalendars)
    .where(eq(onCallCalendars.rotationId, rotationId))
    .for('update')
  return row !== undefined && row.url === url
}

const namedUsers = async (db: Executor) => {
  const rows = await db
    .select({ id: users.id, name: users.name, account: identities.name })
    .from(users)
    .leftJoin(identities, eq(identities.userId, users.id))
    .where(isNull(users.disabledAt))
  return [...Map.groupBy(rows, ({ id }) => id)].map(([id, accounts]) => ({
    id,
    names: accounts.flatMap(({ name, account }) => (account ? [name, account] : [name])),
  }))
}
