import type { Author, InboxBody } from '../../db/shapes/incoming.ts'
import type { Button } from '../chat.ts'
import { clean } from './clean.ts'

const COMMAND = /^\/([a-z][a-z0-9_-]{0,31})(?:\s+([\s\S]*))?$/i
const NUMBER = /^\d{1,3}$/
const CANCEL = '/cancel'

export interface Situation {
  author: Author
  /** Reference of the line itself. */
  messageRef: string
  /** The question the bot waits to have answered, by its reference. */
  asked: string | undefined
  button(number: number): { ref: string; button: Button } | undefined
}

/**
 * `cancel`: the question stays unanswered. `nothing`: there is nothing to hand over. `say`: an answer to a question
 * is a text that replies to it; whose form it fills is known where the question was asked.
 */
export type Meaning =
  | { kind: 'nothing' }
  | { kind: 'cancel' }
  | { kind: 'press'; label: string; body: InboxBody }
  | { kind: 'say'; body: InboxBody; answers: boolean }

/** What a line means in the situation it was typed in: a button's number, a command, an answer, a text. */
export const interpret = (line: string, { author, messageRef, asked, button }: Situation): Meaning => {
  const text = clean(line).trim()
  if (asked !== undefined && (text === '' || text.toLowerCase() === CANCEL)) return { kind: 'cancel' }
  if (text === '') return { kind: 'nothing' }

  const command = COMMAND.exec(text)
  if (command?.[1]) {
    const body = { kind: 'command', name: command[1].toLowerCase(), args: (command[2] ?? '').trim() } as const
    return { kind: 'say', body: { ...body, author, messageRef }, answers: false }
  }
  if (asked !== undefined)
    return { kind: 'say', body: { kind: 'text', text, author, messageRef, replyTo: asked }, answers: true }

  const pressed = NUMBER.test(text) ? button(Number(text)) : undefined
  if (pressed)
    return {
      kind: 'press',
      label: pressed.button.label,
      body: { kind: 'action', action: pressed.button.action, author, messageRef: pressed.ref },
    }
  return { kind: 'say', body: { kind: 'text', text, author, messageRef }, answers: false }
}
