import { and, desc, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { incidents } from '../../db/schema/incidents.ts'
import type { Incident } from './incident.ts'

export const findIncident = async (db: Executor, id: string): Promise<Incident | undefined> => {
  const [row] = await db.select().from(incidents).where(eq(incidents.id, id))
  return row
}

/** By the number people say. */
export const incidentByNumber = async (db: Executor, number: number): Promise<Incident | undefined> => {
  const [row] = await db.select().from(incidents).where(eq(incidents.number, number))
  return row
}

export interface IncidentFilter {
  /** True for what is not resolved, false for what is. */
  open?: boolean
  projectId?: string
  /** A user: what they are assigned, have acknowledged, or own the project of. */
  mine?: string
  /** Counted from 1. */
  page?: number
  pageSize?: number
}

export interface IncidentPage {
  incidents: Incident[]
  page: number
  hasMore: boolean
}

/** What was or is wrong: what is open first, the worst of it at the top, then the newest. What a bigger one explains is among them. */
export const listIncidents = async (
  db: Executor,
  { open, projectId, mine, page = 1, pageSize = 10 }: IncidentFilter = {},
): Promise<IncidentPage> => {
  const rows = await db
    .select()
    .from(incidents)
    .where(
      and(
        open === undefined ? undefined : open ? isOpen : eq(incidents.state, 'resolved'),
        projectId ? eq(incidents.projectId, projectId) : undefined,
        mine ? concerns(mine) : undefined,
      ),
    )
    .orderBy(
      sql`${incidents.state} = 'resolved'`,
      sql`case when ${incidents.state} <> 'resolved' then ${howBad} end`,
      desc(incidents.openedAt),
      desc(incidents.number),
    )
    .limit(pageSize + 1)
    .offset((page - 1) * pageSize)
  return { incidents: rows.slice(0, pageSize), page, hasMore: rows.length > pageSize }
}

/**
 * What is wrong now, without what a bigger one explains: the worst first, then what nobody has yet, then the oldest.
 *
 * @param options.forPerson a user: what they are assigned, have acknowledged, were paged about, or own the project of.
 */
export const openIncidents = (
  db: Executor,
  { forPerson, limit = 100 }: { forPerson?: string; limit?: number } = {},
): Promise<Incident[]> =>
  db
    .select()
    .from(incidents)
    .where(
      and(
        isOpen,
        isNull(incidents.parentId),
        forPerson ? or(concerns(forPerson), paged(forPerson)) : undefined,
      ),
    )
    .orderBy(
      howBad,
      sql`array_position(array['open', 'acknowledged', 'silenced'], ${incidents.state})`,
      incidents.openedAt,
    )
    .limit(limit)

/** The worst first. */
const howBad = sql`array_position(array['critical', 'warning', 'info'], ${incidents.severity})`

const isOpen = ne(incidents.state, 'resolved')

const concerns = (userId: string): SQL | undefined =>
  or(
    eq(incidents.assigneeId, userId),
    eq(incidents.acknowledgedBy, userId),
    sql`${incidents.projectId} in (select id from projects where owner_id = ${userId})`,
  )

const paged = (userId: string): SQL =>
  sql`exists (select from pages where pages.incident_id = ${incidents.id} and pages.user_id = ${userId})`
