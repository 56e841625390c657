import type { Clock } from '../clock.ts'
import type { Database, Transaction } from '../db/client.ts'
import type { NoticeContent } from '../db/shapes/outgoing.ts'
import { agentLabel } from '../domain/agents/address.ts'
import { findAgent } from '../domain/agents/agents.ts'
import { deleteAgent } from '../domain/agents/change-agent.ts'
import type { Approval } from '../domain/approvals/approvals.ts'
import { say } from '../domain/conversations/outbox.ts'
import { findPerson } from '../domain/users/person.ts'
import type { Wake } from '../domain/wake.ts'
import { AppError } from '../errors.ts'

export interface DeleteAgentDeps {
  db: Database
  clock: Clock
  wake: Pick<Wake, 'deliver'>
}

/**
 * Deletes the agent that an approved card is about, with the rights its approver has now, and tells the conversation.
 * Work that began since the card was shown keeps the agent: the conversation is told why. Doing it again finds the
 * agent gone and does nothing.
 */
export const applyAgentDeletion = async (deps: DeleteAgentDeps, approval: Approval): Promise<void> => {
  const { conversationId, requestedBy } = approval
  await deps.db.transaction(async (tx) => {
    const content = await deletion(tx, deps.clock.now(), approval)
    if (!content) return
    await say(tx, {
      conversationId,
      key: `approval:${approval.id}:deleted`,
      content,
      readerId: requestedBy,
    })
  })
  await deps.wake.deliver(conversationId)
}

const deletion = async (
  tx: Transaction,
  now: Date,
  { request, decision }: Approval,
): Promise<NoticeContent | undefined> => {
  const agent = await findAgent(tx, String(request.facts.agentId ?? ''))
  if (!agent || !decision) return undefined
  const person = decision.userId ? await findPerson(tx, decision.userId) : undefined
  try {
    if (!person) throw new AppError('forbidden', 'who approved this has no access any more')
    const name = await agentLabel(tx, agent)
    // What was written before it was refused is undone.
    await tx.transaction((inner) => deleteAgent(inner, agent.id, { person, surface: decision.surface, now }))
    return { type: 'notice', key: 'agent-deleted', args: { name } }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { type: 'notice', ...error.userMessage }
  }
}
