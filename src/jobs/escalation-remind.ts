import type { Transaction } from '../db/client.ts'
import { announce } from '../domain/alerting/announce.ts'
import { addEvent } from '../domain/incidents/events.ts'
import { BY_SYSTEM, type Incident, wakesPeople } from '../domain/incidents/incident.ts'
import { unacknowledge } from '../domain/incidents/moves.ts'
import { type IncidentTimer, later, setTimer } from '../domain/incidents/timers.ts'
import { REMINDERS_MAX, remindAfterMs } from '../domain/incidents/times.ts'
import { findPerson } from '../domain/users/person.ts'
import type { EscalationDeps } from './escalation.ts'

/**
 * Asks whoever has an incident whether they still have it. What is critical goes back to everybody after
 * `REMINDERS_MAX` reminders without a word, or at once when the person has no access any more.
 *
 * @returns conversations to wake.
 */
export const remind = async (
  tx: Transaction,
  { page }: EscalationDeps,
  incident: Incident,
  { round }: IncidentTimer,
  now: Date,
): Promise<string[]> => {
  const holder = incident.acknowledgedBy ? await findPerson(tx, incident.acknowledgedBy) : undefined
  const isForgotten = wakesPeople(incident) && round >= REMINDERS_MAX
  if (!holder || isForgotten) {
    const reason = holder ? 'forgotten' : 'no_access'
    return (await unacknowledge(tx, { id: incident.id, by: BY_SYSTEM, reason, now })).wake
  }
  const occasion = `remind:${incident.version}:${round}`
  const { outcome, wake } = await page(tx, { incident, userId: holder.id, occasion, now })
  await addEvent(tx, incident.id, { kind: 'reminded', detail: { name: holder.name, outcome }, now })
  await setTimer(tx, {
    incidentId: incident.id,
    kind: 'remind',
    dueAt: later(now, remindAfterMs(incident)),
    round: round + 1,
  })
  return [...wake, ...(await announce(tx, { incident, change: 'reminded', now }))]
}
