import type { Clock } from '../../clock.ts'

export interface Timers {
  /** Rings for `key` at a time; an earlier one that is set already stands. */
  at(key: string, time: Date): void
  clear(): void
}

/** One alarm per key. */
export const createTimers = (clock: Clock, ring: (key: string) => void): Timers => {
  const alarms = new Map<string, { time: number; abort: AbortController }>()
  return {
    at: (key, date) => {
      const time = date.getTime()
      const earlier = alarms.get(key)
      if (earlier && earlier.time <= time) return
      earlier?.abort.abort()
      const abort = new AbortController()
      alarms.set(key, { time, abort })
      clock.sleep(Math.max(time - clock.now().getTime(), 1), abort.signal).then(
        () => {
          alarms.delete(key)
          ring(key)
        },
        () => {},
      )
    },
    clear: () => {
      for (const { abort } of alarms.values()) abort.abort()
      alarms.clear()
    },
  }
}
