import { subscriptionsOf } from '../../domain/alerting/subscriptions.ts'
import { findIncident, listIncidents, openIncidents } from '../../domain/incidents/find.ts'
import { timelineOf } from '../../domain/incidents/timeline.ts'
import { findProject } from '../../domain/projects/projects.ts'
import { can } from '../../domain/users/permissions.ts'
import { userNames } from '../../domain/users/reader.ts'
import { alertsCard } from '../cards/alerts.ts'
import { digestCard } from '../cards/digest.ts'
import { incidentCard } from '../cards/incident.ts'
import { incidentCallCard } from '../cards/incident-call.ts'
import { incidentPeopleCard } from '../cards/incident-people.ts'
import { incidentTimelineCard } from '../cards/incident-timeline.ts'
import { incidentsCard } from '../cards/incidents.ts'
import type { Card, Outgoing } from '../chat.ts'
import { digestData } from './incidents/digest-data.ts'
import { peopleData } from './incidents/people-data.ts'
import type { Drawing } from './index.ts'

export type IncidentView =
  | 'incident'
  | 'incident-timeline'
  | 'incident-call'
  | 'incidents'
  | 'digest'
  | 'alerts'

interface IncidentContent {
  view: IncidentView
  args: Record<string, string | number>
}

/** @returns undefined when what is named is gone. */
export const presentIncidents = async (
  drawing: Drawing,
  content: IncidentContent,
): Promise<Outgoing | undefined> => {
  const card = await cardOf(drawing, content)
  return card && { card }
}

const cardOf = async (drawing: Drawing, { view, args }: IncidentContent): Promise<Card | undefined> => {
  const { words, person, now, deps } = drawing
  const { db } = deps
  const id = String(args.id ?? '')

  switch (view) {
    case 'incident': {
      if (args.people === undefined) {
        const data = await drawing.incidentCard(id)
        const callsOn = drawing.isGroup ? drawing.platform : undefined
        return data && incidentCard(words, { ...data, now }, { callsOn })
      }
      const incident = await findIncident(db, id)
      return incident && incidentPeopleCard(words, await peopleData(db, incident, now))
    }
    case 'incident-timeline': {
      const data = await drawing.incidentCard(id)
      if (!data) return undefined
      const { events, next } = await timelineOf(db, id)
      return incidentTimelineCard(words, { ...data, now, events, upcoming: next })
    }
    case 'incident-call': {
      const data = await drawing.incidentCard(id)
      return data && incidentCallCard(words, { ...data, now }, drawing.platform)
    }
    case 'incidents':
      return incidentList(drawing, args)
    case 'digest':
      return digestCard(words, await digestData(db, String(args.key ?? ''), id, now))
    case 'alerts': {
      const [subscriptions, open] = await Promise.all([subscriptionsOf(db, id), openIncidents(db)])
      const mayChange = person !== undefined && can(person, 'alerts.subscribe')
      return alertsCard(words, { subscriptions, open: open.length, mayChange })
    }
    default:
      return view satisfies never
  }
}

/** @param args.filter `all`, `mine` or a project's name; without, what is wrong now. */
const incidentList = async (
  { words, person, now, deps: { db } }: Drawing,
  args: IncidentContent['args'],
): Promise<Card | undefined> => {
  const filter = args.filter === undefined ? undefined : String(args.filter)
  const isNamed = filter !== undefined && filter !== 'all' && filter !== 'mine'
  const project = isNamed ? await findProject(db, filter) : undefined
  if (isNamed && !project) return undefined
  const found = await listIncidents(db, {
    ...((filter === undefined || filter === 'mine') && { open: true }),
    ...(filter === 'mine' && person && { mine: person.id }),
    ...(project && { projectId: project.id }),
    page: Number(args.page ?? 1),
  })
  const names = await userNames(
    db,
    found.incidents.map(({ acknowledgedBy }) => acknowledgedBy),
  )
  return incidentsCard(words, { ...found, names, filter, now })
}
