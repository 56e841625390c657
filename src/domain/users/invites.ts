import { eq } from 'drizzle-orm'
import { DAY_MS } from '../../clock.ts'
import type { Transaction } from '../../db/client.ts'
import { invites, type UserRole } from '../../db/schema/users.ts'
import { AppError } from '../../errors.ts'
import { recordAudit } from '../audit/audit.ts'
import { admit } from './admit.ts'
import { hashCode, newCode } from './codes.ts'
import { isAtLeast, requirePermission } from './permissions.ts'
import { findPerson, type Identity, type Person, resolvePerson } from './person.ts'

export const INVITE_TTL_MS = 7 * DAY_MS
/** 120 bits: nobody guesses it, so a plain hash is enough to keep. */
const CODE_GROUPS = 6

export interface Invite {
  code: string
  role: UserRole
  expiresAt: Date
}

export type InviteOutcome =
  | { outcome: 'admitted'; person: Person }
  | { outcome: 'already_member'; person: Person }
  | { outcome: 'wrong' }
  | { outcome: 'used' }
  | { outcome: 'expired' }

/**
 * A code that lets one person in. Only its hash is kept.
 *
 * @throws AppError forbidden for who may not manage users, or offers more than they are.
 */
export const createInvite = async (
  tx: Transaction,
  person: Person,
  {
    role,
    ttlMs = INVITE_TTL_MS,
    surface,
    now,
  }: { role: UserRole; ttlMs?: number; surface: string; now: Date },
): Promise<Invite> => {
  requirePermission(person, 'users.manage')
  requireRoleWithin(person, role)
  const invite = { code: newCode(CODE_GROUPS), role, expiresAt: new Date(now.getTime() + ttlMs) }
  await tx.insert(invites).values({
    codeHash: hashCode(invite.code),
    role,
    createdBy: person.id,
    createdAt: now,
    expiresAt: invite.expiresAt,
  })
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: 'user.invite',
    subject: role,
    result: 'ok',
  })
  return invite
}

/**
 * Uses an invitation up. Of two who try the same code at once, one gets in. The caller counts the wrong codes, see
 * `redeemCode`; that is why outcomes are returned rather than thrown.
 */
export const acceptInvite = async (
  tx: Transaction,
  identity: Identity,
  code: string,
  now: Date,
): Promise<InviteOutcome> => {
  const member = await resolvePerson(tx, identity)
  if (member) return { outcome: 'already_member', person: member }

  const [invite] = await tx
    .select()
    .from(invites)
    .where(eq(invites.codeHash, hashCode(code)))
    .for('update')
  const inviter = invite && (await findPerson(tx, invite.createdBy))
  if (!invite || !inviter) return { outcome: 'wrong' }
  if (invite.usedAt) return { outcome: 'used' }
  if (invite.expiresAt <= now) return { outcome: 'expired' }

  const person = await admit(tx, identity, invite.role)
  await tx.update(invites).set({ usedBy: person.id, usedAt: now }).where(eq(invites.id, invite.id))
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface: identity.platform,
    action: 'user.join',
    subject: invite.role,
    result: 'ok',
    detail: { invitedBy: inviter.name },
  })
  return { outcome: 'admitted', person }
}

/** @throws AppError forbidden: nobody gives, or takes away, more than they have. */
export const requireRoleWithin = (person: Person, role: UserRole): void => {
  if (isAtLeast(person.role, role)) return
  throw new AppError('forbidden', `${person.role} may not hand out ${role}`, {
    userMessage: { key: 'error-role-above-yours', args: { role, yours: person.role } },
  })
}
