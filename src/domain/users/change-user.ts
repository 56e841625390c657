import { and, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { type Lang, type UserRole, users } from '../../db/schema/users.ts'
import { AppError } from '../../errors.ts'
import { recordAudit } from '../audit/audit.ts'
import { requireRoleWithin } from './invites.ts'
import { requirePermission } from './permissions.ts'
import type { Person } from './person.ts'

/** Who changes a user, and from where. */
interface Change {
  person: Person
  surface: string
  now: Date
}

/**
 * Gives a person another role. Also brings back one whose access was withdrawn.
 *
 * @throws AppError forbidden when either role is above the acting person's; conflict for the last owner;
 *   not_found.
 */
export const setRole = async (
  tx: Transaction,
  userId: string,
  role: UserRole,
  { person, surface }: Change,
): Promise<void> => {
  const user = await lockForChange(tx, userId, person)
  requireRoleWithin(person, role)
  if (role !== 'owner') await requireAnotherOwner(tx, userId)
  await tx.update(users).set({ role, disabledAt: null }).where(eq(users.id, userId))
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: 'user.role',
    subject: user.name,
    result: 'ok',
    detail: { from: user.disabledAt ? 'none' : user.role, to: role },
  })
}

/**
 * Withdraws a person's access; what they made stays.
 *
 * @throws AppError forbidden, conflict for the last owner, not_found.
 */
export const disableUser = async (
  tx: Transaction,
  userId: string,
  { person, surface, now }: Change,
): Promise<void> => {
  const user = await lockForChange(tx, userId, person)
  await requireAnotherOwner(tx, userId)
  await tx.update(users).set({ disabledAt: now }).where(eq(users.id, userId))
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: 'user.disable',
    subject: user.name,
    result: 'ok',
  })
}

/** The language a person is answered in from now on. */
export const setLang = async (tx: Transaction, person: Person, lang: Lang): Promise<void> => {
  await tx.update(users).set({ lang }).where(eq(users.id, person.id))
}

const lockForChange = async (tx: Transaction, userId: string, person: Person) => {
  requirePermission(person, 'users.manage')
  await lockOwners(tx)
  const [user] = await tx.select().from(users).where(eq(users.id, userId)).for('update')
  if (!user)
    throw new AppError('not_found', 'no such user', {
      userMessage: { key: 'error-user-not-found', args: { name: userId } },
    })
  requireRoleWithin(person, user.role)
  return user
}

/** Without the lock two owners could demote each other at the same moment and leave nobody in charge. */
const lockOwners = (tx: Transaction) =>
  tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'owner'), isNull(users.disabledAt)))
    .orderBy(users.id)
    .for('update')

const requireAnotherOwner = async (tx: Transaction, userId: string) => {
  const owners = await lockOwners(tx)
  if (owners.length !== 1 || owners[0]?.id !== userId) return
  throw new AppError('conflict', 'the last owner stays', {
    userMessage: { key: 'error-last-owner', args: {} },
  })
}
