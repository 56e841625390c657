import type { ApprovalVerb } from '../db/shapes/approval.ts'
import type { NoticeContent, OutboxContent } from '../db/shapes/outgoing.ts'
import type { Approval } from '../domain/approvals/approvals.ts'
import { decideApproval } from '../domain/approvals/decide.ts'
import { recordAudit } from '../domain/audit/audit.ts'
import { adoptCopy, reviseViews } from '../domain/conversations/outbox.ts'
import { isAboutInstallation } from '../domain/costs/budget-question.ts'
import { userNames } from '../domain/users/reader.ts'
import { approvalAction } from './action-ids.ts'
import { answerKeys } from './cards/approval-labels.ts'
import type { CommandContext } from './commands/context.ts'
import { settleQuestions } from './settle-questions.ts'
import { toPresser } from './to-presser.ts'

/**
 * A click on a card (B-5). The effect happens once; whoever clicks, whenever, gets an honest answer, and the card
 * itself shows who decided what.
 *
 * @param text the words of a change, when they came with the click; without them they are asked for.
 */
export const clickApproval = async (
  context: CommandContext,
  { id, verb }: { id: string; verb: ApprovalVerb },
  text: string | undefined,
): Promise<OutboxContent> => {
  const { tx, deps, row, person, now, afterCommit } = context
  const result = await decideApproval(tx, { id, verb, text, person, surface: row.platform, now })
  await takeInCopy(context, id)
  const answer = (key: string, args: NoticeContent['args'] = {}) => toPresser(context, key, args)

  switch (result.outcome) {
    case 'decided': {
      const conversations = await reviseViews(tx, 'approval', { id })
      afterCommit(() => deps.wake.approval(id))
      for (const one of conversations) afterCommit(() => deps.wake.deliver(one))
      if (result.approval.request.kind === 'budget') await settleQuestions(context)
      return answer(answerKeys(result.approval.request.kind, verb).click)
    }
    case 'already_decided':
      return answer(...(await whoDecided(context, result.approval)))
    case 'expired':
      return answer('click-expired', { when: result.approval.expiresAt.toISOString() })
    case 'replaced':
      return answer('click-replaced')
    case 'cancelled':
      return answer('click-cancelled')
    case 'forbidden': {
      await recordAudit(tx, {
        userId: person.id,
        actor: person.name,
        surface: row.platform,
        action: `approval.${verb}`,
        subject: `approval:${result.approval.number}`,
        result: 'forbidden',
      })
      return answer(forbiddenKey(result.approval))
    }
    case 'text_needed':
      return {
        type: 'ask',
        key: askKey(result.approval, text),
        args: { number: result.approval.number },
        action: approvalAction('change', id),
      }
    case 'not_offered':
      return answer('click-not-offered')
    case 'not_found':
      return answer('click-not-found')
    default:
      return result satisfies never
  }
}

/** A card that was sent twice because of a crash has live buttons for ever, unless whoever presses them tells us. */
const takeInCopy = async ({ tx, deps, row, afterCommit }: CommandContext, id: string): Promise<void> => {
  const ref = row.body.kind === 'action' ? row.body.messageRef : undefined
  if (!ref) return
  const { conversationId } = row
  const copied = await adoptCopy(tx, { conversationId, view: 'approval', args: { id }, ref })
  if (copied) afterCommit(() => deps.wake.deliver(copied))
}

const forbiddenKey = ({ request }: Approval): string => {
  if (request.kind === 'delete_agent') return 'click-forbidden-delete-agent'
  if (request.kind === 'recovery') return 'click-forbidden-recovery'
  if (isAboutInstallation(request)) return 'click-forbidden-budget'
  const forOwner = request.kind === 'delete_project' || request.kind === 'budget'
  return forOwner ? 'click-forbidden-delete' : 'click-forbidden'
}

const askKey = ({ request }: Approval, text: string | undefined): string => {
  if (text !== undefined) return 'ask-change-again'
  return request.kind === 'retry' ? 'ask-advice' : 'ask-change'
}

const whoDecided = async (
  { tx }: CommandContext,
  { state, decision, decidedAt, expiresAt }: Approval,
): Promise<[string, NoticeContent['args']]> => {
  const who =
    decision?.userName || (await userNames(tx, [decision?.userId])).get(decision?.userId ?? '') || '?'
  const when = decision?.at ?? (decidedAt ?? expiresAt).toISOString()
  if (decision?.auto) return ['click-already-auto', { who, when }]
  const key =
    state === 'rejected'
      ? 'click-already-rejected'
      : state === 'changed'
        ? 'click-already-changed'
        : 'click-already-approved'
  return [key, { who, when }]
}
