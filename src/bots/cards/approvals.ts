import { approvalAction } from '../action-ids.ts'
import type { Button, Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { type ApprovalCardData, approvalButtons } from './approval.ts'
import { approvalFacts } from './approval-facts.ts'
import { approvalTitle } from './approval-question.ts'
import { plain } from './plain.ts'

/** More would be a wall of buttons; the rest shows once these are answered. */
const SHOWN_MAX = 6

/** The questions that wait, each with its buttons. */
export const approvalsCard = (words: Words, open: ApprovalCardData[]): Card => {
  const { t } = words
  if (open.length === 0) return { title: t('approvals-title'), tone: 'neutral', body: t('approvals-none') }
  const shown = open.slice(0, SHOWN_MAX)
  const left = open.length - shown.length
  return {
    title: t('approvals-title'),
    tone: 'question',
    body: [...shown.map((one) => approvalLine(words, one)), left > 0 && t('approvals-more', { count: left })]
      .filter(Boolean)
      .join('\n'),
    buttons: shown.map((one) => buttonsOf(words, one)).filter((row) => row.length > 0),
  }
}

/** One question in one line of a list. */
export const approvalLine = (words: Words, { approval, requestedBy, project }: ApprovalCardData): string =>
  `- ${words.t('approval-line', {
    number: String(approval.number),
    title: plain(approvalTitle(words, approvalFacts(approval.request, project))),
    who: plain(requestedBy ?? '') || words.t('somebody'),
    until: words.time(approval.expiresAt),
  })}`

const buttonsOf = (words: Words, { approval }: ApprovalCardData): Button[] =>
  approvalButtons(words, approval)
    .flat()
    .filter(({ action }) => action !== approvalAction('approve_all', approval.id))
    .map((button) => ({
      ...button,
      label: words.t('button-numbered', { number: String(approval.number), label: button.label }),
    }))
