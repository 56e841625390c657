import { furthestFit, runningTotals } from './fit.ts'

/** From the kindest place to break a text to the cruellest; never inside a surrogate pair. */
const BREAKS: ((text: string) => string[])[] = [
  (text) => text.split(/(?<=\n)/),
  (text) => segmented(text, 'sentence'),
  (text) => segmented(text, 'word'),
  (text) => segmented(text, 'grapheme'),
  (text) => [...text],
]

const segmenters = new Map<string, Intl.Segmenter>()

const segmented = (text: string, granularity: 'sentence' | 'word' | 'grapheme'): string[] => {
  const segmenter = segmenters.get(granularity) ?? new Intl.Segmenter(undefined, { granularity })
  segmenters.set(granularity, segmenter)
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

export interface Range {
  from: number
  to: number
}

/**
 * Ranges of a text, in order and without gaps, each of which fits: at the ends of lines, else of sentences, words,
 * graphemes, and at the very last of code points.
 *
 * @param size the true size of a range.
 */
export const cutText = (
  text: string,
  limit: number,
  size: (range: Range) => number,
  start = 0,
  level = 0,
): Range[] => {
  const segments = BREAKS[level]?.(text)
  if (!segments) return [{ from: start, to: start + text.length }]
  const totals = runningTotals(segments.map((segment) => segment.length))
  const at = (index: number) => start + (totals[index] ?? 0)
  const sequence = { totals, size: (from: number, to: number) => size({ from: at(from), to: at(to) }) }
  const ranges: Range[] = []
  for (let index = 0; index < segments.length; ) {
    const next = furthestFit(sequence, index, limit)
    if (next > index) ranges.push({ from: at(index), to: at(next) })
    else ranges.push(...cutText(segments[index] ?? '', limit, size, at(index), level + 1))
    index = Math.max(next, index + 1)
  }
  return ranges
}
