import { eq } from 'drizzle-orm'
import { HOUR_MS } from '../../clock.ts'
import type { Transaction } from '../../db/client.ts'
import { settings } from '../../db/schema/settings.ts'
import type { Identity } from './person.ts'

const WRONG_CODES_MAX = 5
const WINDOW_MS = HOUR_MS

export interface TooManyCodes {
  outcome: 'too_many'
  until: Date
  /** True for the wrong code that used up the last try; false for those that were not looked at any more. */
  fresh: boolean
}

/**
 * Bounds the guessing of codes: after five wrong ones within an hour an account is refused without a look at its
 * code. Holds the account's count until the transaction ends, so that parallel guesses come one after another.
 */
export const countingWrongCodes = async <T extends { outcome: string }>(
  tx: Transaction,
  identity: Identity,
  now: Date,
  tryCode: () => Promise<T>,
): Promise<T | TooManyCodes> => {
  const key = `code-attempts:${identity.platform}:${identity.platformUserId}`
  await tx.insert(settings).values({ key, value: [], updatedAt: now }).onConflictDoNothing()
  const [row] = await tx.select().from(settings).where(eq(settings.key, key)).for('update')
  const wrongAt = ((row?.value ?? []) as number[]).filter((at) => at > now.getTime() - WINDOW_MS)
  const first = wrongAt[0]
  if (first !== undefined && wrongAt.length >= WRONG_CODES_MAX)
    return { outcome: 'too_many', until: new Date(first + WINDOW_MS), fresh: false }

  const tried = await tryCode()
  // Of a member no code was looked at but the claim code, and it was not that one.
  if (tried.outcome === 'wrong' || tried.outcome === 'already_member') {
    const value = [...wrongAt, now.getTime()]
    await tx.update(settings).set({ value, updatedAt: now }).where(eq(settings.key, key))
    if (tried.outcome === 'wrong' && first !== undefined && value.length >= WRONG_CODES_MAX)
      return { outcome: 'too_many', until: new Date(first + WINDOW_MS), fresh: true }
  } else {
    await tx.delete(settings).where(eq(settings.key, key))
  }
  return tried
}
