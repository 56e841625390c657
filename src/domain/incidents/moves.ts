import type { Transaction } from '../../db/client.ts'
import { AppError } from '../../errors.ts'
import { isAtLeast } from '../users/permissions.ts'
import { findPerson } from '../users/person.ts'
import { applyMove, lockForMove, type MoveOutcome, type MoveRequest, movedOn } from './move.ts'
import { later } from './timers.ts'
import { GRACE_MS, SILENCE_MAX_MS, SILENCE_MIN_MS } from './times.ts'

/**
 * Somebody has it: nobody else is asked, and they are asked themselves when nothing is heard for long. The same
 * person again says that they still have it; somebody else learns who has.
 *
 * @throws AppError not_found, forbidden; as all moves.
 */
export const acknowledge = async (tx: Transaction, request: MoveRequest): Promise<MoveOutcome> => {
  const { incident, late } = await lockForMove(tx, 'acknowledge', request)
  const by = request.by.person?.id ?? null
  if (late) return late
  if (incident.state === 'acknowledged' && incident.acknowledgedBy !== by) return movedOn(incident)
  return applyMove(tx, incident, request, {
    verb: 'acknowledge',
    event: 'acknowledged',
    change: 'acknowledged',
    row: {
      state: 'acknowledged',
      acknowledgedBy: by,
      acknowledgedAt: request.now,
      silencedUntil: null,
      silencedBy: null,
    },
    rearm: { graceMs: 0 },
  })
}

/** Nobody has it any more: the escalation begins again, unless somebody takes it within `GRACE_MS`. */
export const unacknowledge = async (
  tx: Transaction,
  request: MoveRequest & { reason?: string },
): Promise<MoveOutcome> => {
  const { incident, late } = await lockForMove(tx, 'unacknowledge', request)
  if (late) return late
  return applyMove(tx, incident, request, {
    verb: 'unacknowledge',
    event: 'unacknowledged',
    change: 'unacknowledged',
    row: { state: 'open', acknowledgedBy: null, acknowledgedAt: null },
    detail: { ...(request.reason && { reason: request.reason }) },
    rearm: { graceMs: GRACE_MS },
  })
}

/**
 * Quiet for a while; by itself it is open again afterwards.
 *
 * @throws AppError invalid when `forMs` is not between `SILENCE_MIN_MS` and `SILENCE_MAX_MS`.
 */
export const silence = async (
  tx: Transaction,
  request: MoveRequest & { forMs: number },
): Promise<MoveOutcome> => {
  const { forMs, now } = request
  if (!(forMs >= SILENCE_MIN_MS && forMs <= SILENCE_MAX_MS))
    throw new AppError('invalid', `an incident cannot be silenced for ${forMs} ms`)
  const { incident, late } = await lockForMove(tx, 'silence', request)
  if (late) return late
  const until = later(now, forMs)
  return applyMove(tx, incident, request, {
    verb: 'silence',
    event: 'silenced',
    change: 'silenced',
    row: {
      state: 'silenced',
      silencedUntil: until,
      silencedBy: request.by.person?.id ?? null,
      acknowledgedBy: null,
      acknowledgedAt: null,
    },
    detail: { until: until.toISOString() },
    rearm: { graceMs: 0 },
  })
}

/** Not quiet any more: the escalation begins again, unless somebody takes it within `GRACE_MS`. */
export const unsilence = async (tx: Transaction, request: MoveRequest): Promise<MoveOutcome> => {
  const { incident, late } = await lockForMove(tx, 'unsilence', request)
  if (late) return late
  return applyMove(tx, incident, request, {
    verb: 'unsilence',
    event: 'unsilenced',
    change: 'unsilenced',
    row: { state: 'open', silencedUntil: null, silencedBy: null },
    rearm: { graceMs: GRACE_MS },
  })
}

/**
 * Gives it to somebody. Who was to be asked is asked all the same until somebody acknowledges.
 *
 * @throws AppError not_found when they have no access; invalid when they may only read.
 */
export const assign = async (
  tx: Transaction,
  request: MoveRequest & { to: string },
): Promise<MoveOutcome> => {
  const assignee = await findPerson(tx, request.to)
  if (!assignee) throw new AppError('not_found', `user ${request.to} has no access`)
  if (!isAtLeast(assignee.role, 'member'))
    throw new AppError('invalid', 'a viewer cannot handle incidents', {
      userMessage: { key: 'error-assign-viewer', args: { name: assignee.name } },
    })
  const { incident, late } = await lockForMove(tx, 'assign', request)
  if (late) return late
  return applyMove(tx, incident, request, {
    verb: 'assign',
    event: 'assigned',
    change: 'assigned',
    row: { assigneeId: assignee.id },
    detail: { to: assignee.name },
    // A word about it: it is not forgotten.
    ...(incident.state === 'acknowledged' && { rearm: { graceMs: 0 } }),
  })
}

const NOTE_MAX_LENGTH = 2_000

/**
 * Adds a line to the timeline. The version is not compared: a note is true whatever happened meanwhile.
 *
 * @throws AppError invalid for an empty note.
 */
export const note = async (
  tx: Transaction,
  { version: _, ...request }: MoveRequest & { text: string },
): Promise<MoveOutcome> => {
  const text = noteText(request.text)
  if (!text) throw new AppError('invalid', 'a note without words')
  const { incident, late } = await lockForMove(tx, 'note', request)
  if (late) return late
  return applyMove(tx, incident, request, {
    verb: 'note',
    event: 'note',
    change: 'noted',
    keepsVersion: true,
    detail: { note: text },
    ...(incident.state === 'acknowledged' && { rearm: { graceMs: 0 } }),
  })
}

export const noteText = (text: string | undefined): string => (text ?? '').trim().slice(0, NOTE_MAX_LENGTH)
