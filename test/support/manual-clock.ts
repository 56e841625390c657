import type { Clock } from '../../src/clock.ts'

export interface ManualClock extends Clock {
  /**
   * Moves time on. Sleeps that become due wake in order, each at its own moment and with everything it sets off
   * done before the next, so that a loop of short sleeps runs as often as it would have.
   */
  advance(ms: number): Promise<void>
  /** How many sleeps are waiting: lets a test see that the code has reached its sleep. */
  readonly sleeping: number
}

interface Sleeper {
  dueMs: number
  wake(): void
}

export const createManualClock = (start: Date | string = '2030-01-01T12:00:00Z'): ManualClock => {
  let nowMs = new Date(start).getTime()
  let sleepers: Sleeper[] = []

  const nextDue = (untilMs: number) =>
    sleepers
      .filter(({ dueMs }) => dueMs <= untilMs)
      .reduce<Sleeper | undefined>(
        (first, one) => (first && first.dueMs <= one.dueMs ? first : one),
        undefined,
      )

  return {
    now: () => new Date(nowMs),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const abort = () => {
          sleepers = sleepers.filter((one) => one !== sleeper)
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          dueMs: nowMs + ms,
          wake: () => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        sleepers.push(sleeper)
      }),
    advance: async (ms) => {
      const untilMs = nowMs + ms
      await settle()
      for (let due = nextDue(untilMs); due; due = nextDue(untilMs)) {
        const woken = due
        nowMs = Math.max(nowMs, woken.dueMs)
        sleepers = sleepers.filter((one) => one !== woken)
        woken.wake()
        await settle()
      }
      nowMs = untilMs
    },
    get sleeping() {
      return sleepers.length
    },
  }
}

/** Lets every promise that can go on go on. What waits for a socket needs `waitFor`. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
