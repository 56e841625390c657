import { and, eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { incidentEvents } from '../../db/schema/index.ts'
import type { IncidentEventKind, IncidentFacts } from '../../db/shapes/incident.ts'
import { redrawIncident } from '../alerting/redraw.ts'
import { addEvent } from '../incidents/events.ts'
import { BY_SYSTEM, type Mover } from '../incidents/incident.ts'
import { lockIncident } from '../incidents/locks.ts'

export interface RecoveryNote {
  kind: Extract<IncidentEventKind, 'recovery_started' | 'recovery_step' | 'recovery_ended'>
  by?: Mover
  /** Tells this note from the others of the incident; `attempt` is among it. */
  about: IncidentFacts & { attempt: number }
  /** What else is to be read there. */
  detail?: IncidentFacts
  now: Date
}

/**
 * Writes down how far a recovery is, in the timeline of its incident: before anything outside is touched (design
 * rule 7), and once, however often a crashed worker begins again.
 *
 * @returns whether it is news, and the conversations to wake.
 */
export const noteRecovery = async (
  tx: Transaction,
  incidentId: string,
  { kind, by = BY_SYSTEM, about, detail = {}, now }: RecoveryNote,
): Promise<{ fresh: boolean; wake: string[] }> => {
  await lockIncident(tx, incidentId)
  if (await wasNoted(tx, incidentId, { kind, about })) return { fresh: false, wake: [] }
  await addEvent(tx, incidentId, { kind, by, detail: { ...detail, ...about }, now })
  return { fresh: true, wake: await redrawIncident(tx, incidentId) }
}

export const wasNoted = async (
  tx: Transaction,
  incidentId: string,
  { kind, about }: Pick<RecoveryNote, 'kind' | 'about'>,
): Promise<boolean> => {
  const [known] = await tx
    .select({ id: incidentEvents.id })
    .from(incidentEvents)
    .where(
      and(
        eq(incidentEvents.incidentId, incidentId),
        eq(incidentEvents.kind, kind),
        sql`${incidentEvents.detail} @> ${JSON.stringify(about)}::jsonb`,
      ),
    )
    .limit(1)
  return known !== undefined
}
