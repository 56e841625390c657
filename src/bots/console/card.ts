import type { Button, CalledPerson, Card } from '../chat.ts'
import { clean, cleanLabel } from './clean.ts'
import { drawMarkdown, prefixed } from './markdown.ts'
import { type Line, plain, type Span, type Style } from './style.ts'
import { textWidth } from './width.ts'
import { wrap } from './wrap.ts'

/** A label longer than this stands on a row of its own. */
const LABEL_WIDTH = 24
const GAP = '  '
const LEAST_VALUE_WIDTH = 16

const TONES: Record<Card['tone'], Style[]> = {
  neutral: ['bold'],
  question: ['bold', 'yellow'],
  progress: ['bold'],
  success: ['bold', 'green'],
  warning: ['bold', 'yellow'],
  danger: ['bold', 'red'],
}

/**
 * A card as rows: title, who is called, body, fields in two columns, footer, buttons. `numbered` is false for a card that is
 * not the newest with buttons; then `older` says why they have no numbers, or, when empty, they are left out.
 */
export const drawCard = (
  card: Card,
  { width, numbered, older }: { width: number; numbered: boolean; older: string },
): Line[] => {
  const title = wrap([{ text: clean(card.title), styles: TONES[card.tone] }], width)
  const calls = drawCalls(card.calls ?? [], width)
  const body = card.body ? drawMarkdown(card.body, width) : []
  const fields = drawFields(card.fields ?? [], width)
  const footer = card.footer ? wrap([{ text: clean(card.footer), styles: ['dim'] }], width) : []
  const buttons = drawButtons(card.buttons ?? [], { width, numbered, older })
  const parted = (rows: Line[]): Line[] => (rows.length > 0 ? [[], ...rows] : [])
  return [
    ...title,
    ...calls,
    ...body,
    ...(body.length > 0 ? parted(fields) : fields),
    ...footer,
    ...parted(buttons),
  ]
}

const drawCalls = (calls: readonly CalledPerson[], width: number): Line[] =>
  calls.length > 0 ? wrap(plain(`🔔 ${calls.map(({ name }) => cleanLabel(name)).join(', ')}`), width) : []

const drawFields = (fields: NonNullable<Card['fields']>, width: number): Line[] => {
  const labels = fields.map(({ label }) => cleanLabel(label))
  const column = Math.min(LABEL_WIDTH, Math.max(0, ...labels.map(textWidth)))
  const valueWidth = Math.max(width - column - GAP.length, LEAST_VALUE_WIDTH)
  return fields.flatMap(({ value }, index) => {
    const label = labels[index] ?? ''
    const rows = wrap(plain(clean(value)), valueWidth)
    const name = (text: string): Line => [{ text, styles: ['dim'] }]
    const indent = plain(' '.repeat(column + GAP.length))
    if (textWidth(label) > column) return [...wrap(name(label), width), ...prefixed(rows, indent)]
    return prefixed(rows, name(label + ' '.repeat(column - textWidth(label)) + GAP), indent)
  })
}

const drawButtons = (
  rows: Button[][],
  { width, numbered, older }: { width: number; numbered: boolean; older: string },
): Line[] => {
  if (rows.flat().length === 0 || (!numbered && older === '')) return []
  let number = 0
  const drawn = rows.map((row) =>
    row.map(({ label, style }): Span[] => {
      const name = cleanLabel(label)
      number += 1
      if (!numbered) return [{ text: name, styles: ['dim'] }]
      const colour: Style[] = style === 'primary' ? ['green'] : style === 'danger' ? ['red'] : []
      return [
        { text: `[${number}]`, styles: ['bold', ...colour] },
        { text: ` ${name}`, styles: colour },
      ]
    }),
  )
  const lines = drawn.flatMap((row) => flow(row, numbered ? GAP : ' · ', width))
  return numbered ? lines : [...lines, ...wrap([{ text: older, styles: ['dim'] }], width)]
}

/** Puts the items into as few rows as hold them, breaking an item only when it is wider than a row. */
const flow = (items: Line[], gap: string, width: number): Line[] => {
  const rows: Line[] = []
  let used = 0
  for (const item of items) {
    const wide = textWidth(item.map(({ text }) => text).join(''))
    const last = rows.at(-1)
    if (last && used + gap.length + wide <= width) {
      rows[rows.length - 1] = [...last, ...plain(gap), ...item]
      used += gap.length + wide
    } else {
      rows.push(...wrap(item, width))
      used = wide
    }
  }
  return rows
}
