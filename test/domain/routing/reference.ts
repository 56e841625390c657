import type { ScoreParts, WorkType } from '../../../src/db/shapes/task.ts'

/** What is known of a worker when a task is to be given to somebody. */
export interface Applicant {
  status: 'online' | 'busy' | 'offline'
  draining: boolean
  capabilities: WorkType[]
  specializations: WorkType[]
  concurrencyLimit: number | null
  successes: number
  failures: number
  /** Null for somebody without a record. */
  lastExecutionMinutesAgo: number | null
  /** Since it last finished something; null for never. */
  idleMinutes: number | null
  /** Open decisions of the last hour, and older ones. */
  inHand: number
  inHandForLong: number
}

/** R-4, as one would explain it to a person: what the statement in the database is compared with. */
export const scoreOf = (one: Applicant, workType: WorkType): { score: number; parts: ScoreParts } => {
  const hasRecord = one.lastExecutionMinutesAgo !== null
  const executions = hasRecord ? one.successes + one.failures : 0
  const parts = {
    success: executions > 10 ? (40 * one.successes) / executions : 20,
    context: one.lastExecutionMinutesAgo !== null && one.lastExecutionMinutesAgo < 240 ? 30 : 0,
    specialization: one.specializations.includes(workType) ? 20 : 0,
    load: 10 - Math.min(one.inHand, 10),
  }
  return { parts, score: parts.success + parts.context + parts.specialization + parts.load }
}

/** The candidates, best first. */
export const choose = <T extends Applicant & { id: string }>(
  applicants: readonly T[],
  workType: WorkType,
): (T & { score: number })[] =>
  applicants
    .filter(({ status, draining }) => status !== 'offline' && !draining)
    .filter(({ capabilities }) => capabilities.includes(workType))
    .filter(
      ({ concurrencyLimit, inHand, inHandForLong }) =>
        concurrencyLimit === null || inHand + inHandForLong < concurrencyLimit,
    )
    .map((one) => ({ ...one, score: scoreOf(one, workType).score }))
    .sort((a, b) => b.score - a.score || a.inHand - b.inHand || idle(b) - idle(a) || (a.id < b.id ? -1 : 1))

const idle = ({ idleMinutes }: Applicant) => idleMinutes ?? Number.MAX_SAFE_INTEGER
