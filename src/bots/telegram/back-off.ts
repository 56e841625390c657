import { type Clock, SECOND_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../log.ts'

const FIRST_MS = SECOND_MS
const LONGEST_MS = 15 * SECOND_MS

export interface BackOff {
  /** Waits longer each time, or as long as Telegram asks. `name` is logged when this kind of trouble begins. */
  wait(name: string, error: Error, signal: AbortSignal): Promise<void>
  /** It works again. */
  over(): void
}

export const backOff = ({ clock, log }: { clock: Clock; log: Log }): BackOff => {
  let attempts = 0
  let known: string | undefined
  return {
    wait: async (name, error, signal) => {
      const asked = error instanceof AppError ? error.retryAfterMs : undefined
      const waitMs = asked ?? Math.min(FIRST_MS * 2 ** attempts, LONGEST_MS)
      attempts++
      if (known !== name) log.warn({ reason: error.message, waitMs }, name)
      else log.debug({ reason: error.message, waitMs }, name)
      known = name
      await clock.sleep(waitMs, signal).catch(() => {})
    },
    over: () => {
      if (known) log.info({ attempts }, 'telegram-recovered')
      attempts = 0
      known = undefined
    },
  }
}
