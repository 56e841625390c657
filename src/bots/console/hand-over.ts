import { type Clock, SECOND_MS } from '../../clock.ts'
import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Incoming, Receive } from '../chat.ts'

/** A terminal delivers once, so the adapter does what a platform would: it tries again, some 30 s in all. */
const RETRY_AFTER_MS = [0.5, 1, 2, 4, 8, 15].map((seconds) => seconds * SECOND_MS)

export interface HandOverOptions {
  receive: Receive
  clock: Clock
  log: Log
  signal: AbortSignal
  /** Tells the person that it takes longer, or that it failed. */
  tell(what: 'notSavedYet' | 'notSaved'): void
}

/** Hands things over one after the other, in the order they were said. Never rejects. */
export const createHandOver = ({ receive, clock, log, signal, tell }: HandOverOptions) => {
  let last: Promise<void> = Promise.resolve()

  const deliver = async (incoming: Incoming): Promise<void> => {
    for (const [attempt, delayMs] of [...RETRY_AFTER_MS, undefined].entries()) {
      try {
        return await receive(incoming)
      } catch (error) {
        log.warn({ eventId: incoming.eventId, attempt, reason: errorText(error) }, 'console line not taken')
        if (delayMs === undefined) break
        if (attempt === 0) tell('notSavedYet')
        await clock.sleep(delayMs, signal)
      }
    }
    tell('notSaved')
  }

  return (incoming: Incoming): Promise<void> => {
    last = last.then(() => deliver(incoming)).catch(() => {})
    return last
  }
}
