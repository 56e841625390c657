import type { Transaction } from '../../db/client.ts'
import { type ClaimOutcome, claim } from './claim.ts'
import { countingWrongCodes, type TooManyCodes } from './code-attempts.ts'
import { acceptInvite, type InviteOutcome } from './invites.ts'
import type { Identity } from './person.ts'

/**
 * Somebody comes with a code and need not know whether it is the claim code or an invitation. The caller's
 * transaction must be committed whatever the outcome: it keeps the count of wrong codes.
 */
export const redeemCode = (
  tx: Transaction,
  identity: Identity,
  code: string,
  now: Date,
): Promise<ClaimOutcome | InviteOutcome | TooManyCodes> =>
  countingWrongCodes(tx, identity, now, async () => {
    const claimed = await claim(tx, identity, code, now)
    return claimed.outcome === 'wrong' ? await acceptInvite(tx, identity, code, now) : claimed
  })
