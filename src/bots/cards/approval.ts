import type { ApprovalState, ApprovalVerb } from '../../db/shapes/approval.ts'
import type { Approval } from '../../domain/approvals/approvals.ts'
import { approvalAction } from '../action-ids.ts'
import type { Button, Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { approvalFacts } from './approval-facts.ts'
import { answerKeys } from './approval-labels.ts'
import { approvalBody, approvalTitle } from './approval-question.ts'
import { approvalVerdict } from './approval-verdict.ts'
import { oneLine } from './plain.ts'

export interface ApprovalCardData {
  approval: Approval
  /** Name of the project it is about. */
  project?: string
  /** Who asked, while their name is known. */
  requestedBy?: string
  /** Who decided, when the decision itself does not tell. */
  decidedBy?: string
  /** Number of the card that took this one's place. */
  replacedBy?: number
}

/** What nobody agreed to is not worth a screen of the chat. */
const GIVEN_UP: ReadonlySet<ApprovalState> = new Set([
  'rejected',
  'changed',
  'expired',
  'superseded',
  'cancelled',
])

/**
 * A question with its buttons; once decided, the same question with the decision in place of the buttons, so that
 * the chat keeps what was agreed to (B-5).
 */
export const approvalCard = (words: Words, data: ApprovalCardData): Card => {
  const { approval, requestedBy } = data
  const { t, money, time } = words
  const facts = approvalFacts(approval.request, data.project)
  const verdict = approvalVerdict(words, data)

  const fields: Card['fields'] = []
  const whole = !GIVEN_UP.has(approval.state)
  if (facts.kind === 'plan' && whole) {
    fields.push({ label: t('field-estimated-cost'), value: money(facts.plan.estimatedCost) })
    if (facts.plan.target)
      fields.push({ label: t('field-runs-on'), value: targetName(words, facts.plan.target) })
  }
  if (requestedBy) fields.push({ label: t('field-asked-by'), value: oneLine(requestedBy) })

  return {
    title: approvalTitle(words, facts),
    tone: verdict?.tone ?? (approval.request.risk === 'high' ? 'danger' : 'question'),
    body: [approvalBody(words, facts, { whole }), verdict?.markdown].filter(Boolean).join('\n\n'),
    fields,
    buttons: verdict ? undefined : approvalButtons(words, approval),
    footer: verdict
      ? t('approval-footer', { number: String(approval.number) })
      : t('approval-footer-open', { number: String(approval.number), until: time(approval.expiresAt) }),
  }
}

export const approvalButtons = ({ t }: Words, approval: Approval): Button[][] => {
  const buttonOf = (verb: ApprovalVerb): Button => ({
    label: t(answerKeys(approval.request.kind, verb).button),
    action: approvalAction(verb, approval.id),
    ...(verb === 'approve' && { style: approval.request.risk === 'high' ? 'danger' : 'primary' }),
    ...(verb === 'reject' && approval.request.risk !== 'high' && { style: 'danger' }),
    ...(verb === 'change' && { form: { title: t('change-form-title'), label: t('change-form-label') } }),
  })
  const rows: ApprovalVerb[][] = [
    ['approve', 'change'],
    ['reject', 'approve_all'],
  ]
  return rows
    .map((row) => row.filter((verb) => approval.request.allow.includes(verb)).map(buttonOf))
    .filter((row) => row.length > 0)
}

/** Planners say `local` where people say "this machine"; anything else is a name. */
const targetName = ({ t }: Words, target: string): string =>
  target === 'local' || target === 'this machine' ? t('target-local') : oneLine(target)
