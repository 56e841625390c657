import type { Transaction } from '../../db/client.ts'
import type { IncidentEventKind, IncidentFacts, IncidentState } from '../../db/shapes/incident.ts'
import { AppError } from '../../errors.ts'
import { announce } from '../alerting/announce.ts'
import { recordAudit } from '../audit/audit.ts'
import { changeRow, moveRow, type RowChange } from './change-row.ts'
import { addEvent } from './events.ts'
import { findIncident } from './find.ts'
import type { Incident, IncidentChange, Mover } from './incident.ts'
import { lockIncident } from './locks.ts'
import { requireMayHandle } from './may-handle.ts'
import { armTimers } from './timers.ts'

export const VERBS = [
  'acknowledge',
  'unacknowledge',
  'silence',
  'unsilence',
  'resolve',
  'reopen',
  'assign',
  'note',
] as const
export type Verb = (typeof VERBS)[number]

/** From where each move can be made (design rule 6). An acknowledgement is repeated to say "I still have it". */
export const INCIDENT_MOVES: Record<Verb, readonly IncidentState[]> = {
  acknowledge: ['open', 'silenced', 'acknowledged'],
  unacknowledge: ['acknowledged'],
  silence: ['open', 'acknowledged', 'silenced'],
  unsilence: ['silenced'],
  resolve: ['open', 'acknowledged', 'silenced'],
  reopen: ['resolved'],
  assign: ['open', 'acknowledged', 'silenced'],
  note: ['open', 'acknowledged', 'silenced', 'resolved'],
}

export interface MoveRequest {
  id: string
  /** The one the person saw; without it the move is made from wherever the incident is, when that is possible. */
  version?: number | undefined
  by: Mover
  now: Date
}

export type MoveOutcome = {
  /** `moved_on`: it was not as the person saw it, or cannot be moved so from where it is; nothing was changed. */
  outcome: 'done' | 'moved_on'
  /** As it is now. */
  incident: Incident
  /** Conversations to wake once the transaction has committed. */
  wake: string[]
}

/**
 * The row, locked, when the move can be made (compare-and-set by version and table); else what is to be told.
 *
 * @param prepare locks what comes before the row.
 * @throws AppError not_found, forbidden.
 */
export const lockForMove = async (
  tx: Transaction,
  verb: Verb,
  { id, version, by }: MoveRequest,
  prepare?: (seen: Incident) => Promise<void>,
): Promise<{ incident: Incident; late?: MoveOutcome }> => {
  const seen = await findIncident(tx, id)
  if (!seen) throw new AppError('not_found', `incident ${id} does not exist`)
  await requireMayHandle(tx, by, seen)
  await prepare?.(seen)
  const incident = await lockIncident(tx, id)
  if (!incident) throw new AppError('not_found', `incident ${id} does not exist`)
  const isAsSeen = version === undefined || version === incident.version
  if (isAsSeen && INCIDENT_MOVES[verb].includes(incident.state)) return { incident }
  return { incident, late: movedOn(incident) }
}

export const movedOn = (incident: Incident): MoveOutcome => ({ outcome: 'moved_on', incident, wake: [] })

interface Effect {
  verb: Verb
  event: IncidentEventKind
  change: IncidentChange
  row?: RowChange
  detail?: IncidentFacts
  /** A note moves nothing: what others see and click on stays valid. */
  keepsVersion?: boolean
  /** Begin the timers of the new state anew; escalations wait so long for their first step. */
  rearm?: { graceMs: number }
}

/** Makes a move that touches this incident alone; it is locked. */
export const applyMove = async (
  tx: Transaction,
  incident: Incident,
  { by, now }: MoveRequest,
  { verb, event, change, row = {}, detail = {}, keepsVersion = false, rearm }: Effect,
): Promise<MoveOutcome> => {
  const isEmpty = Object.keys(row).length === 0
  const moved = keepsVersion
    ? isEmpty
      ? incident
      : await changeRow(tx, incident.id, row)
    : await moveRow(tx, incident.id, row)
  await addEvent(tx, incident.id, { kind: event, by, detail, now })
  await auditMove(tx, verb, moved, by)
  const armed = rearm ? await armTimers(tx, moved, { now, ...rearm }) : moved
  return { outcome: 'done', incident: armed, wake: await announce(tx, { incident: armed, change, now }) }
}

/** Only what people do; what prorab does by itself is in the timeline. */
export const auditMove = async (
  tx: Transaction,
  verb: Verb | 'report',
  incident: Incident,
  { person, surface }: Mover,
): Promise<void> => {
  if (!person) return
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: `incident.${verb}`,
    subject: `incident:${incident.number}`,
    result: 'ok',
    detail: { incidentId: incident.id, version: incident.version },
  })
}
