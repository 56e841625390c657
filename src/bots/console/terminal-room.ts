import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../../clock.ts'
import type { Edit } from './editor.ts'
import { createHeldSurface } from './held-surface.ts'
import type { History } from './history.ts'
import { BREAK_SIGN } from './keys.ts'
import type { Listener } from './listener.ts'
import { drawNote } from './message.ts'
import type { Messages } from './messages.ts'
import type { Room } from './room.ts'
import { createScreen } from './screen.ts'
import { type Line, paint } from './style.ts'
import { createTerminal } from './terminal.ts'
import type { ConsoleTexts } from './texts.ts'

const DEFAULT_COLUMNS = 80
const DEFAULT_ROWS = 24

export interface TerminalRoomOptions {
  input: Readable
  output: Writable & { columns?: number; rows?: number }
  columns: number | undefined
  colours: boolean
  clock: Clock
  texts: ConsoleTexts
  history: History
  completions: () => Promise<readonly string[]> | readonly string[]
  /** Opens a question that has a text to begin with. */
  editor: Edit | undefined
  end(): void
}

/** A person at a terminal: one line to type in, the conversation above it. */
export const createTerminalRoom = (options: TerminalRoomOptions): Room => {
  const { output, colours, clock, texts, editor } = options
  const closing = new AbortController()
  let present: { listener: Listener; messages: Messages } | undefined
  /** The question that the line being typed answers. */
  let asked: string | undefined
  /** What the numbers meant when the line was begun. */
  let meant = ''
  let leaving = false
  /** Somebody else has the terminal. */
  let editing = false

  // A terminal without a size, as in some containers, says 0.
  const columns = () => output.columns || options.columns || DEFAULT_COLUMNS
  const prompt = (): Line => [
    { text: asked === undefined ? texts.prompt : texts.answerPrompt, styles: ['bold'] },
  ]

  /** A question never takes over a line that was begun before it. */
  const adoptQuestion = () => {
    const question = present?.messages.question()
    if (editing || terminal.typing() || question === asked) return
    ask(question)
  }
  const ask = (question: string | undefined) => {
    const opens = inEditor(question)
    asked = opens?.later ? undefined : question
    terminal.prompt(paint(prompt(), colours))
    if (opens && !opens.later) void edit(opens)
  }
  /** The question as the editor takes it, if it does. A reason above it is to be read first: it opens when told to. */
  const inEditor = (question = present?.messages.question()) => {
    const initial = question === undefined ? undefined : present?.messages.initial(question)
    if (!editor || !present || question === undefined || initial === undefined) return undefined
    return { open: editor, question, initial, later: present.messages.hasReason(question) }
  }
  const edit = async ({ open, question, initial }: { open: Edit; question: string; initial: string }) => {
    editing = true
    surface.hold()
    terminal.close()
    const edited = await open(initial, closing.signal)
    editing = false
    if (!present) return
    asked = undefined
    // Whatever the editor left on the screen is not ours to redraw.
    screen.settle()
    terminal.open(paint(prompt(), colours))
    surface.release()
    const answered = present.listener.answer(question, edited)
    adoptQuestion()
    await answered
  }
  const cancelQuestion = () => {
    present?.listener.cancel()
    terminal.clear()
    adoptQuestion()
  }
  const leave = () => {
    if (!present) return
    present = undefined
    terminal.close()
    options.end()
  }

  const terminal = createTerminal({
    ...options,
    columns,
    secretive: () => asked !== undefined,
    on: {
      begins: () => {
        leaving = false
        adoptQuestion()
        meant = present?.messages.buttons.seen(clock.now()) ?? ''
      },
      line: (text) => {
        screen.entered([...prompt(), { text: text.replaceAll('\n', BREAK_SIGN) }])
        const opens = text.trim() === '' ? inEditor() : undefined
        if (opens) return void edit(opens)
        // What it sets off at once is printed before the next prompt.
        void present?.listener.hear(text, { asked, meant })
        ask(present?.messages.question())
      },
      escape: () => {
        if (asked !== undefined) cancelQuestion()
      },
      interrupt: () => {
        if (asked !== undefined) return cancelQuestion()
        if (leaving) return leave()
        leaving = true
        screen.note(drawNote(texts.leaveHint))
      },
      disturbed: () => screen.settle(),
      choices: (words) => screen.note(drawNote(words.join('  '))),
      end: leave,
    },
  })

  const screen = createScreen({
    output,
    size: () => ({ columns: columns(), rows: output.rows || DEFAULT_ROWS }),
    colours,
    inputLine: terminal,
  })

  const surface = createHeldSurface(screen)

  return {
    surface,
    open: (listener, messages) => {
      present = { listener, messages }
      asked = messages.question()
      terminal.open(paint(prompt(), colours))
    },
    spoken: adoptQuestion,
    close: () => {
      present = undefined
      closing.abort()
      terminal.close()
    },
  }
}
