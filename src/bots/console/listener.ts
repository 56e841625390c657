import { randomUUID } from 'node:crypto'
import type { Author, InboxBody } from '../../db/shapes/incoming.ts'
import type { Incoming } from '../chat.ts'
import { MAX_TEXT_LENGTH } from '../ingress.ts'
import { createBlock } from './block.ts'
import { clean, cleanLabel } from './clean.ts'
import type { Edited } from './editor.ts'
import { interpret } from './interpret.ts'
import type { Messages } from './messages.ts'
import { attachText } from './read-attachment.ts'
import type { ConsoleTexts } from './texts.ts'

export interface ListenerOptions {
  messages: Messages
  texts: ConsoleTexts
  /** Where and who. */
  from: Pick<Incoming, 'platform' | 'conversation' | 'platformUserId'>
  author: Author
  handOver(incoming: Incoming): Promise<void>
  note(text: string): void
}

export interface LineBegan {
  /** Reference of the question that the line answers. */
  asked: string | undefined
  /** What the numbers meant then; left out where they cannot have moved since. */
  meant?: string
}

export interface Listener {
  /** Takes a line in, as it was meant when it was begun. Resolves when it was handed over. */
  hear(line: string, when: LineBegan): Promise<void>
  /** Takes the whole text that answers a question, or that an editor failed. Resolves when it was handed over. */
  answer(asked: string, edited: Edited): Promise<void>
  cancel(): void
}

/** What a person says, whether in a terminal or through a pipe, on its way to prorab. */
export const createListener = (options: ListenerOptions): Listener => {
  const { messages, texts, author, from, handOver, note } = options

  const block = createBlock()

  const cancel = () => {
    messages.forgetQuestion()
    note(texts.cancelled)
  }

  const hear = async (line: string, { asked, meant }: LineBegan): Promise<void> => {
    const taken =
      asked !== undefined && messages.initial(asked) !== undefined ? block.take(asked, line) : undefined
    if (asked !== undefined && taken) {
      if (taken.kind === 'cancelled') return cancel()
      return taken.kind === 'text' ? answer(asked, taken) : undefined
    }
    const eventId = randomUUID()
    const button = (number: number) => messages.buttons.button(number)
    const meaning = interpret(line, { author, messageRef: eventId, asked, button })
    switch (meaning.kind) {
      case 'nothing':
        return
      case 'cancel':
        return cancel()
      case 'press': {
        if (meant !== undefined && meant !== messages.buttons.meaning()) return note(texts.numbersMoved)
        note(`${' '.repeat(texts.prompt.length)}→ ${cleanLabel(meaning.label)}`)
        // A button below a question is an answer to it.
        if (messages.question() === messages.buttons.numbered()) messages.forgetQuestion()
        return handOver({ ...from, eventId, body: meaning.body })
      }
      case 'say':
        if (meaning.answers) messages.forgetQuestion()
        return handOver({ ...from, eventId, body: meaning.body })
      default:
        return meaning satisfies never
    }
  }

  const answer = async (asked: string, edited: Edited): Promise<void> => {
    messages.forgetQuestion(asked)
    if (edited.kind === 'failed') return note(texts.editorFailed)
    const text = clean(edited.text).trim()
    if (text === '' || text === clean(messages.initial(asked) ?? '').trim()) return note(texts.unchanged)
    const eventId = randomUUID()
    const common = { author, messageRef: eventId, replyTo: asked }
    const body: InboxBody =
      text.length <= MAX_TEXT_LENGTH
        ? { ...common, kind: 'text', text }
        : { ...common, kind: 'command', name: 'unsupported', args: 'file', attachment: attachText(text) }
    return handOver({ ...from, eventId, body })
  }
  return { hear, answer, cancel }
}
