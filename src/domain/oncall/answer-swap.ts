import { and, eq } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { onCallOverrides, onCallSwaps, rotations } from '../../db/schema/index.ts'
import { AppError } from '../../errors.ts'
import { reviseViews } from '../conversations/outbox.ts'
import { requirePermission } from '../users/permissions.ts'
import { auditOnCall, type By } from './audit-on-call.ts'
import type { Shift } from './shifts.ts'
import { findSwap, type Swap, shiftsToGive, swapScope } from './swaps.ts'
import { tellPerson } from './tell-person.ts'
import type { Span } from './turns.ts'

export type SwapAnswer =
  | { outcome: 'agreed' | 'declined'; swap: Swap; wake: string[] }
  /** Answered before, by one of two clicks. */
  | { outcome: 'answered'; swap: Swap }
  /** Its time is over, or who asked is not on call then any more. */
  | { outcome: 'over'; swap: Swap; wake: string[] }

/**
 * What the asked person says to a swap; the first word counts. Both are told.
 *
 * @throws AppError not_found; forbidden for anybody else.
 */
export const answerSwap = async (
  tx: Transaction,
  { id, agree, now }: { id: string; agree: boolean; now: Date },
  by: By,
): Promise<SwapAnswer> => {
  const swap = await findSwap(tx, id)
  if (!swap) throw new AppError('not_found', 'no such swap')
  if (swap.toUserId !== by.person.id)
    throw new AppError('forbidden', 'somebody else was asked', {
      userMessage: { key: 'on-call-swap-not-yours', args: {} },
    })
  requirePermission(by.person, 'oncall.swap')
  const state = agree ? 'agreed' : 'declined'
  const [decided] = await tx
    .update(onCallSwaps)
    .set({ state, decidedAt: now })
    .where(and(eq(onCallSwaps.id, id), eq(onCallSwaps.state, 'proposed')))
    .returning()
  if (!decided) return { outcome: 'answered', swap: (await findSwap(tx, id)) ?? swap }
  await lockRotation(tx, swap.rotationId)
  const projectId = await projectOf(tx, swap)
  const shifts = agree ? await leftToGive(tx, decided, { projectId, now }) : []
  if (agree && shifts.length === 0) {
    const [over] = await tx
      .update(onCallSwaps)
      .set({ state: 'declined' })
      .where(eq(onCallSwaps.id, id))
      .returning()
    return { outcome: 'over', swap: over ?? decided, wake: await reviseViews(tx, 'swap', { id }) }
  }
  if (agree) await takeOver(tx, decided, shifts, now)
  await auditOnCall(tx, by, 'oncall.swap', projectId, { swap: id, state })
  const redrawn = await reviseViews(tx, 'swap', { id })
  const told = await tellPerson(tx, {
    ...{ userId: swap.fromUserId, key: `on-call:swap:${id}:answer` },
    content: {
      type: 'notice',
      key: `on-call-swap-${state}`,
      args: { who: by.person.name, when: swap.startsAt.toISOString(), until: swap.endsAt.toISOString() },
    },
  })
  return { outcome: state, swap: decided, wake: [...redrawn, ...(told ?? [])] }
}

/** Two who agree to take the same shift at the same moment must see each other. */
const lockRotation = async (tx: Transaction, id: string): Promise<void> => {
  await tx.select({ id: rotations.id }).from(rotations).where(eq(rotations.id, id)).for('no key update')
}

const takeOver = async (
  tx: Transaction,
  { rotationId, toUserId, fromUserId }: Swap,
  shifts: readonly Span[],
  now: Date,
): Promise<void> => {
  await tx.insert(onCallOverrides).values(
    shifts.map(({ from, until }) => ({
      ...{ rotationId, userId: toUserId, startsAt: from, endsAt: until },
      ...{ source: 'swap' as const, createdBy: fromUserId, createdAt: now },
    })),
  )
}

/** What of a proposal the person who made it still has to give. */
const leftToGive = (
  tx: Transaction,
  { startsAt, endsAt, fromUserId }: Swap,
  { projectId, now }: { projectId: string | null; now: Date },
): Promise<Shift[]> =>
  shiftsToGive(tx, { projectId, userId: fromUserId, from: startsAt < now ? now : startsAt, until: endsAt })

const projectOf = async (db: Executor, { rotationId }: Swap): Promise<string | null> =>
  (await swapScope(db, rotationId))?.projectId ?? null
