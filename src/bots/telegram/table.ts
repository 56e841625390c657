import type { AlignType, Table } from 'mdast'
import { plainText } from '../markdown.ts'
import { withoutInvisible } from './formatted.ts'

/** A table as lines of equal columns, for a monospaced block: chats draw no tables. */
export const drawTable = (table: Table): string => {
  const rows = table.children.map((row) =>
    row.children.map((cell) => withoutInvisible(plainText(cell)).replaceAll('\n', ' ')),
  )
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(1, ...rows.map((row) => width(row[column] ?? ''))),
  )
  const line = (cells: string[]) =>
    widths
      .map((wanted, column) => pad(cells[column] ?? '', wanted, table.align?.[column] ?? null))
      .join(' | ')
      .trimEnd()
  const [header = [], ...body] = rows
  const rule = widths.map((wanted) => '-'.repeat(wanted)).join('-|-')
  return [line(header), rule, ...body.map(line)].join('\n')
}

const pad = (text: string, wanted: number, align: AlignType): string => {
  const missing = wanted - width(text)
  if (align === 'right') return ' '.repeat(missing) + text
  if (align === 'center') return ' '.repeat(missing >> 1) + text + ' '.repeat(missing - (missing >> 1))
  return text + ' '.repeat(missing)
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Columns of a monospaced font, near enough: what a reader takes for one character is one. */
const width = (text: string): number => [...graphemes.segment(text)].length
