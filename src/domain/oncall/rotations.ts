import { and, eq, isNull, sql } from 'drizzle-orm'
import { DAY_MS } from '../../clock.ts'
import type { Transaction } from '../../db/client.ts'
import { onCallCalendars, onCallOverrides, rotations } from '../../db/schema/index.ts'
import { AppError } from '../../errors.ts'
import { requirePermission } from '../users/permissions.ts'
import { auditOnCall, type By } from './audit-on-call.ts'
import { isTimeZone } from './calendar/calendar-events.ts'
import { assertMayServe } from './may-serve.ts'
import { findRotation, loadRosters, type Rotation } from './rosters.ts'
import { shiftsOf } from './shifts.ts'
import { startOfTurn, type TurnRules } from './turns.ts'

export const MEMBERS_MAX = 50
export const EVERY_DAYS_MAX = 366
const START_MAX_DAYS = 366

/**
 * Sets who is on call in turn, for one project or for everything. Until the first hand-over whoever would have been on
 * call stays so. A calendar that told it before does not count any more.
 *
 * @throws AppError forbidden; invalid, not_found.
 */
export const setRotation = async (
  tx: Transaction,
  { projectId, now, ...rules }: TurnRules & { projectId?: string | undefined; now: Date },
  by: By,
): Promise<Rotation> => {
  requirePermission(by.person, 'oncall.manage')
  assertRules(rules, now)
  await assertMayServe(tx, rules.members)
  const earlier = await findRotation(tx, projectId)
  if (earlier) await keepUntil(tx, earlier, { from: now, until: startOfTurn(rules, 0) }, by)
  const rotation = await writeRotation(tx, { projectId, ...rules, now }, by)
  await forgetCalendar(tx, rotation.id)
  await auditOnCall(tx, by, 'oncall.set', projectId, {
    members: rules.members.length,
    everyDays: rules.everyDays,
  })
  return rotation
}

/** Inserts it or takes the place of the one there is; what else is known of it stays. */
export const writeRotation = async (
  tx: Transaction,
  { projectId, members, now, ...rules }: TurnRules & { projectId?: string | undefined; now: Date },
  { person }: By,
): Promise<Rotation> => {
  await tx.execute(sql`
    insert into rotations (project_id, time_zone, hand_over_at, every_days, starts_on, members, updated_by, updated_at)
    values (${projectId ?? null}, ${rules.timeZone}, ${rules.handOverAt}, ${rules.everyDays}, ${rules.startsOn},
      ${`{${members.join(',')}}`}::uuid[], ${person.id}, ${now.toISOString()})
    on conflict (coalesce(project_id, '00000000-0000-0000-0000-000000000000'::uuid))
    do update set time_zone = excluded.time_zone, hand_over_at = excluded.hand_over_at,
      every_days = excluded.every_days, starts_on = excluded.starts_on, members = excluded.members,
      updated_by = excluded.updated_by, updated_at = excluded.updated_at`)
  const rotation = await findRotation(tx, projectId)
  if (!rotation) throw new Error('a rotation that was just written is there')
  return rotation
}

/**
 * Takes the rotation away, with its overrides, swaps and calendar.
 * @returns false when there was none.
 * @throws AppError forbidden.
 */
export const removeRotation = async (
  tx: Transaction,
  { projectId }: { projectId?: string | undefined },
  by: By,
): Promise<boolean> => {
  requirePermission(by.person, 'oncall.manage')
  const gone = await tx
    .delete(rotations)
    .where(projectId ? eq(rotations.projectId, projectId) : isNull(rotations.projectId))
    .returning({ id: rotations.id })
  if (gone.length > 0) await auditOnCall(tx, by, 'oncall.off', projectId)
  return gone.length > 0
}

const assertRules = ({ members, everyDays, timeZone, handOverAt, startsOn }: TurnRules, now: Date): void => {
  const problem = (key: string) =>
    new AppError('invalid', `no rotation can be like this: ${key}`, { userMessage: { key, args: {} } })
  if (members.length === 0 || members.length > MEMBERS_MAX) throw problem('on-call-members-count')
  if (new Set(members).size < members.length) throw problem('on-call-members-twice')
  if (!Number.isInteger(everyDays) || everyDays < 1 || everyDays > EVERY_DAYS_MAX)
    throw problem('on-call-every')
  if (!isTimeZone(timeZone)) throw problem('on-call-zone')
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(handOverAt)) throw problem('on-call-time')
  const away = Math.abs(Date.parse(startsOn) - now.getTime()) / DAY_MS
  if (!(away <= START_MAX_DAYS)) throw problem('on-call-date')
}

/** Marks what stays of a rotation or calendar until the next one begins. */
const KEPT = 'kept'
/** Before anything that somebody said by hand. */
const LEAST = new Date(0)

/**
 * What the old turns or the calendar say for the time until the new ones begin is written down, by name; what was
 * written down so before counts as part of them.
 */
const keepUntil = async (
  tx: Transaction,
  { id: rotationId, projectId }: Rotation,
  span: { from: Date; until: Date },
  { person }: By,
): Promise<void> => {
  const [roster] = await loadRosters(tx, span, { scopes: [projectId] })
  await tx
    .delete(onCallOverrides)
    .where(and(eq(onCallOverrides.rotationId, rotationId), eq(onCallOverrides.externalId, KEPT)))
  if (!roster || span.until <= span.from) return
  const replacements = roster.replacements.filter(
    ({ source, externalId }) => source === 'calendar' || externalId === KEPT,
  )
  const shifts = shiftsOf({ ...roster, replacements }, span)
  if (shifts.length === 0) return
  await tx.insert(onCallOverrides).values(
    shifts.map(({ userId, from, until }) => ({
      ...{ rotationId, userId, startsAt: from, endsAt: until, externalId: KEPT },
      ...{ source: 'override' as const, createdBy: person.id, createdAt: LEAST },
    })),
  )
}

const forgetCalendar = async (tx: Transaction, rotationId: string): Promise<void> => {
  await tx.delete(onCallCalendars).where(eq(onCallCalendars.rotationId, rotationId))
  await tx
    .delete(onCallOverrides)
    .where(and(eq(onCallOverrides.rotationId, rotationId), eq(onCallOverrides.source, 'calendar')))
}
