import type { Executor } from '../../../db/client.ts'
import type { Incident } from '../../../domain/incidents/incident.ts'
import { whoIsOnCall } from '../../../domain/oncall/who-is-on-call.ts'
import { listUsers } from '../../../domain/users/find-user.ts'
import { isAtLeast } from '../../../domain/users/permissions.ts'
import type { IncidentPeopleData } from '../../cards/incident-people.ts'

/** Whoever is on call first, then those who handle incidents, then everybody who may. */
export const peopleData = async (
  db: Executor,
  incident: Incident,
  now: Date,
): Promise<IncidentPeopleData> => {
  const { assigneeId, projectId } = incident
  const [users, onCall] = await Promise.all([listUsers(db), whoIsOnCall(db, { projectId, at: now })])
  const people = users
    .filter(({ id, role, disabled }) => !disabled && isAtLeast(role, 'member') && id !== assigneeId)
    .map(({ id, name, role }) => ({ id, name, role, onCall: id === onCall?.userId }))
  const rank = (one: (typeof people)[number]) => (one.onCall ? 0 : isAtLeast(one.role, 'operator') ? 1 : 2)
  return {
    incident,
    people: people.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)),
    assignee: users.find(({ id }) => id === assigneeId)?.name,
  }
}
