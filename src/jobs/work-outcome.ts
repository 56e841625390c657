import { isConnectionLost } from '../db/connection-lost.ts'
import type { TaskFailure } from '../db/shapes/task.ts'
import { asAppError, type ErrorCode } from '../errors.ts'

export type WorkOutcome = { outcome: 'succeeded'; result: Record<string, unknown> } | Failed

interface Failed {
  outcome: 'failed' | 'timed_out' | 'outage' | 'lost' | 'cancelled'
  failure: TaskFailure
}

/** What no other worker could do better: a model, a platform or a budget is in the way. */
const OUTAGES: ReadonlySet<ErrorCode> = new Set([
  'model_failed',
  'budget_exceeded',
  'platform_unavailable',
  'platform_refused',
  'rate_limited',
])

/**
 * Whose fault it is that work came to nothing. A worker is blamed for what went wrong in its hands, and not for a
 * process that ends, a model that is away or a person who changed their mind.
 */
export const outcomeOf = (thrown: unknown, { timedOut }: { timedOut: boolean }): Failed => {
  const error = asAppError(thrown)
  const failure: TaskFailure = {
    code: error.code,
    message: error.message,
    ...error.userMessage,
    reference: error.reference,
  }
  if (timedOut) return { outcome: 'timed_out', failure }
  if (error.code === 'stopped') return { outcome: 'cancelled', failure }
  // The process ends, or its lease went to somebody else, or its database was away: somebody goes on.
  if (error.code === 'lease_lost' || isConnectionLost(thrown)) return { outcome: 'lost', failure }
  if (OUTAGES.has(error.code)) return { outcome: 'outage', failure }
  return { outcome: 'failed', failure }
}
