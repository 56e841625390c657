import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import { incidents, incidentTimers } from '../../db/schema/incidents.ts'
import type { IncidentEventKind } from '../../db/shapes/incident.ts'
import { lockIncident } from './locks.ts'
import { giveBackChildren, lockFamilies } from './parents.ts'
import { armTimers, timerNeeded } from './timers.ts'

/** After the last of these an escalation is under way, or has come to its end. */
const TURNS_OF_ESCALATION = [
  'opened',
  'reopened',
  'worse',
  'unacknowledged',
  'unsilenced',
  'escalation_ended',
] as const satisfies IncidentEventKind[]

/**
 * Finds incidents that lack the timer of their state, also one whose first step never ran, and begins it anew (M-12).
 * An escalation that went through its whole chain lacks nothing.
 *
 * @returns how many.
 */
export const rearmLost = async (db: Database, now: Date): Promise<number> => {
  const isWithoutTimer = sql`not exists (select from incident_timers t where t.incident_id = ${incidents.id})`
  const lastTurn = sql`(
    select e.kind from incident_events e
    where e.incident_id = ${incidents.id} and e.kind in ${[...TURNS_OF_ESCALATION]}
    order by e.seq desc limit 1
  )`
  const lost = await db
    .select({ id: incidents.id })
    .from(incidents)
    .where(
      and(
        ne(incidents.state, 'resolved'),
        isNull(incidents.parentId),
        isWithoutTimer,
        sql`(${incidents.state} <> 'open'
          or (${incidents.severity} = 'critical' and ${lastTurn} is distinct from 'escalation_ended'))`,
      ),
    )
    .orderBy(asc(incidents.openedAt))
  let found = 0
  for (const { id } of lost) if (await rearm(db, id, now)) found++
  return found
}

/** Looked at again under the lock: a move may have just made it right. */
const rearm = (db: Database, id: string, now: Date): Promise<boolean> =>
  db.transaction(async (tx) => {
    const incident = await lockIncident(tx, id)
    if (!incident || !timerNeeded(incident)) return false
    const [timer] = await tx
      .select({ id: incidentTimers.id })
      .from(incidentTimers)
      .where(eq(incidentTimers.incidentId, id))
      .limit(1)
    if (timer) return false
    await armTimers(tx, incident, { now })
    return true
  })

/**
 * Gives back what is below an incident that is over. Resolving does so itself; this is for what was missed.
 *
 * @returns conversations to wake.
 */
export const freeOrphans = async (db: Database, now: Date): Promise<{ freed: number; wake: string[] }> => {
  const parentsOfOpen = db
    .selectDistinct({ id: incidents.parentId })
    .from(incidents)
    .where(ne(incidents.state, 'resolved'))
  const over = await db
    .select()
    .from(incidents)
    .where(and(eq(incidents.state, 'resolved'), inArray(incidents.id, parentsOfOpen)))
  const wake: string[] = []
  for (const seen of over)
    wake.push(
      ...(await db.transaction(async (tx) => {
        await lockFamilies(tx, seen)
        const parent = await lockIncident(tx, seen.id)
        return parent?.state === 'resolved' ? giveBackChildren(tx, parent, now) : []
      })),
    )
  return { freed: over.length, wake: [...new Set(wake)] }
}
