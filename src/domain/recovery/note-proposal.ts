import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { tasks } from '../../db/schema/index.ts'
import type { Incident } from '../incidents/incident.ts'
import { noteRecovery } from './note-step.ts'
import { type RepairProposal, stepLabel } from './repair.ts'

/**
 * Writes down what an attempt is going to do, with its task and in the timeline, before anything is done: after a
 * crash nobody is asked anew what to do.
 */
export const noteProposal = async (
  tx: Transaction,
  {
    taskId,
    incident,
    attempt,
    proposal,
    by,
    now,
  }: {
    taskId: string
    incident: Incident
    attempt: number
    proposal: RepairProposal
    /** Who proposed it: the name of an agent, or `rules`. */
    by: string
    now: Date
  },
): Promise<string[]> => {
  await tx
    .update(tasks)
    .set({ input: sql`${tasks.input} || ${JSON.stringify({ proposal })}::jsonb` })
    .where(eq(tasks.id, taskId))
  const { wake } = await noteRecovery(tx, incident.id, {
    kind: 'recovery_step',
    about: { attempt, step: 'proposed' },
    detail: { steps: proposal.steps.map(stepLabel).join(', '), why: proposal.why, proposedBy: by },
    now,
  })
  return wake
}
