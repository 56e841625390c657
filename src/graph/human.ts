import { interrupt } from '@langchain/langgraph'
import { z } from 'zod'
import { APPROVAL_VERBS, type ApprovalDecision, type ApprovalRequest } from '../db/shapes/approval.ts'

/** What a paused graph asks. Kept in the checkpoint and, the same, in the approval's row. */
const approvalRequest = z.strictObject({
  v: z.literal(1),
  kind: z.enum(['plan', 'retry', 'budget', 'delete_project', 'delete_agent', 'recovery', 'tool']),
  risk: z.enum(['low', 'high']),
  allow: z.array(z.enum(APPROVAL_VERBS)),
  facts: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<ApprovalRequest>

/** What comes back: always an object, because LangGraph refuses to resume with anything falsy. */
const humanAnswer = z.strictObject({
  verb: z.enum(['approve', 'reject', 'change', 'expire']),
  text: z.string().optional(),
  by: z.string(),
})
export type HumanAnswer = z.infer<typeof humanAnswer>

/**
 * Pauses the graph until a person has decided. Must be the only interrupt of its node and stand first in it:
 * two in one node share an id, and everything before it runs again on resume (design rule 4).
 */
export const askHuman = (request: ApprovalRequest): HumanAnswer =>
  humanAnswer.parse(interrupt(approvalRequest.parse(request)))

export const parseRequest = (value: unknown): ApprovalRequest => approvalRequest.parse(value)

/** The decision as the graph gets it. "Approve all" is an approval; its wider effect is the row's. */
export const answerOf = (decision: ApprovalDecision): HumanAnswer => ({
  verb: verbOf(decision.verb),
  ...(decision.text ? { text: decision.text } : {}),
  by: decision.userName,
})

const verbOf = (verb: ApprovalDecision['verb']): HumanAnswer['verb'] => {
  switch (verb) {
    case 'approve':
    case 'approve_all':
      return 'approve'
    case 'reject':
    case 'cancel':
    case 'supersede':
      return 'reject'
    case 'change':
      return 'change'
    case 'expire':
      return 'expire'
    default:
      return verb satisfies never
  }
}
