import type { Clock } from '../../clock.ts'
import type { EditOutcome, Outgoing } from '../chat.ts'
import { createOpenButtons, type OpenButtons } from './buttons.ts'
import { type DrawOptions, drawMessage, isAskedAgain } from './message.ts'
import type { MessageKind, Surface } from './surface.ts'

/** Older messages than these are not edited any more but said anew. */
const REMEMBERED = 1000

export interface Messages {
  say(ref: string, message: Outgoing, hash: string): void
  edit(ref: string, message: Outgoing, hash: string): EditOutcome
  remove(ref: string): void
  buttons: OpenButtons
  /** The question that waits for an answer: the newest one. */
  question(): string | undefined
  /** The text that the answer to this question begins with. */
  initial(question: string): string | undefined
  /** Something has to be read before it is answered: why an earlier answer would not do. */
  hasReason(question: string): boolean
  /** The question got its answer, or will get none. */
  forgetQuestion(question?: string): void
}

/** What the bot has said and may still change, and which of its cards has the numbers. */
export const createMessages = (
  surface: Surface,
  { clock, ...look }: Omit<DrawOptions, 'numbered'> & { clock: Clock },
): Messages => {
  const said = new Map<string, { message: Outgoing; hash: string }>()
  const buttons = createOpenButtons()
  let question: string | undefined

  const draw = (ref: string, message: Outgoing) =>
    drawMessage(message, { ...look, numbered: buttons.numbered() === ref })

  /** Numbers move from card to card: those that gain or lose them are drawn anew. */
  const note = (ref: string, message: Outgoing | undefined) => {
    const before = buttons.numbered()
    buttons.shown(ref, message?.card, clock.now())
    const after = buttons.numbered()
    if (before === after) return
    for (const moved of [before, after]) {
      const entry = moved === undefined || moved === ref ? undefined : said.get(moved)
      if (moved !== undefined && entry)
        surface.redraw(moved, draw(moved, entry.message), kindOf(entry.message), { quietly: true })
    }
  }

  const remember = (ref: string, message: Outgoing, hash: string) => {
    said.set(ref, { message, hash })
    if (message.ask) question = ref
    else if (question === ref) question = undefined
    const [oldest] = said.keys()
    if (oldest === undefined || said.size <= REMEMBERED) return
    said.delete(oldest)
    note(oldest, undefined)
  }

  return {
    say: (ref, message, hash) => {
      remember(ref, message, hash)
      note(ref, message)
      surface.print(ref, draw(ref, message), kindOf(message))
    },
    edit: (ref, message, hash) => {
      const known = said.get(ref)
      if (!known) return 'gone'
      if (known.hash === hash) return 'unchanged'
      remember(ref, message, hash)
      note(ref, message)
      surface.redraw(ref, draw(ref, message), kindOf(message))
      return 'edited'
    },
    remove: (ref) => {
      if (!said.delete(ref)) return
      if (question === ref) question = undefined
      note(ref, undefined)
      surface.remove(ref)
    },
    buttons,
    question: () => question,
    initial: (ref) => said.get(ref)?.message.ask?.initial,
    hasReason: (ref) => isAskedAgain(said.get(ref)?.message ?? {}),
    forgetQuestion: (ref = question) => {
      if (ref === question) question = undefined
    },
  }
}

/** A card that can still be answered is wanted whole; of one that cannot, what is new is enough. */
const kindOf = ({ card, file, ask }: Outgoing): MessageKind => {
  if (file) return 'card'
  if (card && !card.buttons?.length && !ask) return 'progress'
  return card || ask ? 'card' : 'text'
}
