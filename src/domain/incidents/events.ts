import type { Transaction } from '../../db/client.ts'
import { incidentEvents } from '../../db/schema/incidents.ts'
import type { IncidentEventKind, IncidentFacts } from '../../db/shapes/incident.ts'
import { BY_SYSTEM, type Mover } from './incident.ts'

export interface NewEvent {
  kind: IncidentEventKind
  by?: Mover
  detail?: IncidentFacts
  now: Date
}

/** Adds to the timeline of an incident, in the transaction that did it. */
export const addEvent = async (
  tx: Transaction,
  incidentId: string,
  { kind, by = BY_SYSTEM, detail = {}, now }: NewEvent,
): Promise<void> => {
  await tx.insert(incidentEvents).values({
    incidentId,
    kind,
    actor: by.person?.name ?? 'system',
    userId: by.person?.id ?? null,
    surface: by.surface,
    detail,
    at: now,
  })
}
