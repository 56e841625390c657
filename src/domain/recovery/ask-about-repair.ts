import type { Transaction } from '../../db/client.ts'
import { type Approval, openApproval } from '../approvals/approvals.ts'
import { say } from '../conversations/outbox.ts'
import type { Incident } from '../incidents/incident.ts'
import { noteRecovery } from './note-step.ts'
import type { RepairProposal } from './repair.ts'
import { recoveryThread } from './under-way.ts'

export interface RepairQuestion {
  incident: Incident
  attempt: number
  proposal: RepairProposal
  /** What a repository would be made of, with what that loses. */
  remains: { kind: string; at: Date } | undefined
  project: string | undefined
  conversationId: string
  requestedBy: string | null
  lang: string
  now: Date
}

/**
 * Asks a person whether a risky repair is to be made: a card like any other (B-5). Nobody waits for the answer; when
 * it is there, `applyRepairDecision` goes on. Asking again after a crash finds the same question.
 */
export const askAboutRepair = async (
  tx: Transaction,
  { incident, attempt, proposal, remains, project, conversationId, requestedBy, lang, now }: RepairQuestion,
): Promise<{ approval: Approval; wake: string[] }> => {
  const { approval } = await openApproval(tx, {
    conversationId,
    requestedBy,
    ...(incident.projectId && { projectId: incident.projectId }),
    threadId: recoveryThread(incident.id),
    interruptId: `attempt:${attempt}`,
    request: {
      v: 1,
      kind: 'recovery',
      risk: 'high',
      allow: ['approve', 'reject'],
      facts: {
        incident: `#${incident.number} ${incident.subject}`,
        incidentId: incident.id,
        attempt,
        lang,
        ...(project && { project }),
        steps: proposal.steps,
        proposal: proposal.why,
        risk: proposal.risk,
        ...(remains && { remains: { kind: remains.kind, at: remains.at.toISOString() } }),
      },
    },
    now,
  })
  await say(tx, {
    conversationId,
    key: `approval:${approval.id}`,
    content: { type: 'view', view: 'approval', args: { id: approval.id } },
    readerId: requestedBy,
  })
  const { wake } = await noteRecovery(tx, incident.id, {
    kind: 'recovery_step',
    about: { attempt, step: 'asked' },
    detail: { approval: approval.number },
    now,
  })
  return { approval, wake: [...new Set([conversationId, ...wake])] }
}
