import type { AlignType } from 'mdast'
import { type Line, lineText, plain, styled } from './style.ts'
import { textWidth } from './width.ts'
import { wrap } from './wrap.ts'

const GAP = '  '

/** A table with aligned columns; one that is too wide for the screen becomes a list of `heading: value`. */
export const drawTable = (head: Line[], body: Line[][], align: AlignType[], width: number): Line[] => {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...body].map((row) => textWidth(lineText(row[column] ?? [])))),
  )
  const total = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length)
  if (total > width) return drawAsList(head, body, width)
  const drawRow = (row: Line[]) =>
    widths.flatMap((columnWidth, column) => [
      ...(column > 0 ? plain(GAP) : []),
      ...pad(row[column] ?? [], columnWidth, align[column], column === widths.length - 1),
    ])
  const rule: Line = [{ text: widths.map((one) => '─'.repeat(one)).join(GAP), styles: ['dim'] }]
  return [drawRow(head.map((cell) => styled(cell, 'bold'))), rule, ...body.map(drawRow)]
}

const pad = (cell: Line, width: number, align: AlignType | undefined, last: boolean): Line => {
  const missing = width - textWidth(lineText(cell))
  const before = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0
  const after = last ? 0 : missing - before
  return [...plain(' '.repeat(before)), ...cell, ...plain(' '.repeat(after))]
}

const drawAsList = (head: Line[], body: Line[][], width: number): Line[] =>
  body.flatMap((row, index) => [
    ...(index > 0 ? [[]] : []),
    ...row.flatMap((cell, column) =>
      wrap([...styled(head[column] ?? [], 'dim'), ...plain(': '), ...cell], width),
    ),
  ])
