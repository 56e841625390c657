import type { Chat, InlineKeyboardMarkup, Message, MessageEntity, User } from 'grammy/types'
import type { StoredFile } from './files.ts'
import type { Markup } from './markup.ts'
import { badRequest, type Refusal } from './refusal.ts'

/** A message as the server keeps it. */
export interface Stored {
  id: number
  chat: number
  /** The topic it is in; 0 is the main part of the chat. */
  topic: number
  from: User
  text: string
  entities: MessageEntity[]
  markup?: Markup
  replyTo?: number
  /** Of a picture or a document; `text` is its caption then, and may be empty. */
  file?: StoredFile
  /** Every text it ever had, oldest first; the last one is `text`. */
  history: string[]
  /** Every keyboard it ever had: people press what their phone still shows. */
  keyboards: InlineKeyboardMarkup[]
  date: number
  deleted: boolean
}

export interface Room {
  id: number
  kind: 'private' | 'group' | 'supergroup'
  title: string
  /** Topics of a forum; undefined when the chat has none. */
  topics: Map<number, string> | undefined
  /** What the server answers when the bot writes here. */
  closed?: Refusal
  messages: Map<number, Stored>
  nextId: number
}

export interface Chats {
  rooms: Map<number, Room>
  add(room: Pick<Room, 'id' | 'kind' | 'title'> & { topics?: Map<number, string> }): Room
  /** The room for a request of the bot. @throws Refusal */
  open(chatId: unknown): Room
  /** @throws Refusal when the topic is not in the room. */
  topic(room: Room, threadId: unknown): number
  put(
    room: Room,
    message: Pick<Stored, 'from' | 'text' | 'entities' | 'markup' | 'replyTo' | 'topic' | 'file'>,
  ): Stored
  find(room: Room, id: unknown): Stored | undefined
  toApi(message: Stored): Message
}

export const createChats = (now: () => number): Chats => {
  const rooms = new Map<number, Room>()
  const find: Chats['find'] = (room, id) => {
    const message = room.messages.get(Number(id))
    return message?.deleted ? undefined : message
  }

  const toApi = (message: Stored, withReply = true): Message => {
    const room = rooms.get(message.chat)
    if (!room) throw new Error(`no chat ${message.chat}`)
    const replied = message.replyTo !== undefined && withReply ? find(room, message.replyTo) : undefined
    return {
      message_id: message.id,
      date: message.date,
      chat: chatOf(room, message.from),
      from: message.from,
      ...contentOf(message),
      ...(message.topic !== 0 && { message_thread_id: message.topic, is_topic_message: true }),
      ...(message.markup && 'inline_keyboard' in message.markup && { reply_markup: message.markup }),
      ...(replied && { reply_to_message: toApi(replied, false) }),
      ...(message.history.length > 1 && { edit_date: message.date }),
    } as Message
  }

  return {
    rooms,
    find,
    toApi: (message) => toApi(message),
    add: ({ id, kind, title, topics }) => {
      // Small numbers that repeat from chat to chat: whoever takes a message id for unique is found out.
      const room: Room = { id, kind, title, topics, messages: new Map(), nextId: 1 }
      rooms.set(id, room)
      return room
    },
    open: (chatId) => {
      if (chatId === undefined || chatId === '') throw badRequest('chat_id is empty')
      const room = rooms.get(Number(chatId))
      if (!room) throw badRequest('chat not found')
      if (room.closed) throw room.closed
      return room
    },
    topic: (room, threadId) => {
      const topic = threadId === undefined ? 0 : Number(threadId)
      if (topic !== 0 && !room.topics?.has(topic)) throw badRequest('message thread not found')
      return topic
    },
    put: (room, message) => {
      const { markup } = message
      const stored: Stored = {
        ...message,
        id: room.nextId++,
        chat: room.id,
        history: [message.text],
        keyboards: markup && 'inline_keyboard' in markup ? [markup] : [],
        date: Math.floor(now() / 1000),
        deleted: false,
      }
      room.messages.set(stored.id, stored)
      return stored
    },
  }
}

const contentOf = ({ file, text, entities }: Stored) => {
  if (!file) return { text, ...(entities.length > 0 && { entities }) }
  const caption = {
    ...(text !== '' && { caption: text }),
    ...(entities.length > 0 && { caption_entities: entities }),
  }
  const about = { file_id: file.id, file_unique_id: `u${file.id}`, file_size: file.data.length }
  if (file.kind === 'document') return { document: { ...about, file_name: file.name }, ...caption }
  return { photo: [{ ...about, width: 1, height: 1 }], ...caption }
}

const chatOf = (room: Room, from: User): Chat => {
  if (room.kind === 'private')
    return { id: room.id, type: 'private', first_name: from.is_bot ? room.title : from.first_name }
  if (room.kind === 'group') return { id: room.id, type: 'group', title: room.title }
  return { id: room.id, type: 'supergroup', title: room.title, ...(room.topics && { is_forum: true }) }
}
