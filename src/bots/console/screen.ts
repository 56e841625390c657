import type { Writable } from 'node:stream'
import type { Draw } from './message.ts'
import { type Line, lineText, paint } from './style.ts'
import { type MessageKind, newRows, type Surface } from './surface.ts'
import { textWidth } from './width.ts'
import { chop } from './wrap.ts'

/** The line being typed, which always stays below the conversation. */
export interface InputLine {
  /** Rows it takes, and rows of those above the cursor; undefined while it is not on the screen. */
  extent(): { rows: number; above: number } | undefined
  /** Draws it where the cursor is, expecting `above` rows over the cursor to be its own. */
  redraw(): void
}

export interface ScreenOptions {
  output: Writable
  size: () => { columns: number; rows: number }
  colours: boolean
  inputLine: InputLine
}

export interface Screen extends Surface {
  /** The person's line, which the terminal shows already and the conversation now ends with. */
  entered(line: Line): void
  /** What is on the screen moved in a way that cannot be followed: leave it as it is. */
  settle(): void
}

interface Block {
  ref: string
  /** As the terminal takes them, one row each. */
  rows: string[]
}

/** A message as it is; `since`: as it was when it left the screen, if only what is new of it can be seen. */
interface Shown {
  lines: Line[]
  since?: Line[]
}

const BUSY = 'busy'
/** Older messages are printed whole when they change. */
const REMEMBERED = 500
/** Rows are never wider than the terminal thinks: without wrapping, a disputed emoji width cannot add a row. */
const WRAP_OFF = '\u001b[?7l'
const WRAP_ON = '\u001b[?7h'
const ERASE_BELOW = '\u001b[J'
/** Letters whose width every terminal agrees on. */
const UNDISPUTED = /^[\u0020-\u007e\u00a0-\u02ff\u0370-\u052f\u2190-\u21ff]*$/

/**
 * A terminal. Knows the rows it has printed as long as they are on the screen, and redraws from the first one
 * that changes, around the line that is being typed.
 */
export const createScreen = ({ output, size, colours, inputLine }: ScreenOptions): Screen => {
  let blocks: Block[] = []
  const messages = new Map<string, Shown>()

  const blockOf = (ref: string, lines: Line[]): Block => ({
    ref,
    rows: lines.map((line) => paint(line, colours)),
  })
  const draw = (drawing: Draw): Line[] => drawing(size().columns)

  /** Makes the screen show `next` instead of `blocks`. False when a row that changes is out of reach. */
  const show = (next: Block[]): boolean => {
    const oldRows = blocks.flatMap(({ rows }) => rows)
    const newOnes = next.flatMap(({ rows }) => rows)
    let same = 0
    while (same < oldRows.length && same < newOnes.length && oldRows[same] === newOnes[same]) same += 1
    const up = oldRows.length - same
    const input = inputLine.extent()
    if (up + (input?.rows ?? 1) > size().rows) return false
    blocks = next
    forgetWhatScrolledAway()
    if (up === 0 && same === newOnes.length) return true
    const climb = up + (input?.above ?? 0)
    output.write(
      [
        climb > 0 ? `\r\u001b[${climb}A` : '\r',
        ERASE_BELOW + WRAP_OFF,
        ...newOnes.slice(same).map((row) => `${row}\r\n`),
        WRAP_ON,
        '\r\n'.repeat(input?.above ?? 0),
      ].join(''),
    )
    if (input) inputLine.redraw()
    return true
  }

  const forgetWhatScrolledAway = () => {
    let rows = 0
    const keep = blocks.findLastIndex((block) => {
      rows += block.rows.length
      return rows > 2 * size().rows
    })
    blocks = blocks.slice(keep + 1)
  }

  const append = (block: Block) => {
    const others = blocks.filter(({ ref }) => ref !== BUSY)
    if (!show([...others, block])) show([...blocks, block])
  }

  const remember = (ref: string, message: Shown) => {
    messages.delete(ref)
    messages.set(ref, message)
    const [oldest] = messages.keys()
    if (oldest !== undefined && messages.size > REMEMBERED) messages.delete(oldest)
  }
  /** Its rows stay where they are, and are nobody's. */
  const leave = (ref: string) => {
    blocks = blocks.map((one) => (one.ref === ref ? { ...one, ref: '' } : one))
  }

  const redrawBelow = (ref: string, lines: Line[], kind: MessageKind) => {
    const since = messages.get(ref)?.lines
    leave(ref)
    const message = kind === 'card' || !since ? { lines } : { lines, since }
    remember(ref, message)
    append(blockOf(ref, visible(message, kind)))
  }

  const settle = () => {
    blocks = []
  }

  return {
    print: (ref, drawing) => {
      const lines = draw(drawing)
      remember(ref, { lines })
      append(blockOf(ref, lines))
    },
    redraw: (ref, drawing, kind, options) => {
      const lines = draw(drawing)
      const message = { lines, since: messages.get(ref)?.since }
      const others = blocks.filter((one) => options?.quietly || one.ref !== BUSY)
      const block = blockOf(ref, visible(message, kind))
      const inPlace =
        others.some((one) => one.ref === ref) && show(others.map((one) => (one.ref === ref ? block : one)))
      if (inPlace) remember(ref, message)
      else if (!options?.quietly) redrawBelow(ref, lines, kind)
    },
    remove: (ref) => {
      messages.delete(ref)
      if (!show(blocks.filter((one) => one.ref !== ref))) leave(ref)
    },
    note: (drawing) => append(blockOf('', draw(drawing))),
    busy: (drawing) => {
      if (blocks.at(-1)?.ref !== BUSY) append(blockOf(BUSY, draw(drawing)))
    },
    flush: () => {},
    entered: (line) => {
      const { columns } = size()
      const text = lineText(line)
      const lines = chop(line, columns)
      // After a full row some terminals have begun another.
      if (!UNDISPUTED.test(text) || textWidth(text) % columns === 0) settle()
      blocks.push(blockOf('', lines))
      forgetWhatScrolledAway()
    },
    settle,
  }
}

const visible = ({ lines, since }: Shown, kind: MessageKind): Line[] => {
  if (!since || kind === 'card') return lines
  const news = newRows(since, lines, lineText).filter((line) => line.length > 0)
  const [title = []] = lines
  if (news.length === 0 || news[0] === title) return news
  if (kind === 'progress') return [title, ...news.filter((line) => line !== title)]
  // What stands before a first row, in place of what aligns the others with it.
  return news.map((line, index) => (index === 0 ? [...title.slice(0, 1), ...line.slice(1)] : line))
}
