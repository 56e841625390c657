import { type Clock, MINUTE_MS, SECOND_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../log.ts'

export type Headers = Readonly<Record<string, string | number | undefined>>

/** GitHub's hour, and a few minutes for clocks that differ. */
const LONGEST_WAIT_MS = 65 * MINUTE_MS
/** What GitHub asks for when it names no time; it doubles while it goes on. */
const UNNAMED_WAIT_MS = MINUTE_MS
/** GitHub tells the reset in whole seconds. */
const ROUNDING_MS = SECOND_MS
const WAITS_MAX = 6

/**
 * Waits out GitHub's limits (M-5; docs.github.com, "Rate limits for the REST API"): before the next request when the
 * last answer said that none is left, and after an answer that was a refusal for that reason.
 */
export const createLimits = ({ clock, log }: { clock: Clock; log: Log }) => {
  let notBefore = 0

  const pauseUntil = (at: number) => {
    notBefore = Math.max(notBefore, at)
  }

  return {
    /** @throws AppError rate_limited when the wait would be longer than GitHub's hour. */
    ready: async (signal: AbortSignal): Promise<void> => {
      const waitMs = notBefore - clock.now().getTime()
      if (waitMs <= 0) return
      if (waitMs > LONGEST_WAIT_MS) throw limited(waitMs)
      log.info({ waitMs }, 'github.waits')
      await clock.sleep(waitMs, signal)
    },
    /** Reads what an answer says about the requests that are left. */
    note: (headers: Headers): void => {
      if (headers['x-ratelimit-remaining'] === undefined) return
      const resetAt = Number(headers['x-ratelimit-reset']) * SECOND_MS
      if (Number(headers['x-ratelimit-remaining']) <= 0 && resetAt > clock.now().getTime())
        pauseUntil(resetAt + ROUNDING_MS)
    },
    /**
     * Whether a 403 or 429 is about limits; then the next `ready` waits as long as it asks for.
     * @param waits how often this request was sent back already.
     * @throws AppError rate_limited when it was sent back too often.
     */
    isLimited: (status: number, headers: Headers, message: string, waits: number): boolean => {
      if (status !== 403 && status !== 429) return false
      const now = clock.now().getTime()
      const retryAfter = Number(headers['retry-after'])
      const isSecondary = headers['retry-after'] !== undefined || /secondary rate limit|abuse/i.test(message)
      const isSpent = Number(headers['x-ratelimit-remaining'] ?? 1) <= 0
      if (!isSecondary && !isSpent && status === 403) return false
      if (Number.isFinite(retryAfter) && retryAfter >= 0) pauseUntil(now + retryAfter * SECOND_MS)
      else if (isSpent)
        pauseUntil(Math.max(Number(headers['x-ratelimit-reset']) * SECOND_MS || 0, now) + ROUNDING_MS)
      else pauseUntil(now + UNNAMED_WAIT_MS * 2 ** waits)
      if (waits >= WAITS_MAX) throw limited(notBefore - now)
      return true
    },
  }
}

const limited = (waitMs: number) =>
  new AppError('rate_limited', `GitHub's rate limit is used up for ${Math.ceil(waitMs / MINUTE_MS)} min`, {
    retryAfterMs: waitMs,
    scope: 'global',
  })
