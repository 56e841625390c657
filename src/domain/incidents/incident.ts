import type { incidents } from '../../db/schema/incidents.ts'
import { SEVERITIES, type Severity } from '../../db/shapes/incident.ts'
import type { Person } from '../users/person.ts'

export type Incident = typeof incidents.$inferSelect

/** What became different, for whoever tells people about it. */
export type IncidentChange =
  | 'opened'
  | 'again'
  | 'worse'
  | 'reopened'
  /** A bigger incident explains it now: it is told of no more. */
  | 'swallowed'
  /** The bigger incident is over and this one is not: it is told of again. */
  | 'returned'
  | 'acknowledged'
  | 'unacknowledged'
  | 'silenced'
  | 'unsilenced'
  | 'assigned'
  | 'resolved'
  | 'noted'
  /** Somebody was paged, or the escalation has come to its end. */
  | 'escalated'
  | 'reminded'

/** Who moves an incident: a person, checked for permission, or prorab itself. */
export interface Mover {
  person: Person | null
  /** telegram, slack, console, cli, or system. */
  surface: string
}

export const BY_SYSTEM: Mover = { person: null, surface: 'system' }

export const isWorse = (severity: Severity, than: Severity): boolean =>
  SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(than)

/** Only what is critical wakes people (M-11); the rest is told in the chats that want to hear of it. */
export const wakesPeople = ({ severity }: Pick<Incident, 'severity'>): boolean => severity === 'critical'
