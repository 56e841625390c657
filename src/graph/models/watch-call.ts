import { type Clock, MINUTE_MS, SECOND_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'

/** Longer than a slow model thinks before it says a word, shorter than a person's patience with silence. */
export const SILENCE_MS = 120 * SECOND_MS
/** An answer that trickles is not waited for longer than this. */
export const LONGEST_CALL_MS = 15 * MINUTE_MS

export interface CallWatch extends Disposable {
  /** Aborts when the caller's signal does, after silence, and when the whole takes too long. */
  readonly signal: AbortSignal
  /** Something arrived. */
  heard(): void
}

/** Ends a call of a model that says nothing, or that never ends; the reason is a retryable AppError. */
export const watchCall = (clock: Clock, caller: AbortSignal): CallWatch => {
  const late = new AbortController()
  const over = new AbortController()
  const after = (ms: number, why: string, cancelled: AbortSignal) =>
    clock.sleep(ms, cancelled).then(
      () => late.abort(tooLate(why)),
      () => {},
    )

  let silence = new AbortController()
  const listen = () => {
    silence.abort()
    silence = new AbortController()
    void after(SILENCE_MS, `said nothing for ${SILENCE_MS / SECOND_MS} s`, silence.signal)
  }
  void after(LONGEST_CALL_MS, `did not end within ${LONGEST_CALL_MS / MINUTE_MS} min`, over.signal)
  listen()

  return {
    signal: AbortSignal.any([caller, late.signal]),
    heard: listen,
    [Symbol.dispose]: () => {
      over.abort()
      silence.abort()
    },
  }
}

const tooLate = (why: string) =>
  new AppError('model_failed', `the model ${why}`, {
    retryable: true,
    userMessage: { key: 'model-silent', args: {} },
  })
