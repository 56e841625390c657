import type { Approval } from '../../domain/approvals/approvals.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import type { ApprovalCardData } from './approval.ts'
import { approvalFacts } from './approval-facts.ts'
import { clip, plain } from './plain.ts'
import { planNumbers } from './plan-weight.ts'

const CHANGE_SHOWN_MAX = 500

/** How a question ended: who, what and when. Undefined while it is open. */
export const approvalVerdict = (
  words: Words,
  { approval, decidedBy, replacedBy }: ApprovalCardData,
): { tone: Card['tone']; markdown: string } | undefined => {
  const { t, time } = words
  const { state, decision } = approval
  const deletes = approval.request.kind === 'delete_project' || approval.request.kind === 'delete_agent'
  const who = plain(decision?.userName || decidedBy || '') || t('somebody')
  const when = time(decision ? new Date(decision.at) : (approval.decidedAt ?? approval.expiresAt))
  const verdict = (tone: Card['tone'], mark: string, key: string, args = {}) => ({
    tone,
    markdown: `${mark} **${t(key, { who, when, ...args })}**`,
  })

  switch (state) {
    case 'open':
      return undefined
    case 'approved':
      if (decision?.auto && decision.userId === null) return wentOn(words, approval, when)
      if (decision?.auto) return verdict('success', '✓', 'verdict-approved-auto')
      if (decision?.verb === 'approve_all') return verdict('success', '✓', 'verdict-approved-all')
      return deletes ? verdict('danger', '✓', 'verdict-deleted') : verdict('success', '✓', 'verdict-approved')
    case 'rejected':
      return deletes ? verdict('neutral', '✓', 'verdict-kept') : verdict('danger', '✗', 'verdict-rejected')
    case 'changed': {
      const { tone, markdown } = verdict(
        'neutral',
        '✎',
        approval.request.kind === 'retry' ? 'verdict-advised' : 'verdict-changed',
      )
      return { tone, markdown: `${markdown}\n\n> ${plain(clip(decision?.text ?? '', CHANGE_SHOWN_MAX))}` }
    }
    case 'expired':
      return verdict('warning', '⌛', 'verdict-expired')
    case 'superseded':
      return replacedBy === undefined
        ? verdict('neutral', '↻', 'verdict-replaced')
        : verdict('neutral', '↻', 'verdict-replaced-by', { number: String(replacedBy) })
    case 'cancelled':
      return verdict('neutral', '■', decision?.userName ? 'verdict-cancelled-by' : 'verdict-cancelled')
    default:
      return state satisfies never
  }
}

/** Nobody was asked: the plan is below the thresholds. */
const wentOn = (
  words: Words,
  { request }: Approval,
  when: string,
): { tone: Card['tone']; markdown: string } => {
  const facts = approvalFacts(request)
  const weight = facts.kind === 'plan' ? facts.weight : undefined
  const numbers = weight ? planNumbers(words, weight) : ''
  return { tone: 'success', markdown: `✓ **${words.t('verdict-within-thresholds', { when, numbers })}**` }
}
