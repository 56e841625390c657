import type { Clock } from '../../clock.ts'

/** What was looked at did not answer in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

/**
 * Gives work so long and no longer: then its signal aborts, and whoever waited goes on at once.
 * @throws TimedOut; the reason of `signal` when that aborts first.
 */
export const inTime = async <T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  signal.throwIfAborted()
  const ending = new AbortController()
  const done = new AbortController()
  const passOn = () => ending.abort(signal.reason)
  signal.addEventListener('abort', passOn, { once: true })
  clock.sleep(ms, done.signal).then(
    () => ending.abort(new TimedOut(`no answer within ${ms / 1000} s`)),
    () => {},
  )
  const ended = new Promise<never>((_, reject) =>
    ending.signal.addEventListener('abort', () => reject(ending.signal.reason), { once: true }),
  )
  try {
    return await Promise.race([work(ending.signal), ended])
  } finally {
    done.abort()
    signal.removeEventListener('abort', passOn)
    // What is still open of a connection is not needed any more, whichever way it went.
    if (!ending.signal.aborted) ending.abort(new Error('done'))
    ended.catch(() => {})
  }
}
