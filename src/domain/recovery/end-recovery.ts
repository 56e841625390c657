import type { Transaction } from '../../db/client.ts'
import type { IncidentFacts } from '../../db/shapes/incident.ts'
import { alertKey } from '../alerting/message-keys.ts'
import { findSaid, say } from '../conversations/outbox.ts'
import { BY_SYSTEM, type Incident, type Mover } from '../incidents/incident.ts'
import { resolve } from '../incidents/resolve.ts'
import type { Task } from '../tasks/tasks.ts'
import { noteRecovery } from './note-step.ts'
import type { RecoverInput, RecoveryOutcome } from './repair.ts'
import { startRecovery } from './start-recovery.ts'

export interface EndRecovery {
  incident: Incident
  attempt: number
  outcome: RecoveryOutcome
  /** What was found or said, for people. */
  reason?: string
  /** What was done, such as `restart_service`. */
  steps?: string
  by?: Mover
  /** Where it was asked for, and by whom. */
  conversationId: string | null
  requestedBy: string | null
  lang: RecoverInput['lang']
  /** The task that ends with it. */
  task?: Pick<Task, 'id'>
  now: Date
}

export interface EndedRecovery {
  /** Conversations to wake once the transaction has committed. */
  wake: string[]
  /** The next attempt: to be dispatched. */
  nextTaskId?: string
}

/**
 * An attempt is over. A repair that was verified resolves the incident, and all who were paged hear of it; one that
 * did not help is followed by the second; otherwise the incident stays as it is, and the escalation goes on. Done
 * again after a crash it changes nothing.
 */
export const endRecovery = async (tx: Transaction, end: EndRecovery): Promise<EndedRecovery> => {
  const { incident, attempt, outcome, reason, steps, by = BY_SYSTEM, now } = end
  const { fresh, wake } = await noteRecovery(tx, incident.id, {
    kind: 'recovery_ended',
    by,
    about: { attempt },
    detail: { outcome, ...(steps && { steps }), ...(reason && { reason }) } satisfies IncidentFacts,
    now,
  })
  if (!fresh) return { wake: [] }
  const resolved =
    outcome === 'repaired'
      ? await resolve(tx, { id: incident.id, by: BY_SYSTEM, resolution: 'recovery', note: reason, now })
      : undefined
  const next = outcome === 'failed' ? await tryOnceMore(tx, end) : undefined
  if (!(await wasTold(tx, end, resolved?.incident))) await tell(tx, end, { again: next?.started === true })
  return {
    wake: [
      ...new Set([
        ...wake,
        ...(resolved?.wake ?? []),
        ...(next?.wake ?? []),
        ...(end.conversationId ? [end.conversationId] : []),
      ]),
    ],
    ...(next?.started && next.taskId && { nextTaskId: next.taskId }),
  }
}

const tryOnceMore = (
  tx: Transaction,
  { incident, task, requestedBy, lang, conversationId, now }: EndRecovery,
) =>
  startRecovery(tx, {
    incidentId: incident.id,
    by: 'system',
    ...(conversationId && { conversationId }),
    ...(task && { after: { taskId: task.id, requestedBy, lang } }),
    now,
  })

/** Whoever was called about it reads that it is over, and need not read it twice. */
const wasTold = async (
  tx: Transaction,
  { conversationId }: EndRecovery,
  resolved: Incident | undefined,
): Promise<boolean> =>
  resolved !== undefined &&
  conversationId !== null &&
  (await findSaid(tx, alertKey.end(resolved.id, resolved.version, conversationId))) !== undefined

/** One line where it was asked for: an edited card alone makes no sound. */
const tell = async (
  tx: Transaction,
  { incident, attempt, outcome, reason = '', conversationId, requestedBy }: EndRecovery,
  { again }: { again: boolean },
): Promise<void> => {
  if (!conversationId) return
  await say(tx, {
    conversationId,
    key: `recovery:${incident.id}:${attempt}:ended`,
    content: {
      type: 'notice',
      key: again ? 'recovery-goes-on' : `recovery-ended-${outcome.replaceAll('_', '-')}`,
      args: { number: String(incident.number), subject: incident.subject, reason },
    },
    readerId: requestedBy,
  })
}
