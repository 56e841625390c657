import { and, eq, gt, inArray, isNotNull, isNull, lt, ne, or } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { onCallCalendars, onCallOverrides, projects, rotations, users } from '../../db/schema/index.ts'
import type { Roster } from './shifts.ts'
import type { Span } from './turns.ts'

export type Rotation = typeof rotations.$inferSelect
export type OnCallOverride = typeof onCallOverrides.$inferSelect
export type OnCallCalendar = typeof onCallCalendars.$inferSelect

export interface LoadedRoster extends Roster {
  rotation: Rotation
  replacements: readonly OnCallOverride[]
  /** Null for the one of everything. */
  projectName: string | null
  /** Where a calendar tells who is on call, there are no turns. */
  calendar: OnCallCalendar | null
}

/**
 * The rotations with everything that touches a span.
 *
 * @param options.scopes projects, and null for the rotation of everything; all of them unless told.
 */
export const loadRosters = async (
  db: Executor,
  { from, until }: Span,
  { scopes }: { scopes?: readonly (string | null)[] } = {},
): Promise<LoadedRoster[]> => {
  const named = (scopes ?? []).filter((scope) => scope !== null)
  const found = await db
    .select({ rotation: rotations, calendar: onCallCalendars, project: projects.name })
    .from(rotations)
    .leftJoin(onCallCalendars, eq(onCallCalendars.rotationId, rotations.id))
    .leftJoin(projects, eq(projects.id, rotations.projectId))
    .where(
      and(
        isInUse,
        scopes &&
          or(
            scopes.includes(null) ? isNull(rotations.projectId) : undefined,
            named.length > 0 ? inArray(rotations.projectId, named) : undefined,
          ),
      ),
    )
    .orderBy(rotations.createdAt, rotations.id)
  const ids = found.map(({ rotation }) => rotation.id)
  if (ids.length === 0) return []
  const replacements = await db
    .select()
    .from(onCallOverrides)
    .where(
      and(
        inArray(onCallOverrides.rotationId, ids),
        lt(onCallOverrides.startsAt, until),
        gt(onCallOverrides.endsAt, from),
      ),
    )
  const absent = await withoutAccess(db, [
    ...found.flatMap(({ rotation }) => rotation.members),
    ...replacements.map(({ userId }) => userId),
  ])
  return found.map(({ rotation, calendar, project }) => ({
    rotation,
    projectName: project,
    calendar,
    rules: calendar ? { ...rotation, members: [] } : rotation,
    replacements: replacements.filter(({ rotationId }) => rotationId === rotation.id),
    absent,
  }))
}

/** Nobody is called about a project that was archived. */
export const isInUse = or(isNull(rotations.projectId), ne(projects.status, 'archived'))

const withoutAccess = async (db: Executor, ids: readonly string[]): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(inArray(users.id, [...new Set(ids)]), isNotNull(users.disabledAt)))
  return new Set(rows.map(({ id }) => id))
}

export const findRotation = async (
  db: Executor,
  projectId: string | null | undefined,
): Promise<Rotation | undefined> => {
  const [row] = await db
    .select()
    .from(rotations)
    .where(projectId ? eq(rotations.projectId, projectId) : isNull(rotations.projectId))
  return row
}
