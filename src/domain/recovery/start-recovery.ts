import { MINUTE_MS } from '../../clock.ts'
import type { Transaction } from '../../db/client.ts'
import { AppError } from '../../errors.ts'
import { recordAudit } from '../audit/audit.ts'
import { changeRow } from '../incidents/change-row.ts'
import { findIncident } from '../incidents/find.ts'
import { BY_SYSTEM, type Incident } from '../incidents/incident.ts'
import { lockIncident } from '../incidents/locks.ts'
import { projectById } from '../projects/projects.ts'
import { createTask } from '../tasks/tasks.ts'
import { requirePermission } from '../users/permissions.ts'
import { DEFAULT_LANG, type Person } from '../users/person.ts'
import { noteRecovery } from './note-step.ts'
import { placeOfRecovery } from './place.ts'
import type { RecoverInput } from './repair.ts'
import { originsOf, recoveryUnderWay } from './under-way.ts'

/** After so many, nothing is done to an incident any more without asking a person first. */
export const AUTOMATIC_ATTEMPTS_MAX = 2
/** A service is given about two minutes to answer; a model may take its time, too. */
export const RECOVER_TIMEOUT_MS = 20 * MINUTE_MS

export interface StartRecovery {
  incidentId: string
  by: { person: Person; surface: string } | 'system'
  /** Where people are asked and told; see `placeOfRecovery`. */
  conversationId?: string | undefined
  /** A task that is just ending; it does not count as a recovery under way. */
  after?: { taskId: string; requestedBy: string | null; lang: RecoverInput['lang'] }
  now: Date
}

export interface StartedRecovery {
  started: boolean
  /** Wake `dispatch` with it once the transaction has committed. Also of the one that was under way already. */
  taskId?: string
  /** Why not. `too_many`: only a person can begin another attempt. */
  reason?: 'resolved' | 'under_way' | 'explained' | 'too_many'
  incident: Incident
  /** Conversations to wake once the transaction has committed. */
  wake: string[]
}

/**
 * Begins an attempt to repair what is wrong (M-13): one at a time, however many people press the button at once.
 * @throws AppError not_found, forbidden.
 */
export const startRecovery = async (
  tx: Transaction,
  { incidentId, by, conversationId, after, now }: StartRecovery,
): Promise<StartedRecovery> => {
  const person = by === 'system' ? undefined : by.person
  const incident = await lockAllowed(tx, incidentId, person)
  const not = (reason: StartedRecovery['reason'], taskId?: string): StartedRecovery => ({
    started: false,
    reason,
    ...(taskId && { taskId }),
    incident,
    wake: [],
  })
  if (incident.state === 'resolved') return not('resolved')
  const underWay = await recoveryUnderWay(tx, incidentId, { ...(after && { except: after.taskId }) })
  if (underWay) return not('under_way', 'taskId' in underWay ? underWay.taskId : undefined)
  if (incident.parentId) return not('explained')
  if (!person && incident.recoveryAttempts >= AUTOMATIC_ATTEMPTS_MAX) return not('too_many')

  const attempt = incident.recoveryAttempts + 1
  const counted = await changeRow(tx, incidentId, { recoveryAttempts: attempt })
  const input: RecoverInput = { incidentId, attempt, lang: person?.lang ?? after?.lang ?? DEFAULT_LANG }
  const { task } = await createTask(tx, {
    originKey: originsOf(incidentId, attempt)[0],
    workType: 'recover',
    title: `#${incident.number} ${incident.subject}`,
    input,
    projectId: incident.projectId,
    conversationId: conversationId ?? (await placeOfRecovery(tx, incident)),
    requestedBy: person?.id ?? after?.requestedBy ?? null,
    timeoutMs: RECOVER_TIMEOUT_MS,
  })
  const { wake } = await noteRecovery(tx, incidentId, {
    kind: 'recovery_started',
    by: by === 'system' ? BY_SYSTEM : by,
    about: { attempt },
    detail: { task: task.number },
    now,
  })
  if (by !== 'system') await auditStart(tx, counted, by, attempt)
  return { started: true, taskId: task.id, incident: counted, wake }
}

const lockAllowed = async (
  tx: Transaction,
  incidentId: string,
  person: Person | undefined,
): Promise<Incident> => {
  const seen = await findIncident(tx, incidentId)
  if (!seen) throw new AppError('not_found', `incident ${incidentId} does not exist`)
  if (person) {
    const project = seen.projectId ? await projectById(tx, seen.projectId) : undefined
    requirePermission(person, 'incidents.fix', { ownerId: project?.ownerId ?? null })
  }
  const incident = await lockIncident(tx, incidentId)
  if (!incident) throw new AppError('not_found', `incident ${incidentId} does not exist`)
  return incident
}

const auditStart = (
  tx: Transaction,
  incident: Incident,
  { person, surface }: { person: Person; surface: string },
  attempt: number,
): Promise<void> =>
  recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: 'incident.fix',
    subject: `incident:${incident.number}`,
    result: 'ok',
    detail: { incidentId: incident.id, attempt },
  })
