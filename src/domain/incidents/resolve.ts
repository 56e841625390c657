import type { Transaction } from '../../db/client.ts'
import { close } from './close.ts'
import { auditMove, lockForMove, type MoveOutcome, type MoveRequest } from './move.ts'
import { noteText } from './moves.ts'
import { lockFamilies, mayExplain } from './parents.ts'

/**
 * Ends an incident by somebody's word. When the thing is still wrong the next look at it opens the same incident
 * again. What it explained and is still wrong is told of again.
 *
 * @param request.resolution `recovery` when the recovery verified it; a person's word otherwise.
 * @throws AppError not_found, forbidden.
 */
export const resolve = async (
  tx: Transaction,
  request: MoveRequest & { note?: string | undefined; resolution?: 'person' | 'recovery' },
): Promise<MoveOutcome> => {
  const { by, now } = request
  const { incident, late } = await lockForMove(tx, 'resolve', request, async (seen) => {
    if (mayExplain(seen)) await lockFamilies(tx, seen)
  })
  if (late) return late
  const closed = await close(tx, incident, {
    resolution: request.resolution ?? 'person',
    by,
    note: noteText(request.note) || undefined,
    now,
  })
  await auditMove(tx, 'resolve', closed.incident, by)
  return { outcome: 'done', ...closed }
}
