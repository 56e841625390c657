import type { Writable } from 'node:stream'
import type { Clock } from '../../clock.ts'
import type { Draw } from './message.ts'
import { lineText } from './style.ts'
import { type MessageKind, newRows, type Surface } from './surface.ts'

/** A text that has not grown for this long is shown as far as it is. */
export const QUIET_MS = 1000

/** Older messages are printed whole when they change. */
const REMEMBERED = 500

export interface PaperOptions {
  output: Writable
  columns: number
  clock: Clock
  /** Before the first row of what the bot says. */
  bot: string
}

/**
 * Output that can only be continued: a file, a pipe. No escape codes, and no row twice: a text is printed once it
 * rests, and of a message that changes only the rows that changed.
 */
export const createPaper = ({ output, columns, clock, bot }: PaperOptions): Surface => {
  /** Messages by reference, their rows without what stands before them. */
  const shown = new Map<string, string[]>()
  let lastPrinted = ''
  let held: { ref: string; rows: string[]; patience: AbortController } | undefined

  const write = (rows: string[]) => {
    if (rows.length > 0) output.write(rows.map((row) => `${row.trimEnd()}\n`).join(''))
  }
  const indent = ' '.repeat(bot.length)
  const rowsOf = (draw: Draw) => draw(columns).map((line) => lineText(line).slice(bot.length))

  const flush = () => {
    if (!held) return
    const { ref, rows, patience } = held
    held = undefined
    patience.abort()
    printNews(ref, rows, 'text')
  }

  const hold = (ref: string, rows: string[]) => {
    if (held && held.ref !== ref) flush()
    held?.patience.abort()
    const mine = { ref, rows, patience: new AbortController() }
    held = mine
    clock.sleep(QUIET_MS, mine.patience.signal).then(
      () => held === mine && flush(),
      () => {},
    )
  }

  const printNews = (ref: string, rows: string[], kind: MessageKind) => {
    const before = shown.get(ref)
    shown.delete(ref)
    shown.set(ref, rows)
    forgetTheOldest()
    const news = before ? newsOf(before, rows, kind) : rows
    if (news.length === 0) return
    const title = before && kind !== 'text' && lastPrinted !== ref ? rows.slice(0, 1) : []
    lastPrinted = ref
    const printed = [...title, ...news.filter((row) => !title.includes(row))]
    const first = printed.findIndex((row) => row.trim() !== '')
    if (first < 0) return
    write(printed.slice(first).map((row, index) => (index === 0 ? bot : indent) + row))
  }

  const forgetTheOldest = () => {
    const [oldest] = shown.keys()
    if (oldest !== undefined && shown.size > REMEMBERED) shown.delete(oldest)
  }

  return {
    print: (ref, draw, kind) => {
      flush()
      if (kind === 'text') hold(ref, rowsOf(draw))
      else printNews(ref, rowsOf(draw), kind)
    },
    redraw: (ref, draw, kind, options) => {
      if (options?.quietly) return
      if (kind === 'text') return hold(ref, rowsOf(draw))
      flush()
      printNews(ref, rowsOf(draw), kind)
    },
    remove: (ref) => {
      if (held?.ref === ref) {
        held.patience.abort()
        held = undefined
      }
      shown.delete(ref)
    },
    note: (draw) => {
      flush()
      lastPrinted = ''
      write(draw(columns).map(lineText))
    },
    busy: () => {},
    flush,
  }
}

const newsOf = (before: string[], rows: string[], kind: MessageKind): string[] => {
  const news = newRows(before, rows, (row) => row)
  // A text went on where it had come to rest: of that row, only the rest is new.
  const start = before.at(-1)
  if (kind !== 'text' || !start) return news
  return news.map((row) => (row.startsWith(start) ? row.slice(start.length).trimStart() : row))
}
