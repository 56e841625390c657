import type { NoticeContent } from '../../db/shapes/outgoing.ts'
import { redeemCode } from '../../domain/users/redeem-code.ts'
import { notice } from './answers.ts'
import type { DoorContext } from './context.ts'

/** Longer is no code of ours. */
const CODE_MAX_LENGTH = 200

/** Lets somebody in by a claim code or an invitation (B-8). Undefined without a code. */
export const knockWithCode = async (
  { tx, identity, person, now }: DoorContext,
  args: string,
): Promise<NoticeContent | undefined> => {
  const code = args.trim().slice(0, CODE_MAX_LENGTH)
  if (!code) return undefined
  const redeemed = await redeemCode(tx, identity, code, now)
  switch (redeemed.outcome) {
    case 'claimed':
      return notice('claim-welcome', { name: redeemed.person.name })
    case 'admitted':
      return notice('invite-welcome', { name: redeemed.person.name, role: redeemed.person.role })
    case 'already_member':
      return notice('code-already-member', { role: redeemed.person.role })
    case 'already_claimed':
      return notice('code-already-claimed')
    case 'used':
      return notice('code-used')
    case 'expired':
      return notice('code-expired')
    case 'wrong':
      return notice('code-wrong')
    case 'too_many':
      // A stranger who goes on guessing gets no more than any stranger.
      if (!redeemed.fresh && !person) return undefined
      return notice('code-too-many', { until: redeemed.until.toISOString() })
    default:
      return redeemed satisfies never
  }
}
