import type { ApprovalRequest, ApprovalVerb } from '../../db/shapes/approval.ts'

/** What each answer to a question is called on its button, and what the one who pressed it is told. */
interface AnswerKeys {
  button: string
  click: string
}

const ANSWERS: Record<ApprovalVerb, AnswerKeys> = {
  approve: { button: 'button-approve', click: 'click-approved' },
  approve_all: { button: 'button-approve-all', click: 'click-approved-all' },
  reject: { button: 'button-reject', click: 'click-rejected' },
  change: { button: 'button-change', click: 'click-changed' },
}

type ApprovalKind = ApprovalRequest['kind']

/** Where "approve" would leave open what happens, other words say it. */
const OF_KIND: Record<ApprovalKind, Partial<Record<ApprovalVerb, Partial<AnswerKeys>>>> = {
  plan: {},
  delete_project: {
    approve: { button: 'button-delete-now', click: 'click-deleted' },
    reject: { button: 'button-keep', click: 'click-kept' },
  },
  retry: {
    approve: { button: 'button-try-again', click: 'click-retried' },
    change: { button: 'button-advise', click: 'click-advised' },
    reject: { button: 'button-give-up', click: 'click-given-up' },
  },
  budget: {
    approve: { button: 'button-go-on', click: 'click-budget-raised' },
    reject: { button: 'button-stop-here', click: 'click-budget-stopped' },
  },
  delete_agent: {
    approve: { button: 'button-delete-now', click: 'click-deleted' },
    reject: { button: 'button-keep', click: 'click-kept' },
  },
  recovery: {
    approve: { button: 'button-do-it', click: 'click-recovery-approved' },
    reject: { button: 'button-leave-it', click: 'click-recovery-rejected' },
  },
  tool: {
    approve: { button: 'button-allow' },
    reject: { button: 'button-refuse' },
  },
}

export const answerKeys = (kind: ApprovalKind, verb: ApprovalVerb): AnswerKeys => ({
  ...ANSWERS[verb],
  ...OF_KIND[kind][verb],
})
