import type { Words } from '../words.ts'
import { niceTop } from './chart-scale.ts'

const ROWS = 6
/** Eighths of a character. */
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const
/** What a terminal of 80 columns has left beside its prompt and the margin of code. */
const WIDTH_MAX = 70
/** From here on nobody counts cents. */
const WHOLE_DOLLARS_FROM = 1_000

/** A bar chart of letters, for who cannot see a picture. */
export const chartOfLetters = (
  words: Words,
  { slots, unit }: { slots: { at: Date; cost: number }[]; unit: 'hour' | 'day' },
): string => {
  const top = niceTop(Math.max(...slots.map(({ cost }) => cost)))
  const labels = [top, top / 2, 0].map((sum) =>
    top < WHOLE_DOLLARS_FROM ? words.money(sum) : `$${words.count(sum)}`,
  )
  const margin = Math.max(...labels.map((label) => label.length))
  const gap = margin + 2 + slots.length * 2 <= WIDTH_MAX ? ' ' : ''
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const row = ROWS - 1 - index
    const label = row === ROWS - 1 ? labels[0] : row === ROWS / 2 - 1 ? labels[1] : ''
    const bars = slots.map(({ cost }) => cell((cost / top) * ROWS - row, row === 0 && cost > 0))
    return `${(label ?? '').padStart(margin)} ${label ? '┤' : '│'}${bars.map((bar) => `${gap}${bar}`).join('')}`
  })
  const width = slots.length * (1 + gap.length)
  return [
    ...rows,
    `${(labels[2] ?? '').padStart(margin)} ┼${'─'.repeat(width)}`,
    `${' '.repeat(margin + 2)}${axis(words, slots, unit, width, gap.length)}`,
  ]
    .map((line) => line.trimEnd())
    .join('\n')
}

/** What is more than nothing shows as more than nothing. */
const cell = (fill: number, least: boolean): string => {
  const eighths = Math.max(least ? 1 : 0, Math.min(8, Math.round(fill * 8)))
  return EIGHTHS[eighths] ?? ' '
}

/** The first and last slot by name, and the middle one where there is room. */
const axis = (
  words: Words,
  slots: { at: Date }[],
  unit: 'hour' | 'day',
  width: number,
  gap: number,
): string => {
  const nameOf = (index: number) => slotName(words, slots[index]?.at ?? new Date(0), unit)
  const last = nameOf(slots.length - 1)
  const begin = ' '.repeat(gap) + nameOf(0)
  if (slots.length === 1) return begin
  const middle = Math.floor(slots.length / 2)
  const withMiddle = begin.padEnd(middle * (1 + gap) + gap) + nameOf(middle)
  const fits = begin.length < middle * (1 + gap) && withMiddle.length + 1 + last.length <= width
  const start = fits ? withMiddle : begin
  return `${start} ${last.padStart(width - start.length - 1)}`
}

/** `20 Nov`, `14:00`. */
export const slotName = (words: Pick<Words, 'day'>, at: Date, unit: 'hour' | 'day'): string =>
  unit === 'hour' ? at.toISOString().slice(11, 16) : words.day(at)
