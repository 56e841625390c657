import type { Transaction } from '../../db/client.ts'
import { moveRow } from './change-row.ts'
import { addEvent } from './events.ts'
import { lockName, lockOpen } from './locks.ts'
import { auditMove, lockForMove, type MoveOutcome, type MoveRequest, movedOn } from './move.ts'
import { lockFamilies, lockParent } from './parents.ts'
import { place } from './place.ts'
import { BEGUN_ANEW } from './report.ts'
import { GRACE_MS } from './times.ts'

/**
 * It is not over after all. When the thing has an open incident of a later date already, that one is what is told.
 *
 * @throws AppError not_found, forbidden.
 */
export const reopen = async (tx: Transaction, request: MoveRequest): Promise<MoveOutcome> => {
  const { by, now } = request
  const { incident, late } = await lockForMove(tx, 'reopen', request, async (seen) => {
    await lockFamilies(tx, seen)
    await lockName(tx, `key:${seen.key}`)
  })
  if (late) return late
  const other = await lockOpen(tx, incident.key)
  if (other) return movedOn(other)

  const parent = await lockParent(tx, incident)
  const moved = await moveRow(tx, incident.id, {
    ...BEGUN_ANEW,
    parentId: parent?.id ?? null,
    reopenings: incident.reopenings + 1,
  })
  await addEvent(tx, incident.id, { kind: 'reopened', by, detail: { reopenings: moved.reopenings }, now })
  await auditMove(tx, 'reopen', moved, by)
  const placed = await place(tx, moved, { parent, change: 'reopened', graceMs: GRACE_MS, now })
  return { outcome: 'done', ...placed }
}
