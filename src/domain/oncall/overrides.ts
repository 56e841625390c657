import { and, count, eq, gt, isNull } from 'drizzle-orm'
import { DAY_MS, SECOND_MS } from '../../clock.ts'
import type { Transaction } from '../../db/client.ts'
import { onCallOverrides } from '../../db/schema/index.ts'
import { AppError } from '../../errors.ts'
import { can, requirePermission } from '../users/permissions.ts'
import { auditOnCall, type By } from './audit-on-call.ts'
import { assertMayServe } from './may-serve.ts'
import { findRotation, loadRosters, type Rotation } from './rosters.ts'
import { shiftsOf } from './shifts.ts'
import { tellPerson } from './tell-person.ts'
import type { Span } from './turns.ts'

export const OVERRIDE_MAX_DAYS = 92
const OVERRIDES_AHEAD_MAX = 200

export interface NewOverride extends Span {
  projectId?: string | undefined
  userId: string
  now: Date
  /** The inbox row that asked for it: said again after a crash, it is told once. */
  originKey: string
}

/**
 * Puts somebody on call for a while, instead of whoever's turn it is. Admins may put anybody; operators themselves.
 * Whoever takes or loses the time is told in private.
 *
 * @returns the conversations to wake.
 * @throws AppError forbidden; not_found without a rotation; invalid.
 */
export const addOverride = async (
  tx: Transaction,
  { projectId, userId, from, until, now, originKey }: NewOverride,
  by: By,
): Promise<{ wake: string[] }> => {
  if (userId !== by.person.id || !can(by.person, 'incidents.handle'))
    requirePermission(by.person, 'oncall.manage')
  const rotation = await requireRotation(tx, projectId)
  await assertMayServe(tx, [userId])
  const span = { from: from < now ? now : from, until }
  if (span.until.getTime() - span.from.getTime() < SECOND_MS) throw invalid('on-call-span-over')
  if (span.until.getTime() - now.getTime() > OVERRIDE_MAX_DAYS * DAY_MS) throw invalid('on-call-span-long')
  const [ahead] = await tx
    .select({ count: count() })
    .from(onCallOverrides)
    .where(
      and(
        eq(onCallOverrides.rotationId, rotation.id),
        gt(onCallOverrides.endsAt, now),
        eq(onCallOverrides.source, 'override'),
        isNull(onCallOverrides.externalId),
      ),
    )
  if ((ahead?.count ?? 0) >= OVERRIDES_AHEAD_MAX) throw invalid('on-call-overrides-many')
  const [roster] = await loadRosters(tx, span, { scopes: [projectId ?? null] })
  const before = roster ? shiftsOf(roster, span).map((shift) => shift.userId) : []
  await tx.insert(onCallOverrides).values({
    ...{ rotationId: rotation.id, userId, startsAt: span.from, endsAt: until },
    ...{ source: 'override' as const, createdBy: by.person.id, createdAt: now },
  })
  await auditOnCall(tx, by, 'oncall.override', projectId, {
    from: span.from.toISOString(),
    until: until.toISOString(),
  })
  const concerned = [...new Set([userId, ...before])].filter((id) => id !== by.person.id)
  const wake: string[] = []
  for (const id of concerned) {
    const args = { who: by.person.name, when: span.from.toISOString(), until: until.toISOString() }
    const key = id === userId ? 'on-call-given' : 'on-call-taken'
    const told = await tellPerson(tx, {
      ...{ userId: id, key: `on-call:override:${originKey}:${id}` },
      content: { type: 'notice', key, args },
    })
    wake.push(...(told ?? []))
  }
  return { wake }
}

/** @throws AppError not_found, telling how to have one. */
export const requireRotation = async (
  tx: Transaction,
  projectId: string | null | undefined,
): Promise<Rotation> => {
  const rotation = await findRotation(tx, projectId)
  if (rotation) return rotation
  throw new AppError('not_found', 'there is no rotation', {
    userMessage: { key: 'on-call-no-rotation', args: {} },
  })
}

export const invalid = (key: string, args: Record<string, string | number> = {}): AppError =>
  new AppError('invalid', `the words about on-call cannot be used: ${key}`, { userMessage: { key, args } })
