import type { Check, ProbeResult } from './check.ts'

/** What a check knows after another look. */
export type Standing = Pick<
  Check,
  | 'state'
  | 'failures'
  | 'successes'
  | 'lastCheckedAt'
  | 'lastOkAt'
  | 'lastError'
  | 'latencyMs'
  | 'facts'
  | 'nextAt'
>

/** So many times sooner than usual while it is not certain yet whether something changed. */
const UNCERTAIN_SOONER = 3
/** Of the interval, to either side, so that a thousand checks do not fall due together for ever. */
const JITTER_SHARE = 0.1

/**
 * Counts a result: failures and successes in a row, and whether that is enough to call the thing wrong, or right
 * again (M-8). The first success of all is enough.
 * @param random from 0 to 1.
 */
export const standingAfter = (check: Check, result: ProbeResult, now: Date, random: number): Standing => {
  const failures = result.ok ? 0 : check.failures + 1
  const successes = result.ok ? check.successes + 1 : 0
  const state = stateAfter(check, { failures, successes })
  const isCertain = state === (result.ok ? 'ok' : 'failing')
  const intervalMs = check.intervalMs / (isCertain ? 1 : UNCERTAIN_SOONER)
  return {
    state,
    failures,
    successes,
    lastCheckedAt: now,
    lastOkAt: result.ok ? now : check.lastOkAt,
    lastError: result.ok ? (result.note ?? null) : result.reason,
    latencyMs: result.latencyMs,
    // What does not answer is shown as it was last.
    facts: result.ok
      ? { ...(check.facts.hostKey && { hostKey: check.facts.hostKey }), ...result.facts }
      : { ...check.facts, ...result.facts },
    nextAt: new Date(now.getTime() + Math.round(intervalMs * (1 + JITTER_SHARE * (2 * random - 1)))),
  }
}

const stateAfter = (
  { state, failAfter, recoverAfter }: Check,
  { failures, successes }: { failures: number; successes: number },
): Check['state'] => {
  if (failures >= failAfter) return 'failing'
  const enough = state === 'unknown' ? 1 : recoverAfter
  return successes >= enough ? 'ok' : state
}
