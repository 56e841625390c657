import { type Clock, SECOND_MS, systemClock } from '../../src/clock.ts'

/** Back-off is shorter than this; what sleeps longer watches over something and must not wake early. */
const LONGEST_BACK_OFF_MS = 20 * SECOND_MS
/** Longer than a loop needs to let others in, far shorter than any real back-off. */
const NAP_MS = 5

/** The real time of day, but nobody waits long to try again: for code that must reach a real socket. */
export const hastyClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => systemClock.sleep(ms > LONGEST_BACK_OFF_MS ? ms : Math.min(ms, NAP_MS), signal),
}
