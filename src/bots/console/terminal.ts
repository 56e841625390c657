import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { cleanLabel } from './clean.ts'
import { complete } from './complete.ts'
import { HISTORY_LINES, type History } from './history.ts'
import { BREAK_SIGN, createKeys, PASTE_OFF, PASTE_ON } from './keys.ts'
import type { InputLine } from './screen.ts'
import { textWidth } from './width.ts'

export interface TerminalEvents {
  /** The first key of a line was pressed. */
  begins(): void
  /** A line was sent; the cursor stands below it. */
  line(text: string): void
  escape(): void
  /** Ctrl-C on an empty line. */
  interrupt(): void
  /** What is on the screen was moved or wiped. */
  disturbed(): void
  choices(words: string[]): void
  /** Ctrl-D, or the terminal is gone. */
  end(): void
}

export interface TerminalOptions {
  input: Readable
  output: Writable
  columns: () => number
  history: History
  completions: () => Promise<readonly string[]> | readonly string[]
  /** True while a line may be a secret and is not remembered. */
  secretive: () => boolean
  on: TerminalEvents
}

export interface Terminal extends InputLine {
  open(prompt: string): void
  /** Draws the line anew with another prompt. */
  prompt(prompt: string): void
  /** Something was typed and not sent. */
  typing(): boolean
  /** Throws away what was typed and not sent. */
  clear(): void
  close(): void
}

/** `prevRows`: how many rows readline climbs before it draws the line anew. */
type CountedInterface = Interface & { prevRows?: number }

/** How long an Esc may be the beginning of an arrow key. */
const ESCAPE_WAIT_MS = 50

/** The line a person types in a terminal: editing, history, completion, pasting (B-3). */
export const createTerminal = (options: TerminalOptions): Terminal => {
  const { input, output, columns, history, on } = options
  let readline: CountedInterface | undefined
  let shown = false
  let current = ''
  let close = () => {}

  // Errors are heard to the end: a terminal that was closed cannot be set back, and says so.
  input.on('error', on.end)

  const clear = () => {
    readline?.write(null, { ctrl: true, name: 'e' })
    readline?.write(null, { ctrl: true, name: 'u' })
  }

  const completer = async (line: string): Promise<[string[], string]> => {
    const known = (await options.completions()).map(cleanLabel)
    const { typed, word, choices } = complete(line, known)
    if (choices) on.choices(choices)
    return [word === undefined ? [] : [word], typed]
  }

  const countRows = () => {
    if (readline) readline.prevRows = readline.getCursorPos().rows
  }
  /** A row that was filled to its end: the cursor waits there, where readline believes it on the next row. */
  const leaveFullRow = () => {
    if (!readline || !shown || readline.line === '' || readline.cursor < readline.line.length) return
    if (readline.getCursorPos().cols === 0) output.write(' \r')
  }

  const redraw = () => readline?.prompt(true)

  const open = (prompt: string) => {
    const keys = createKeys(input)
    keys.on('data', countRows)
    const line: CountedInterface = createInterface({
      input: keys,
      output,
      terminal: true,
      prompt,
      history: [...history.lines],
      historySize: HISTORY_LINES,
      escapeCodeTimeout: ESCAPE_WAIT_MS,
      completer: (typed: string, done: (error: null, result: [string[], string]) => void) =>
        completer(typed).then(
          (result) => done(null, result),
          () => done(null, [[], typed]),
        ),
    })
    readline = line
    current = prompt

    // Before readline sees the key: afterwards the line is no longer empty.
    keys.prependListener('keypress', (_text, key?: { name?: string; ctrl?: boolean }) => {
      if (line.line === '' && !key?.ctrl) on.begins()
      if (key?.name === 'escape') on.escape()
      if (key?.ctrl && key.name === 'l') on.disturbed()
    })
    keys.on('data', (chunk) => {
      if (chunk.length > 1) leaveFullRow()
      countRows()
    })
    line.on('history', (lines: string[]) => {
      if (options.secretive() || !history.keeps(lines[0] ?? '')) lines.shift()
      history.save(lines)
    })
    line.on('line', (text) => {
      shown = false
      on.line(text.replaceAll(BREAK_SIGN, '\n'))
    })
    line.on('SIGINT', () => {
      if (line.line === '') return on.interrupt()
      clear()
    })
    line.on('SIGCONT', on.disturbed)
    line.on('close', () => {
      if (readline === line) on.end()
    })
    output.on('resize', on.disturbed)
    input.pipe(keys)
    output.write(PASTE_ON)
    shown = true
    line.prompt()

    close = () => {
      readline = undefined
      output.off('resize', on.disturbed)
      input.unpipe(keys)
      input.pause()
      if (shown) output.write('\r\u001b[J')
      output.write(PASTE_OFF)
      shown = false
      line.close()
    }
  }

  return {
    open,
    prompt: (prompt) => {
      current = prompt
      if (!readline) return
      readline.setPrompt(prompt)
      if (!shown) readline.prevRows = 0
      shown = true
      redraw()
    },
    typing: () => shown && readline !== undefined && readline.line !== '',
    clear,
    redraw,
    extent: () => {
      if (!readline || !shown) return undefined
      const rows = Math.floor(textWidth(stripVTControlCharacters(current) + readline.line) / columns()) + 1
      return { rows, above: readline.getCursorPos().rows }
    },
    close: () => {
      close()
      close = () => {}
    },
  }
}
