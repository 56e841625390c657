import { eq } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { settings } from '../../db/schema/settings.ts'
import { AppError } from '../../errors.ts'
import { recordAudit } from '../audit/audit.ts'
import { admit } from './admit.ts'
import { bareCode, isSameCode, newCode } from './codes.ts'
import type { Identity, Person } from './person.ts'

const KEY = 'claim'
const CODE_GROUPS = 3
const CODE_MIN_LENGTH = 6

interface ClaimSetting {
  code: string
  claimedBy?: string
}

export type ClaimOutcome =
  | { outcome: 'claimed'; person: Person }
  | { outcome: 'wrong' }
  | { outcome: 'already_claimed' }

/**
 * The code that makes its first user the owner (B-8). The same after every restart, until it was used.
 *
 * @param fixed a code of the installer's choice; replaces one that was not used yet.
 * @returns undefined when the installation has been claimed.
 * @throws AppError misconfigured when the chosen code is too short to be a secret.
 */
export const prepareClaimCode = async (db: Executor, fixed?: string): Promise<string | undefined> => {
  if (fixed !== undefined && bareCode(fixed).length < CODE_MIN_LENGTH)
    throw new AppError('misconfigured', 'PRORAB_CLAIM_CODE has too few letters and digits')

  return db.transaction(async (tx) => {
    const code = fixed ?? newCode(CODE_GROUPS)
    await tx.insert(settings).values({ key: KEY, value: { code } }).onConflictDoNothing()
    const setting = await lockSetting(tx)
    if (setting.claimedBy) return undefined
    if (fixed === undefined || fixed === setting.code) return setting.code
    await tx.update(settings).set({ value: { code } }).where(eq(settings.key, KEY))
    return code
  })
}

/**
 * Tries a claim code: of all who know it, the first becomes the owner. The caller counts the wrong ones, see
 * `redeemCode`; that is why outcomes are returned rather than thrown.
 */
export const claim = async (
  tx: Transaction,
  identity: Identity,
  code: string,
  now: Date,
): Promise<ClaimOutcome> => {
  const setting = await lockSetting(tx)
  if (!setting.code || !isSameCode(setting.code, code)) return { outcome: 'wrong' }
  if (setting.claimedBy) return { outcome: 'already_claimed' }

  const person = await admit(tx, identity, 'owner')
  const value: ClaimSetting = { ...setting, claimedBy: person.id }
  await tx.update(settings).set({ value, updatedAt: now }).where(eq(settings.key, KEY))
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface: identity.platform,
    action: 'installation.claim',
    subject: person.name,
    result: 'ok',
  })
  return { outcome: 'claimed', person }
}

/** Whether somebody has become the owner by the claim code. */
export const isClaimed = async (db: Executor): Promise<boolean> => {
  const [row] = await db.select().from(settings).where(eq(settings.key, KEY))
  return (row?.value as ClaimSetting | undefined)?.claimedBy !== undefined
}

const lockSetting = async (tx: Transaction): Promise<ClaimSetting> => {
  const [row] = await tx.select().from(settings).where(eq(settings.key, KEY)).for('update')
  return (row?.value as ClaimSetting | undefined) ?? { code: '' }
}
