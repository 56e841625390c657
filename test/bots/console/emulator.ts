import { Writable } from 'node:stream'
import { graphemes, textWidth } from '../../../src/bots/console/width.ts'

export interface Emulator extends Writable {
  readonly columns: number
  readonly rows: number
  /** Everything above the screen and on it, rows without trailing spaces, without empty rows at the end. */
  transcript(): string[]
  /** What is on the screen now. */
  screen(): string[]
  /** Everything that was ever written, escape codes included. */
  raw(): string
  resize(columns: number, rows: number): void
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is made of them.
const SEQUENCE = /\u001b\[([?\d;]*)([A-Za-z])|[\r\n]|[^\u001b\r\n]+/g
const CONTINUES = ''

/** A small strict terminal: wraps, scrolls, moves its cursor, and refuses a sequence that it does not know. */
export const createEmulator = (width = 80, height = 24): Emulator => {
  let columns = width
  let rows = height
  let grid: string[][] = [[]]
  let top = 0
  let row = 0
  let column = 0
  let wraps = true
  let raw = ''

  const down = () => {
    row += 1
    grid[row] ??= []
    top = Math.max(top, row - rows + 1)
  }
  const put = (text: string) => {
    for (const one of graphemes(text)) {
      const taken = textWidth(one)
      if (column + taken > columns) {
        if (wraps) {
          down()
          column = 0
        } else column = columns - taken
      }
      const cells = grid[row] ?? []
      while (cells.length < column) cells.push(' ')
      if (taken === 0) cells[column - 1] = (cells[column - 1] ?? '') + one
      else cells.splice(column, taken, one, ...Array(taken - 1).fill(CONTINUES))
      column += taken
    }
  }
  const control = (parameters: string, letter: string) => {
    const count = Number(parameters.split(';')[0] || 1)
    const cells = grid[row] ?? []
    switch (letter) {
      case 'A':
        row = Math.max(top, row - count)
        break
      case 'B':
        row = Math.min(top + rows - 1, row + count)
        break
      case 'C':
        column = Math.min(columns - 1, column + count)
        break
      case 'D':
        column = Math.max(0, column - count)
        break
      case 'G':
        column = count - 1
        break
      case 'H':
        row = top
        column = 0
        break
      case 'J':
        grid = [...grid.slice(0, row), cells.slice(0, column)]
        break
      case 'K':
        grid[row] = cells.slice(0, column)
        break
      case 'm':
        break
      case 'h':
      case 'l':
        if (parameters === '?7') wraps = letter === 'h'
        else if (parameters !== '?2004') throw new Error(`unknown mode ${parameters}`)
        break
      default:
        throw new Error(`unknown sequence ESC[${parameters}${letter}`)
    }
  }

  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      const text = String(chunk)
      raw += text
      let read = 0
      for (const match of text.matchAll(SEQUENCE)) {
        read += match[0].length
        if (match[0] === '\r') column = 0
        else if (match[0] === '\n') down()
        else if (match[2]) control(match[1] ?? '', match[2])
        else put(match[0])
      }
      if (read !== text.length) throw new Error(`a stray escape in ${JSON.stringify(text)}`)
      done()
    },
  })
  const asText = (cells: string[]) => cells.join('').trimEnd()
  return Object.defineProperties(stream, {
    columns: { get: () => columns },
    rows: { get: () => rows },
    transcript: {
      value: () => {
        const lines = grid.map(asText)
        return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
      },
    },
    screen: { value: () => grid.slice(top, top + rows).map(asText) },
    raw: { value: () => raw },
    resize: {
      value: (toColumns: number, toRows: number) => {
        columns = toColumns
        rows = toRows
        stream.emit('resize')
      },
    },
  }) as Emulator
}
