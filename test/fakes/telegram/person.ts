import type { Message, User } from 'grammy/types'
import type { Chats, Room } from './chats.ts'
import type { Files, StoredFile } from './files.ts'
import type { PendingQuery } from './methods.ts'
import { Refusal } from './refusal.ts'
import { type ShownMessage, show } from './shown.ts'
import { recognise } from './text.ts'
import type { Updates } from './updates.ts'

export interface Where {
  /** A group's id; the private chat with the bot when left out. */
  chat?: number
  /** A topic of that group. */
  topic?: number
  /** The message this answers: itself, its id, or its `chat:message` reference. */
  replyTo?: ShownMessage | number | string
}

export interface Press {
  updateId: number
  /** What the bot answered, a toast or an alert. Whoever asks for it is told when it does not come within a minute. */
  readonly answer: Promise<{ text: string | undefined; alert: boolean }>
}

export interface Person {
  id: number
  user: User
  /** Opens the private chat without a word, so that the bot may write first. */
  opens(): void
  says(text: string, where?: Where): ShownMessage & { updateId: number }
  /** Something that is not a text, e.g. `sends('voice')`, perhaps with a caption, perhaps in an album. */
  sends(kind: string, where?: Where & { caption?: string; album?: string }): { updateId: number }
  /** A document, perhaps with words. `gone`: it cannot be fetched any more. */
  attaches(
    file: { name: string; content: string | Buffer; gone?: boolean },
    where?: Where & { caption?: string },
  ): ShownMessage & { updateId: number }
  /** Changes an own message. */
  edits(message: ShownMessage, text: string): void
  /**
   * Presses a button, by its label or whatever can be said of it, on this message or on the newest that has it.
   * `evenIfGone`: also a button that the phone still showed when the bot had already taken it away.
   */
  presses(
    button: string | ((button: { label: string; data: string }) => boolean),
    options?: { message?: ShownMessage; chat?: number; evenIfGone?: boolean },
  ): Press
  /** Deletes any message of a chat, one's own or the bot's. */
  deletes(message: ShownMessage): void
  /** From now on the bot cannot write here; saying something takes it back. */
  blocksTheBot(): void
}

export interface PersonDeps {
  bot: User
  chats: Chats
  files: Files
  updates: Updates
  queries: Map<string, PendingQuery>
  now: () => number
  /** How long an answer to a pressed button is taken. */
  queryTtlMs: number
}

export const createPerson = (user: User, deps: PersonDeps): Person => {
  const { bot, chats, files, updates, queries, now, queryTtlMs } = deps
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ')

  const roomOf = (chat: number | undefined): Room => {
    const id = chat ?? user.id
    const room = chats.rooms.get(id)
    if (room) return room
    if (id !== user.id) throw new Error(`there is no chat ${id}`)
    return chats.add({ id, kind: 'private', title: name })
  }
  const idOf = (message: ShownMessage | number | string) =>
    typeof message === 'object' ? message.id : Number(String(message).split(':').at(-1))

  const put = (text: string, { chat, topic = 0, replyTo }: Where, file?: StoredFile) => {
    const room = roomOf(chat)
    if (room.kind === 'private') room.closed = undefined
    if (topic !== 0 && !room.topics?.has(topic)) throw new Error(`there is no topic ${topic}`)
    const answered = replyTo === undefined ? undefined : idOf(replyTo)
    const entities = recognise({ text, entities: [] })
    return chats.put(room, { from: user, text, entities, topic, replyTo: answered, file })
  }

  return {
    id: user.id,
    user,
    opens: () => void roomOf(undefined),
    says: (text, where = {}) => {
      const message = put(text, where)
      const updateId = updates.push({ message: chats.toApi(message) as never }, message.chat)
      return { ...show(message), updateId }
    },
    sends: (kind, { caption, album, ...where } = {}) => {
      const message = put('', where)
      const { text: _, ...frame } = chats.toApi(message) as Message & { text?: string }
      const entities = caption === undefined ? [] : recognise({ text: caption, entities: [] })
      const content = { ...frame, [kind]: kind === 'photo' ? [FILE] : FILE }
      const update = {
        ...content,
        ...(caption !== undefined && { caption }),
        ...(entities.length > 0 && { caption_entities: entities }),
        ...(album !== undefined && { media_group_id: album }),
      }
      return { updateId: updates.push({ message: update as never }, message.chat) }
    },
    attaches: ({ name, content, gone = false }, { caption = '', ...where } = {}) => {
      const file = files.put({ kind: 'document', name, data: Buffer.from(content) })
      file.gone = gone
      const message = put(caption, where, file)
      const updateId = updates.push({ message: chats.toApi(message) as never }, message.chat)
      return { ...show(message), updateId }
    },
    edits: ({ chat, id }, text) => {
      const message = chats.find(roomOf(chat), id)
      if (!message) throw new Error(`there is no message ${id}`)
      message.text = text
      message.history.push(text)
      updates.push({ edited_message: chats.toApi(message) as never }, chat)
    },
    presses: (button, { message, chat, evenIfGone = false } = {}) => {
      const room = roomOf(message?.chat ?? chat)
      const matches = (one: { label: string; data: string }) =>
        typeof button === 'string' ? one.label === button : button(one)
      const candidates = [...room.messages.values()].filter(
        (one) => one.from.id === bot.id && (message ? one.id === message.id : !one.deleted),
      )
      for (const candidate of candidates.reverse()) {
        const shown = candidate.markup && 'inline_keyboard' in candidate.markup ? [candidate.markup] : []
        const keyboards = evenIfGone ? candidate.keyboards.toReversed() : shown
        const pressed = keyboards
          .flatMap((keyboard) => keyboard.inline_keyboard.flat())
          .map((one) => ({ label: one.text, data: 'callback_data' in one ? one.callback_data : '' }))
          .find(matches)
        if (!pressed) continue
        const id = String(4_000_000_000_000n + BigInt(queryCount++))
        const answered = Promise.withResolvers<{ text: string | undefined; alert: boolean }>()
        queries.set(id, { expiresAt: now() + queryTtlMs, answer: answered.resolve })
        const updateId = updates.push(
          {
            callback_query: {
              id,
              from: user,
              message: chats.toApi(candidate) as never,
              chat_instance: String(room.id),
              data: pressed.data,
            },
          },
          room.id,
        )
        return {
          updateId,
          get answer() {
            return inTime(answered.promise, `${name} pressed ${pressed.label}, and nobody answered`)
          },
        }
      }
      const labels = candidates.flatMap((one) => show(one).buttons)
      throw new Error(`${name} sees no button ${button}; there are: ${labels.join(', ') || 'none'}`)
    },
    deletes: ({ chat, id }) => {
      const message = chats.find(roomOf(chat), id)
      if (message) message.deleted = true
    },
    blocksTheBot: () => {
      roomOf(undefined).closed = new Refusal(403, 'Forbidden: bot was blocked by the user')
    },
  }
}

const ANSWER_LIMIT_MS = 60_000

const inTime = async <T>(awaited: Promise<T>, problem: string): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(problem)), ANSWER_LIMIT_MS)
  return Promise.race([awaited, late.promise]).finally(() => clearTimeout(timer))
}

let queryCount = 1
const FILE = { file_id: 'file', file_unique_id: 'unique', width: 1, height: 1, duration: 1 }
