import { z } from 'zod'
import { say } from '../../domain/conversations/outbox.ts'
import { incidentByNumber, openIncidents } from '../../domain/incidents/find.ts'
import type { Incident } from '../../domain/incidents/incident.ts'
import { timelineOf } from '../../domain/incidents/timeline.ts'
import { moveProject } from '../../domain/projects/lifecycle.ts'
import { findProject } from '../../domain/projects/projects.ts'
import { type StartedRecovery, startRecovery } from '../../domain/recovery/start-recovery.ts'
import { liveRuns } from '../../domain/runs/runs.ts'
import { AppError } from '../../errors.ts'
import { untrusted } from '../untrusted.ts'
import type { ChatScope } from './chat-scope.ts'
import { defineTool } from './tool.ts'
import { unknownProject } from './unknown-project.ts'

const INCIDENTS_TOLD = 30
const EVENTS_TOLD = 20

const ONE_INCIDENT = z.object({ incident: z.int().positive().describe('Its number.') })

/** What the product owner can do about incidents (G-4, M-13). */
export const INCIDENT_TOOLS = [
  defineTool({
    name: 'list_active_incidents',
    description: 'Lists what is wrong now, the worst first.',
    schema: z.object({}),
    risk: 'LOW',
    permission: 'incidents.read',
    run: async (_args, { deps }: ChatScope) => {
      const open = await openIncidents(deps.db, { limit: INCIDENTS_TOLD })
      return open.length === 0 ? 'Nothing is wrong now.' : untrusted('incidents', open.map(lineOf).join('\n'))
    },
  }),

  defineTool({
    name: 'get_incident',
    description: 'Tells all about one incident: what was seen, what happened, what comes next.',
    schema: ONE_INCIDENT,
    risk: 'LOW',
    permission: 'incidents.read',
    run: async ({ incident: number }, { deps, session }: ChatScope) => {
      const known = await requireIncident(deps, number)
      const { incident, events, next } = await timelineOf(deps.db, known.id)
      await showIncident({ deps, session }, incident)
      const told = {
        incident: lineOf(incident),
        facts: incident.facts,
        events: events
          .slice(-EVENTS_TOLD)
          .map(({ kind, actor, detail, at }) => ({ at: at.toISOString(), kind, actor, detail })),
        next: next.map(({ at, what }) => ({ at: at.toISOString(), ...what })),
      }
      return untrusted('incident', JSON.stringify(told))
    },
  }),

  defineTool({
    name: 'start_recovery',
    description:
      'Starts to repair what an open incident is about. It looks first, asks by a card before anything risky, and tells how it went. Only when the person wants it fixed.',
    schema: ONE_INCIDENT,
    risk: 'MEDIUM',
    permission: 'incidents.fix',
    incident: ({ incident }) => incident,
    exclusive: true,
    run: async ({ incident: number }, { deps, session }: ChatScope) => {
      const { id } = await requireIncident(deps, number)
      const { person, platform, conversationId } = session
      const begun = await deps.db.transaction(async (tx) => {
        await session.lease.assertHeld(tx)
        return startRecovery(tx, {
          incidentId: id,
          by: { person, surface: platform },
          conversationId,
          now: deps.clock.now(),
        })
      })
      await showIncident({ deps, session }, begun.incident)
      await Promise.all(begun.wake.map((one) => deps.wake.deliver(one)))
      if (begun.taskId) await deps.wake.dispatch(begun.taskId)
      return saidOf(begun)
    },
  }),

  defineTool({
    name: 'set_project_maintenance',
    description:
      'Says that a project that is online is being worked on by hand, or is not any more. It keeps running.',
    schema: z.object({
      project: z.string().describe('The short name.'),
      on: z.boolean().describe('true: into maintenance; false: back to active.'),
    }),
    risk: 'MEDIUM',
    permission: 'project.change',
    project: ({ project }) => project,
    exclusive: true,
    run: async ({ project: name, on }, { deps, session }: ChatScope) => {
      await deps.db.transaction(async (tx) => {
        await session.lease.assertHeld(tx)
        const project = await findProject(tx, name)
        if (!project) throw unknownProject(name)
        if ((await liveRuns(tx)).some(({ projectId }) => projectId === project.id))
          throw new AppError('conflict', `a run is working on ${name}; it puts it into maintenance by itself`)
        await moveProject(tx, {
          projectId: project.id,
          to: on ? 'maintenance' : 'active',
          actor: `user:${session.person.id}`,
          reason: 'asked for in chat',
        })
      })
      return on ? `${name} is in maintenance.` : `${name} is active.`
    },
  }),
]

const requireIncident = async ({ db }: ChatScope['deps'], number: number): Promise<Incident> => {
  const incident = await incidentByNumber(db, number)
  if (!incident) throw new AppError('not_found', `there is no incident ${number}`)
  return incident
}

const lineOf = ({ number, subject, kind, severity, state, openedAt, note }: Incident): string =>
  [
    `#${number} ${subject}: ${kind}, ${severity}, ${state}, since ${openedAt.toISOString()}`,
    ...(note ? [note] : []),
  ].join('; ')

/** The card is drawn anew as the incident moves. */
const showIncident = async ({ deps, session }: ChatScope, { id }: Incident): Promise<void> => {
  await say(deps.db, {
    conversationId: session.conversationId,
    key: `turn:${session.turnId}:incident:${id}`,
    content: { type: 'view', view: 'incident', args: { id } },
    readerId: session.person.id,
  })
  await deps.wake.deliver(session.conversationId)
}

const saidOf = ({ started, reason, incident }: StartedRecovery): string => {
  const { number } = incident
  if (started) return `The recovery of incident ${number} has begun; its card shows how far it is.`
  switch (reason) {
    case 'resolved':
      return `Incident ${number} is resolved already.`
    case 'under_way':
      return `The recovery of incident ${number} is under way already.`
    case 'explained':
      return `Incident ${number} is part of a bigger one; fix that one.`
    case 'too_many':
    case undefined:
      return `The recovery of incident ${number} was not begun.`
    default:
      return reason satisfies never
  }
}
