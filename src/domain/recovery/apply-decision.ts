import { z } from 'zod'
import type { Transaction } from '../../db/client.ts'
import { type Approval, markApplied } from '../approvals/approvals.ts'
import { findIncident } from '../incidents/find.ts'
import { BY_SYSTEM, type Mover } from '../incidents/incident.ts'
import { createTask } from '../tasks/tasks.ts'
import { findPerson } from '../users/person.ts'
import { endRecovery } from './end-recovery.ts'
import { type RecoverInput, repairStep } from './repair.ts'
import { RECOVER_TIMEOUT_MS } from './start-recovery.ts'
import { originsOf } from './under-way.ts'

/** What the question was about; see `askAboutRepair`. */
const asked = z.object({
  incidentId: z.string(),
  attempt: z.number(),
  lang: z.enum(['en', 'ru']),
  steps: z.array(repairStep),
  proposal: z.string(),
  risk: z.enum(['low', 'high']),
})

/**
 * Goes on with what a person decided about a repair: a new task does what was approved, and nothing else; a refusal
 * ends the attempt. The decision is marked applied in the same transaction.
 *
 * @returns the task to dispatch, and the conversations to wake.
 */
export const applyRepairDecision = async (
  tx: Transaction,
  approval: Approval,
  now: Date,
): Promise<{ taskId?: string; wake: string[] }> => {
  const { incidentId, attempt, lang, steps, proposal: why, risk } = asked.parse(approval.request.facts)
  const incident = await findIncident(tx, incidentId)
  await markApplied(tx, approval.id, now)
  if (!incident) return { wake: [] }
  const { conversationId, requestedBy } = approval
  if (approval.state !== 'approved')
    return endRecovery(tx, {
      incident,
      attempt,
      outcome: incident.state === 'resolved' ? 'over' : 'declined',
      by: await deciderOf(tx, approval),
      conversationId,
      requestedBy,
      lang,
      now,
    })
  const input: RecoverInput = {
    incidentId,
    attempt,
    lang,
    approvalId: approval.id,
    proposal: { steps, why, risk },
  }
  const { task } = await createTask(tx, {
    originKey: originsOf(incidentId, attempt)[1],
    workType: 'recover',
    title: `#${incident.number} ${incident.subject}`,
    input,
    projectId: incident.projectId,
    conversationId,
    requestedBy,
    timeoutMs: RECOVER_TIMEOUT_MS,
  })
  return { taskId: task.id, wake: [] }
}

const deciderOf = async (tx: Transaction, { decision }: Approval): Promise<Mover> => {
  const person = decision?.userId ? await findPerson(tx, decision.userId) : undefined
  return person && decision ? { person, surface: decision.surface } : BY_SYSTEM
}
