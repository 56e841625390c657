import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'

/** Does something now and again, at the earliest one interval after the last time ended. A failure waits for the next. */
export const every = (
  intervalMs: number,
  name: string,
  work: () => Promise<unknown>,
  { clock, log }: { clock: Clock; log: Log },
): { stop(): void } => {
  const stopping = new AbortController()
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await work().catch((error) => log.warn({ timer: name, err: error }, 'timer.failed'))
      await clock.sleep(intervalMs, stopping.signal).catch(() => {})
    }
  }
  void loop()
  return { stop: () => stopping.abort() }
}
