import type { Clock } from '../../../src/clock.ts'

const HOUR_S = 3600

/** The primary limit: so many requests an hour; conditional ones that change nothing are free. */
export const createRateLimit = (clock: Clock, limit: number) => {
  let used = 0
  let resetS = 0
  const nowS = () => Math.floor(clock.now().getTime() / 1000)
  const window = () => {
    if (nowS() < resetS) return
    used = 0
    resetS = nowS() + HOUR_S
  }
  return {
    /** @returns false when the request is one too many. */
    take: (): boolean => {
      window()
      if (used >= limit) return false
      used++
      return true
    },
    giveBack: () => {
      used--
    },
    spend: (count: number) => {
      window()
      used = Math.min(limit, used + count)
    },
    get used() {
      return used
    },
    headers: () => ({
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - used)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(resetS),
      'x-ratelimit-resource': 'core',
    }),
  }
}
