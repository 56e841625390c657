import { startRecovery } from '../../../domain/recovery/start-recovery.ts'
import type { CommandContext } from '../context.ts'
import type { Told } from './moved.ts'

/** Begins the repair of what is wrong; it shows its plan and its outcome where it was asked for (M-13). */
export const fixIncident = async (
  { tx, deps, row, person, conversation, now, afterCommit }: CommandContext,
  incidentId: string,
): Promise<Told> => {
  const { started, reason, taskId, incident, wake } = await startRecovery(tx, {
    incidentId,
    by: { person, surface: row.platform },
    conversationId: conversation.id,
    now,
  })
  for (const id of wake) afterCommit(() => deps.wake.deliver(id))
  if (taskId) afterCommit(() => deps.wake.dispatch(taskId))
  const { number } = incident
  return started
    ? { key: 'incident-did-fix', args: { number } }
    : { key: `incident-not-fixed-${(reason ?? 'resolved').replaceAll('_', '-')}`, args: { number } }
}
