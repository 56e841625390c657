import { SECOND_MS } from '../../clock.ts'
import type { TaskFailure } from '../../db/shapes/task.ts'
import { type AppError, newReference } from '../../errors.ts'
import type { EndOutcome } from './close-decision.ts'
import type { Decision } from './route-task.ts'

export const failureOf = ({ code, message, userMessage, reference }: AppError): TaskFailure => ({
  code,
  message,
  ...userMessage,
  reference,
})

/** Of a decision that ended without anybody saying why. Its code is one of `ErrorCode`, as of all failures. */
export const failureWithoutWords = (
  outcome: Exclude<EndOutcome, 'succeeded'>,
  { selectedAgentName: worker }: Pick<Decision, 'selectedAgentName'>,
): TaskFailure => {
  const reference = newReference()
  if (outcome === 'timed_out')
    return {
      code: 'internal',
      message: `${worker} did not finish in time`,
      key: 'error-task-timed-out',
      args: { worker },
      reference,
    }
  if (outcome === 'lost')
    return {
      code: 'no_worker',
      message: `${worker} went away`,
      key: 'error-worker-lost',
      args: { worker },
      reference,
    }
  return { code: 'internal', message: `${worker} said no more`, key: 'error-internal', args: {}, reference }
}

/**
 * What a task failed of (R-5). After one attempt that is what went wrong in it; after several, all of them by worker,
 * outcome and words.
 *
 * @param refusal why there was no further attempt, when that is not because there were enough.
 */
export const failureOfAttempts = (attempts: readonly Decision[], refusal?: AppError): TaskFailure => {
  const last = attempts.at(-1)?.failure
  if (attempts.length === 1 && last && !refusal) return last
  const told = attempts.map(
    ({ selectedAgentName, outcome, durationMs, failure }, index) =>
      `${index + 1}. ${selectedAgentName}: ${outcome.replace('_', ' ')}${after(durationMs)}${failure ? `, ${failure.message}` : ''}`,
  )
  const workers = [...new Set(attempts.map(({ selectedAgentName }) => selectedAgentName))]
  return {
    code: refusal?.code ?? last?.code ?? 'internal',
    message: [
      `nothing came of ${attempts.length === 1 ? 'one attempt' : `${attempts.length} attempts`}`,
      ...told,
      ...(refusal ? [refusal.message] : []),
    ].join('; '),
    key: 'task-failed',
    args: { attempts: attempts.length, workers: workers.join(', ') },
    reference: last?.reference ?? refusal?.reference ?? newReference(),
  }
}

const after = (durationMs: number | null) =>
  durationMs === null ? '' : ` after ${Math.round(durationMs / SECOND_MS)} s`
