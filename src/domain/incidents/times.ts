import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../clock.ts'
import type { Incident } from './incident.ts'
import { wakesPeople } from './incident.ts'

/** What comes back so soon after it was resolved is the same incident again (M-10, flapping). */
export const REOPEN_WINDOW_MS = 30 * MINUTE_MS
/** Before people are paged again after a move that was perhaps a slip of the finger. */
export const GRACE_MS = 10 * SECOND_MS
/** What a bigger incident explained heals by itself a moment after it, as a rule. */
export const RETURN_GRACE_MS = MINUTE_MS
export const FLAP_GRACE_MAX_MS = 5 * MINUTE_MS

export const SILENCE_MIN_MS = MINUTE_MS
export const SILENCE_MAX_MS = 30 * DAY_MS

/** After so many reminders without a word an acknowledged critical incident counts as forgotten. */
export const REMINDERS_MAX = 3

/** How long somebody may have an incident in hand without a word before they are asked about it (M-12). */
export const remindAfterMs = (incident: Pick<Incident, 'severity'>): number =>
  wakesPeople(incident) ? HOUR_MS : DAY_MS

/**
 * How long something that came back must stay wrong before it pages: twice as long every time, so that what comes
 * and goes wakes nobody, and what stays is not missed.
 *
 * @param reopenings counted from 1.
 */
export const flapGraceMs = (reopenings: number): number =>
  Math.min(FLAP_GRACE_MAX_MS, GRACE_MS * 2 ** (reopenings - 1))
