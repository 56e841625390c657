import { asc, eq } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { incidentEvents, incidentTimers } from '../../db/schema/incidents.ts'
import { AppError } from '../../errors.ts'
import { whoIsOnCall } from '../oncall/who-is-on-call.ts'
import { userNames } from '../users/reader.ts'
import { chainMove, NOT_YET } from './chain-walk.ts'
import { findIncident } from './find.ts'
import { type Incident, wakesPeople } from './incident.ts'
import { type IncidentTimer, later } from './timers.ts'
import { GRACE_MS, REMINDERS_MAX } from './times.ts'

export type IncidentEvent = typeof incidentEvents.$inferSelect

/** What happens by itself when nobody does anything. */
export type ComingUp =
  /** Whoever is on call then: by name when it is what comes first, null when that is nobody. */
  | { kind: 'on_call'; name?: string | null }
  | { kind: 'person'; userId: string; name: string }
  | { kind: 'chat'; conversationId: string }
  | { kind: 'escalation_ends' }
  | { kind: 'remind'; userId: string | null; name: string }
  /** The acknowledgement counts as forgotten, and the escalation begins again. */
  | { kind: 'unacknowledge' }
  | { kind: 'unsilence' }

export interface Upcoming {
  at: Date
  what: ComingUp
}

const NEXT_MAX = 20

/**
 * What happened to an incident and what comes next, both in order.
 *
 * @throws AppError not_found.
 */
export const timelineOf = async (
  db: Executor,
  id: string,
): Promise<{ incident: Incident; events: IncidentEvent[]; next: Upcoming[] }> => {
  const incident = await findIncident(db, id)
  if (!incident) throw new AppError('not_found', `incident ${id} does not exist`)
  const events = await db
    .select()
    .from(incidentEvents)
    .where(eq(incidentEvents.incidentId, id))
    .orderBy(asc(incidentEvents.seq))
  return { incident, events, next: await whatComesNext(db, incident) }
}

/** From the incident's timer and its frozen chain, as if everybody could be reached and nobody did anything. */
export const whatComesNext = async (db: Executor, incident: Incident): Promise<Upcoming[]> => {
  const [first, ...rest] = await stepsAhead(db, incident)
  if (first?.what.kind !== 'on_call') return first ? [first, ...rest] : []
  const onCall = await whoIsOnCall(db, { projectId: incident.projectId, at: first.at })
  return [{ at: first.at, what: { kind: 'on_call', name: onCall?.name ?? null } }, ...rest]
}

const stepsAhead = async (db: Executor, incident: Incident): Promise<Upcoming[]> => {
  const [timer] = await db
    .select()
    .from(incidentTimers)
    .where(eq(incidentTimers.incidentId, incident.id))
    .orderBy(asc(incidentTimers.dueAt))
    .limit(1)
  if (!timer) return []
  switch (timer.kind) {
    case 'escalate':
      return stepsFrom(db, incident, timer)
    case 'remind':
      return reminderOf(db, incident, timer)
    case 'unsilence':
      return [
        { at: timer.dueAt, what: { kind: 'unsilence' } },
        ...(wakesPeople(incident)
          ? await stepsFrom(db, incident, { step: 0, round: 0, dueAt: later(timer.dueAt, GRACE_MS) })
          : []),
      ]
    default:
      return timer.kind satisfies never
  }
}

const stepsFrom = async (
  db: Executor,
  { escalation }: Incident,
  { step, round, dueAt }: Pick<IncidentTimer, 'step' | 'round' | 'dueAt'>,
): Promise<Upcoming[]> => {
  const chain = escalation ?? []
  const names = await userNames(
    db,
    chain.map((one) => (one.kind === 'person' ? one.userId : null)),
  )
  const next: Upcoming[] = []
  let at = dueAt
  let place = { step, round }
  let asked = NOT_YET
  while (next.length < NEXT_MAX) {
    const move = chainMove(chain, place, asked)
    if (move.kind === 'end') return [...next, { at, what: { kind: 'escalation_ends' } }]
    place = move.next
    if (move.kind === 'wait') {
      at = later(at, move.ms)
      asked = NOT_YET
      continue
    }
    asked = { any: true, reached: true }
    const who = move.step
    next.push({ at, what: who.kind === 'person' ? { ...who, name: names.get(who.userId) ?? '?' } : who })
  }
  return next
}

const reminderOf = async (
  db: Executor,
  incident: Incident,
  { dueAt, round }: IncidentTimer,
): Promise<Upcoming[]> => {
  if (wakesPeople(incident) && round >= REMINDERS_MAX) return [{ at: dueAt, what: { kind: 'unacknowledge' } }]
  const userId = incident.acknowledgedBy
  const name = (await userNames(db, [userId])).get(userId ?? '') ?? '?'
  return [{ at: dueAt, what: { kind: 'remind', userId, name } }]
}
