import type { WorkerType, WorkType } from '../../work-types.ts'

export { WORK_TYPES, WORKER_TYPES } from '../../work-types.ts'
export type { WorkerType, WorkType }

/** `waiting` for a worker to be chosen; `routed` to one; the rest are final. */
export type TaskState = 'waiting' | 'routed' | 'succeeded' | 'failed' | 'cancelled'

/**
 * How one decision came out. `failed` and `timed_out` are the worker's own; `outage` (a model or platform was away),
 * `lost` (the machine died) and `cancelled` (a person stopped it) are nobody's fault and count for nobody.
 */
export type DecisionOutcome =
  | 'pending'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'timed_out'
  | 'outage'
  | 'lost'
  | 'cancelled'

/** What went wrong, as a person is told and as the caller goes by. */
export interface TaskFailure {
  code: string
  message: string
  /** Key and args of a text in bots/locales. */
  key: string
  args: Record<string, string | number>
  reference: string
}

/** The parts of a score; they add up to it. */
export interface ScoreParts {
  /** 0 to 40. */
  success: number
  /** 0 or 30. */
  context: number
  /** 0 or 20. */
  specialization: number
  /** 0 to 10. */
  load: number
}

/** Who else could have done it, best first. */
export interface RunnerUp {
  id: string
  name: string
  score: number
  parts: ScoreParts
  /** Pending and running decisions of the last hour. */
  load: number
}
