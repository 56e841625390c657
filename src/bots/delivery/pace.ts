import type { Clock } from '../../clock.ts'

export interface Pace {
  /**
   * Makes a call when the account may; the more urgent first, then whoever waits longest.
   *
   * @throws whatever `work` throws, and the signal's reason when it ends the wait.
   */
  call<T>(priority: number, work: () => Promise<T>, signal: AbortSignal): Promise<T>
}

interface Waiter {
  priority: number
  go(): void
}

/**
 * At most `calls` arrive within any `perMs`. Asking first is faster than being refused: a refused call is made again.
 * When a call arrives is not known, only that one that took longer than the fastest may have arrived that much later.
 */
export const createPace = (clock: Clock, { calls, perMs }: { calls: number; perMs: number }): Pace => {
  const waiters: Waiter[] = []
  let taken = 0
  let fastestMs = Number.POSITIVE_INFINITY

  const admit = () => {
    while (taken < calls) {
      const next = waiters.shift()
      if (!next) return
      taken += 1
      next.go()
    }
  }

  const turn = (priority: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const giveUp = () => {
        waiters.splice(waiters.indexOf(waiter), 1)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        priority,
        go: () => {
          signal.removeEventListener('abort', giveUp)
          resolve()
        },
      }
      signal.addEventListener('abort', giveUp, { once: true })
      const behind = waiters.findIndex((one) => one.priority < priority)
      waiters.splice(behind < 0 ? waiters.length : behind, 0, waiter)
      admit()
    })

  const giveBack = async (startedAt: Date, signal: AbortSignal) => {
    fastestMs = Math.min(fastestMs, clock.now().getTime() - startedAt.getTime())
    await clock.sleep(Math.max(perMs - fastestMs, 0), signal).catch(() => {})
    taken -= 1
    admit()
  }

  return {
    call: async (priority, work, signal) => {
      await turn(priority, signal)
      const startedAt = clock.now()
      try {
        return await work()
      } finally {
        void giveBack(startedAt, signal)
      }
    },
  }
}
