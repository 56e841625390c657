import { randomUUID } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../../clock.ts'
import type { Lang } from '../../db/schema/users.ts'
import { AppError, errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ChatAdapter, ConversationKey, Outgoing, RenderedPart } from '../chat.ts'
import { hashOfFile, hashOfShown } from '../hash-of-shown.ts'
import { createEditor } from './editor.ts'
import { createFiles } from './files.ts'
import { createHandOver } from './hand-over.ts'
import { openHistory } from './history.ts'
import { createListener } from './listener.ts'
import { drawAside, drawMessage, drawNote } from './message.ts'
import { createMessages } from './messages.ts'
import { createPipeRoom } from './pipe-room.ts'
import { readAttachment } from './read-attachment.ts'
import { createTerminalRoom } from './terminal-room.ts'
import { consoleTexts } from './texts.ts'

export interface ConsoleOptions {
  input: Readable
  output: Writable
  /** True when a person sits at both ends; else the input is read as a script and the output is a transcript. */
  terminal: boolean
  /** Columns of an output that does not know them. Without, a transcript is not wrapped. */
  columns?: number
  /** Colours are for terminals, and not for those who set NO_COLOR. */
  noColor?: boolean
  log: Log
  clock: Clock
  /** Commands with their slash, and names of projects, for Tab. */
  completions?: () => Promise<readonly string[]> | readonly string[]
  /** Where files are put that a terminal cannot show; made when the first one is. */
  filesDir?: string
  /** The command of the person's editor, as in `$EDITOR`; a question with a text to begin with opens in it. */
  editor?: string
  /** Where typed lines are remembered. Its folder exists. */
  historyFile?: string
  /** The person's language before they have said anything. */
  lang?: Lang
  /** The language of the console's own sentences, asked at each use. */
  langNow?: () => Lang
  userId?: string
  /** What the person is called on cards. */
  userName?: string
  /**
   * Resolves when nothing is in hand: no turn, no run that does not wait for a person, nothing undelivered. A
   * script waits for it before each of its lines and before its end.
   */
  settled?: () => Promise<void>
  /** The person left, or the script ended. Called once; what stops then is for the caller to decide. */
  onEnd?: () => void
}

export const CONSOLE_CONVERSATION: ConversationKey = 'console:local'
const CONSOLE_USER = 'local'
/** A terminal has no limit; faster than this nobody reads. */
const EDIT_INTERVAL_MS = 100

/** The same bot in a terminal, with no token (B-3): one person, one conversation. */
export const createConsoleAdapter = (options: ConsoleOptions): ChatAdapter => {
  const { output, clock, log, lang, userId = CONSOLE_USER } = options
  const texts = consoleTexts(options.langNow ?? (() => lang ?? 'en'))
  const stopping = new AbortController()
  let started = false
  let ended = false

  const end = () => {
    if (ended) return
    ended = true
    options.onEnd?.()
  }
  const { input, columns, completions = () => [] } = options
  const room = options.terminal
    ? createTerminalRoom({
        ...{ input, output, columns, clock, texts, completions, end },
        colours: !options.noColor,
        editor: options.editor ? createEditor(options.editor) : undefined,
        history: openHistory(options.historyFile, log),
      })
    : createPipeRoom({
        ...{ input, output, columns, clock, log, texts, end },
        settled: options.settled ?? (async () => {}),
      })
  const files = createFiles(options.filesDir)
  const messages = createMessages(room.surface, {
    texts,
    // On paper a card is not redrawn when the numbers move on, so buttons without numbers only cost rows.
    onPaper: !options.terminal,
    clock,
    pathOf: files.pathOf,
    hasEditor: options.terminal && Boolean(options.editor),
  })
  const note = (text: string) => room.surface.note(drawNote(text))

  // The other end of a pipe may close first, as `head` does.
  output.on('error', (error) => {
    log.warn({ reason: errorText(error) }, 'console output lost')
    end()
  })

  return {
    platform: 'console',
    opensForms: false,
    editIntervalMs: { private: EDIT_INTERVAL_MS, group: EDIT_INTERVAL_MS },
    start: async (receive) => {
      if (started) return
      started = true
      const handOver = createHandOver({
        ...{ receive, clock, log, signal: stopping.signal },
        tell: (what) => note(texts[what]),
      })
      const listener = createListener({
        ...{ messages, texts, handOver, note },
        from: {
          platform: 'console',
          conversation: { key: CONSOLE_CONVERSATION, kind: 'private' },
          platformUserId: userId,
        },
        author: { name: options.userName ?? userId, langHint: lang },
      })
      room.open(listener, messages)
    },
    stop: async () => {
      stopping.abort()
      if (started) room.close()
    },
    render: (message) => [{ payload: message, hash: hashOf(message) }],
    send: async (conversation, part) => {
      here(conversation)
      const ref = randomUUID()
      const message = messageIn(part)
      files.keep(ref, message.file)
      messages.say(ref, message, part.hash)
      room.spoken()
      return ref
    },
    edit: async (conversation, ref, part) => {
      here(conversation)
      const message = messageIn(part)
      const outcome = messages.edit(ref, message, part.hash)
      if (outcome === 'edited') files.keep(ref, message.file)
      room.spoken()
      return outcome
    },
    remove: async (_conversation, ref) => {
      messages.remove(ref)
      files.keep(ref, undefined)
      room.spoken()
    },
    readAttachment,
    tell: async (_conversation, _to, text) => room.surface.note(drawAside(text, texts)),
    typing: async () => room.surface.busy(drawMessage({ markdown: '…' }, { numbered: false, texts })),
    check: async () => 'console',
  }
}

const hashOf = ({ file, ...message }: Outgoing): string =>
  hashOfShown(file ? [message, hashOfFile(file)] : message)

/** A part is opaque to everybody but the adapter that rendered it. */
const messageIn = (part: RenderedPart): Outgoing => part.payload as Outgoing

const here = (conversation: ConversationKey): void => {
  if (conversation !== CONSOLE_CONVERSATION)
    throw new AppError('platform_refused', `the console has no conversation ${conversation}`)
}
