import { type Clock, systemClock } from '../../src/clock.ts'

export interface SkippingClock extends Clock {
  /** Time has passed all of a sudden: whatever slept for no longer than that wakes now. */
  skip(ms: number): void
}

interface Sleeper {
  dueMs: number
  wake: AbortController
}

/** The real time of day, until a test skips hours of it: for programs on real sockets. */
export const createSkippingClock = (): SkippingClock => {
  const sleepers = new Set<Sleeper>()
  let skippedMs = 0
  const now = () => new Date(Date.now() + skippedMs)
  return {
    now,
    sleep: async (ms, signal) => {
      const sleeper = { dueMs: now().getTime() + ms, wake: new AbortController() }
      sleepers.add(sleeper)
      const either = signal ? AbortSignal.any([signal, sleeper.wake.signal]) : sleeper.wake.signal
      try {
        await systemClock.sleep(ms, either)
      } catch (error) {
        if (signal?.aborted) throw error
      } finally {
        sleepers.delete(sleeper)
      }
    },
    skip: (ms) => {
      skippedMs += ms
      for (const { dueMs, wake } of [...sleepers]) if (dueMs <= now().getTime()) wake.abort()
    },
  }
}
