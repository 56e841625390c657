import { and, count, eq, gt } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { onCallSwaps } from '../../db/schema/index.ts'
import { requirePermission } from '../users/permissions.ts'
import { userNames } from '../users/reader.ts'
import { auditOnCall, type By } from './audit-on-call.ts'
import { assertMayServe } from './may-serve.ts'
import { invalid, requireRotation } from './overrides.ts'
import { type Swap, shiftsToGive } from './swaps.ts'
import { tellPerson } from './tell-person.ts'
import type { Span } from './turns.ts'

export interface ProposedSwap extends Span {
  projectId?: string | undefined
  /** Who is to take it. */
  userId: string
  now: Date
}

/**
 * Asks somebody to take one's shifts within a span. Nothing changes before they agree; they are asked in private, and
 * once, however often it is proposed.
 *
 * @throws AppError forbidden; not_found without a rotation, or for somebody without access; invalid when there is
 * nothing to give away, or nowhere to ask.
 */
export const proposeSwap = async (
  tx: Transaction,
  { projectId, userId, from, until, now }: ProposedSwap,
  by: By,
): Promise<{ swap: Swap; wake: string[] }> => {
  const { person } = by
  requirePermission(person, 'oncall.swap')
  const rotation = await requireRotation(tx, projectId)
  if (userId === person.id) throw invalid('on-call-swap-self')
  await assertMayServe(tx, [userId])
  const shifts = await shiftsToGive(tx, {
    projectId: rotation.projectId,
    userId: person.id,
    from: from < now ? now : from,
    until,
  })
  const [first, last] = [shifts.at(0), shifts.at(-1)]
  if (!first || !last) throw invalid('on-call-swap-nothing')
  const swap = await writeSwap(tx, {
    ...{ rotationId: rotation.id, fromUserId: person.id, toUserId: userId },
    ...{ startsAt: first.from, endsAt: last.until, createdAt: now },
  })
  const told = await tellPerson(tx, {
    ...{ userId, key: `on-call:swap:${swap.id}` },
    content: { type: 'view', view: 'swap', args: { id: swap.id } },
  })
  if (!told)
    throw invalid('on-call-swap-unreachable', { name: (await userNames(tx, [userId])).get(userId) ?? '?' })
  await auditOnCall(tx, by, 'oncall.swap', projectId, { swap: swap.id, state: 'proposed' })
  return { swap, wake: told }
}

/** Each is a message to somebody. */
const OPEN_SWAPS_MAX = 10

/** The same proposal, while it is open, is the same. */
const writeSwap = async (
  tx: Transaction,
  values: typeof onCallSwaps.$inferInsert & { createdAt: Date },
): Promise<Swap> => {
  const { rotationId, fromUserId, toUserId, endsAt, createdAt: now } = values
  const same = await tx
    .select()
    .from(onCallSwaps)
    .where(
      and(
        eq(onCallSwaps.rotationId, rotationId),
        eq(onCallSwaps.fromUserId, fromUserId),
        eq(onCallSwaps.toUserId, toUserId),
        eq(onCallSwaps.endsAt, endsAt),
        eq(onCallSwaps.state, 'proposed'),
      ),
    )
  if (same[0]) return same[0]
  const [open] = await tx
    .select({ count: count() })
    .from(onCallSwaps)
    .where(
      and(
        eq(onCallSwaps.fromUserId, fromUserId),
        eq(onCallSwaps.state, 'proposed'),
        gt(onCallSwaps.endsAt, now),
      ),
    )
  if ((open?.count ?? 0) >= OPEN_SWAPS_MAX) throw invalid('on-call-swaps-many')
  const [swap] = await tx.insert(onCallSwaps).values(values).returning()
  if (!swap) throw new Error('an insert of a swap returned no row')
  return swap
}
