import type { Transaction } from '../../db/client.ts'
import { type Approval, listOpenApprovals, openApproval } from '../approvals/approvals.ts'
import type { Person } from '../users/person.ts'
import { agentLabel } from './address.ts'
import { holdScope, requireAnother, requireIdle } from './agent-rules.ts'
import type { Agent } from './agents.ts'

/**
 * Opens the question whether an agent is to be deleted; while it waits, asking again finds the same question. The
 * caller has checked `agents.manage`.
 * @throws AppError conflict with the reason why it cannot be deleted now: nobody is asked for nothing.
 */
export const askToDeleteAgent = async (
  tx: Transaction,
  agent: Agent,
  { person, conversationId, now }: { person: Person; conversationId: string; now: Date },
): Promise<Approval> => {
  const held = await holdScope(tx, agent.id)
  requireAnother(held)
  await requireIdle(tx, held.agent)
  const asked = (await listOpenApprovals(tx)).find(
    ({ request, expiresAt }) =>
      request.kind === 'delete_agent' && request.facts.agentId === agent.id && expiresAt > now,
  )
  if (asked) return asked
  const { approval } = await openApproval(tx, {
    conversationId,
    requestedBy: person.id,
    ...(agent.projectId && { projectId: agent.projectId }),
    request: {
      v: 1,
      kind: 'delete_agent',
      risk: 'high',
      allow: ['approve', 'reject'],
      facts: { agent: await agentLabel(tx, agent), agentId: agent.id },
    },
    now,
  })
  return approval
}
