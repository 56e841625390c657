import type { Clock } from '../../clock.ts'
import { DELIVERY_CLAIM_MS } from '../../domain/conversations/outbox-claims.ts'
import type { Log } from '../../log.ts'

/** Four chances before a claim runs out. */
const RENEW_MS = DELIVERY_CLAIM_MS / 4

export interface ClaimKeeper {
  start(): void
  stop(): void
}

/** Renews claims between `start` and `stop`; starting twice is starting once. */
export const createClaimKeeper = (renew: () => Promise<void>, clock: Clock, log: Log): ClaimKeeper => {
  let running: AbortController | undefined

  const run = async (signal: AbortSignal) => {
    while (await slept(clock, signal))
      await renew().catch((error) => log.warn({ err: error }, 'delivery.cannot_renew'))
  }

  return {
    start: () => {
      if (running) return
      running = new AbortController()
      run(running.signal)
    },
    stop: () => {
      running?.abort()
      running = undefined
    },
  }
}

const slept = (clock: Clock, signal: AbortSignal): Promise<boolean> =>
  clock.sleep(RENEW_MS, signal).then(
    () => true,
    () => false,
  )
