import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { incidentTimers } from '../../db/schema/incidents.ts'
import { chainFor } from './chains.ts'
import { changeRow } from './change-row.ts'
import { type Incident, wakesPeople } from './incident.ts'
import { remindAfterMs } from './times.ts'

export type IncidentTimer = typeof incidentTimers.$inferSelect

/** The one timer that an incident needs in the state it is in; none once it is resolved, or told of by another. */
export const timerNeeded = (incident: Incident): IncidentTimer['kind'] | undefined => {
  if (incident.parentId) return undefined
  switch (incident.state) {
    case 'open':
      return wakesPeople(incident) ? 'escalate' : undefined
    case 'acknowledged':
      return 'remind'
    case 'silenced':
      return 'unsilence'
    case 'resolved':
      return undefined
    default:
      return incident.state satisfies never
  }
}

/**
 * Gives an incident the timer of its state, begun anew, and takes all others away; whoever holds a claim on one has
 * lost it. An escalation that begins freezes its chain onto the incident.
 *
 * @param graceMs how long an escalation waits for its first step.
 */
export const armTimers = async (
  tx: Transaction,
  incident: Incident,
  { now, graceMs = 0 }: { now: Date; graceMs?: number },
): Promise<Incident> => {
  const kind = timerNeeded(incident)
  await tx
    .delete(incidentTimers)
    .where(and(eq(incidentTimers.incidentId, incident.id), kind ? ne(incidentTimers.kind, kind) : undefined))
  switch (kind) {
    case undefined:
      return incident
    case 'escalate':
      await setTimer(tx, { incidentId: incident.id, kind, dueAt: later(now, graceMs) })
      return incident.escalation ? incident : freezeChain(tx, incident)
    case 'remind':
      await setTimer(tx, { incidentId: incident.id, kind, dueAt: later(now, remindAfterMs(incident)) })
      return incident
    case 'unsilence':
      await setTimer(tx, { incidentId: incident.id, kind, dueAt: incident.silencedUntil ?? now })
      return incident
    default:
      return kind satisfies never
  }
}

const freezeChain = async (tx: Transaction, incident: Incident): Promise<Incident> =>
  changeRow(tx, incident.id, { escalation: await chainFor(tx, incident.projectId) })

type NewTimer = Pick<IncidentTimer, 'incidentId' | 'kind' | 'dueAt'> &
  Partial<Pick<IncidentTimer, 'step' | 'round'>>

/** Sets when something happens next. Whoever holds a claim on this timer has lost it. */
export const setTimer = async (
  tx: Transaction,
  { step = 0, round = 0, ...timer }: NewTimer,
): Promise<void> => {
  await tx
    .insert(incidentTimers)
    .values({ ...timer, step, round })
    .onConflictDoUpdate({
      target: [incidentTimers.incidentId, incidentTimers.kind],
      set: {
        step,
        round,
        dueAt: timer.dueAt,
        fence: sql`${incidentTimers.fence} + 1`,
        claimedUntil: null,
      },
    })
}

export const removeTimers = async (tx: Transaction, incidentIds: readonly string[]): Promise<void> => {
  if (incidentIds.length > 0)
    await tx.delete(incidentTimers).where(inArray(incidentTimers.incidentId, [...incidentIds]))
}

export const later = (now: Date, ms: number): Date => new Date(now.getTime() + ms)
