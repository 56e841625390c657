import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { incidentEvents } from '../../db/schema/index.ts'
import type { IncidentFacts } from '../../db/shapes/incident.ts'
import type { RecoveryOutcome } from './repair.ts'

/** How far the last attempt to repair an incident is, for its card. */
export interface RecoveryShown {
  attempt: number
  state: 'looking' | 'working' | 'asking' | 'ended'
  /** What it does, such as `restart_service`; once something was proposed. */
  steps?: string
  why?: string
  /** The number of the question, while it waits. */
  approval?: number
  outcome?: RecoveryOutcome
  reason?: string
  at: Date
}

/** @returns undefined when nobody tried. */
export const recoveryOf = async (db: Executor, incidentId: string): Promise<RecoveryShown | undefined> => {
  const events = await db
    .select()
    .from(incidentEvents)
    .where(
      and(
        eq(incidentEvents.incidentId, incidentId),
        inArray(incidentEvents.kind, ['recovery_started', 'recovery_step', 'recovery_ended']),
      ),
    )
    .orderBy(asc(incidentEvents.seq))
  const attempt = events.findLast(({ kind }) => kind === 'recovery_started')?.detail.attempt
  if (typeof attempt !== 'number') return undefined
  const own = events.filter(({ detail }) => detail.attempt === attempt)
  const last = own.at(-1)
  const said = (name: string): IncidentFacts[string] | undefined =>
    own.findLast(({ detail }) => detail[name] !== undefined)?.detail[name]
  const ended = own.find(({ kind }) => kind === 'recovery_ended')
  const [steps, why, approval] = [said('steps'), said('why'), said('approval')]
  return {
    attempt,
    state: ended
      ? 'ended'
      : last?.detail.step === 'asked'
        ? 'asking'
        : steps === undefined
          ? 'looking'
          : 'working',
    ...(typeof steps === 'string' && { steps }),
    ...(typeof why === 'string' && { why }),
    ...(typeof approval === 'number' && { approval }),
    ...(ended && {
      outcome: ended.detail.outcome as RecoveryOutcome,
      ...(typeof ended.detail.reason === 'string' && { reason: ended.detail.reason }),
    }),
    at: last?.at ?? new Date(0),
  }
}
