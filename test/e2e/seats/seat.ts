import { waitFor } from '../../support/wait-for.ts'

/** A message of the bot as a person sees it now. */
export interface Shown {
  /** As the platform refers to it. */
  ref: string
  /** Grows from message to message. */
  order: number
  text: string
  buttons: string[]
  /** How often it was changed in place. */
  edits: number
  /** People and channels that it calls. */
  calls: string[]
}

export type Match = string | RegExp | ((message: Shown) => boolean)

/** Somebody with a phone in the hand: the same verbs on every platform. */
export interface Seat {
  says(text: string): void
  /** A command, e.g. `/status`, in the platform's own way. */
  command(line: string): void
  /** Presses a button of the newest message that has it. At a console that takes a moment. */
  presses(label: string): void | Promise<void>
  /** Presses the button that asks for words, and gives them. */
  writes(label: string, words: string): Promise<void>
  /**
   * Answers the question that the bot has asked last.
   * @param text made of the text to begin with, as this person sees it: empty where there is none.
   */
  answers(text: (begun: string) => string): Promise<void>
  /** Gives a file in answer to that question. */
  gives(file: { name: string; content: string }): Promise<void>
  /** What the bot wrote, oldest first. */
  screen(): Shown[]
}

/** Building something takes 10 s, and on a machine that does much else many times that. */
const LIMIT_MS = 120_000

/**
 * The newest message that matches, now or later.
 * @param after only messages that are newer than this one.
 */
export const sees = (seat: Seat, match: Match, { after }: { after?: Shown } = {}): Promise<Shown> =>
  waitFor(
    () => {
      const found = seat
        .screen()
        .filter((message) => !after || message.order > after.order)
        .findLast((message) => matches(message, match))
      if (!found) throw new Error(`On the screen:\n${transcript(seat)}`)
      return found
    },
    `a message with ${match}`,
    LIMIT_MS,
  )

const matches = (message: Shown, match: Match): boolean => {
  if (typeof match === 'function') return match(message)
  return typeof match === 'string' ? message.text.includes(match) : match.test(message.text)
}

/** The conversation so far, to be read by a person. */
export const transcript = (seat: Seat): string =>
  seat
    .screen()
    .map(({ text, buttons }) =>
      [text, buttons.length > 0 && `[${buttons.join('] [')}]`].filter(Boolean).join('\n'),
    )
    .join('\n---\n')
