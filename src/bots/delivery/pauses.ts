import { type Clock, MINUTE_MS } from '../../clock.ts'

/** How long a chat that answered 429 is kept to the platform's documented pace afterwards. */
const PACED_MS = MINUTE_MS

export interface Wait {
  until: Date
  /** `limited`: the platform said 429. `paced`: a chat that was limited is given time between two messages. */
  reason: 'limited' | 'paced'
}

export interface Pauses {
  /** What the next call for this conversation has to wait for, if anything. */
  waitFor(conversationId: string, platform: string): Wait | undefined
  /** A call is made: a paced conversation waits `paceMs` before the next. */
  called(conversationId: string, paceMs: number): void
  /** The platform said 429, for one conversation or for all of them. Returns when to try again. */
  limited(conversationId: string, platform: string, retryAfterMs: number, scope: 'chat' | 'global'): Date
}

/**
 * Who has to wait, and until when. Nobody does until a platform says so; then that conversation, or everybody on
 * the platform. Kept in memory: another process learns it from its own 429, and waits are also kept with the rows.
 */
export const createPauses = (clock: Clock): Pauses => {
  const waits = new Map<string, Wait>()
  const pacedUntil = new Map<string, number>()
  const after = (ms: number) => new Date(clock.now().getTime() + ms)

  const current = (key: string): Wait | undefined => {
    const wait = waits.get(key)
    if (wait && wait.until > clock.now()) return wait
    waits.delete(key)
    return undefined
  }

  return {
    waitFor: (conversationId, platform) => current(platform) ?? current(conversationId),
    called: (conversationId, paceMs) => {
      const until = pacedUntil.get(conversationId)
      if (until === undefined) return
      if (until <= clock.now().getTime()) pacedUntil.delete(conversationId)
      else waits.set(conversationId, { until: after(paceMs), reason: 'paced' })
    },
    limited: (conversationId, platform, retryAfterMs, scope) => {
      const until = after(retryAfterMs)
      waits.set(scope === 'global' ? platform : conversationId, { until, reason: 'limited' })
      pacedUntil.set(conversationId, until.getTime() + PACED_MS)
      return until
    },
  }
}
