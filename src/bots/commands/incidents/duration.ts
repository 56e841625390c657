import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../clock.ts'
import { SILENCE_MAX_MS } from '../../../domain/incidents/times.ts'

const UNITS: readonly [RegExp, number][] = [
  [/^(?:m|min|м|мин)$/, MINUTE_MS],
  [/^(?:h|ч)$/, HOUR_MS],
  [/^(?:d|д)$/, DAY_MS],
]

/** `30m`, `2h`, `1d`, `2h 30m`, also in Russian. @returns milliseconds; undefined for what is no such time, or too long. */
export const duration = (said: string): number | undefined => {
  const text = said.trim().toLowerCase()
  if (!/^(?:\d{1,4}\s?\p{L}+\s*)+$/u.test(text)) return undefined
  let ms = 0
  for (const [, count, word = ''] of text.matchAll(/(\d+)\s?(\p{L}+)/gu)) {
    const unitMs = UNITS.find(([pattern]) => pattern.test(word))?.[1]
    if (unitMs === undefined) return undefined
    ms += Number(count) * unitMs
  }
  return ms > 0 && ms <= SILENCE_MAX_MS ? ms : undefined
}
