import { MINUTE_MS, SECOND_MS } from '../../clock.ts'
import type { Words } from '../words.ts'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const UNITS = [
  ['span-days', DAY_MS],
  ['span-hours', HOUR_MS],
  ['span-minutes', MINUTE_MS],
  ['span-seconds', SECOND_MS],
] as const

/** How long something took or is ago: `3 s`, `12 min`, in the largest unit of which there are at least two. */
export const span = ({ t }: Pick<Words, 't'>, ms: number): string => {
  const [key, unit] = UNITS.find(([, one]) => ms >= 2 * one) ?? (['span-seconds', SECOND_MS] as const)
  const tenths = unit === SECOND_MS && ms < 10 * SECOND_MS ? 10 : 1
  return t(key, { count: Math.round((ms / unit) * tenths) / tenths })
}
