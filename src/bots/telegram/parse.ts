import type { Attachment, Author, InboxBody } from '../../db/shapes/incoming.ts'
import type { Incoming } from '../chat.ts'
import { conversationKey, messageRef } from './address.ts'
import type { TelegramMessage, TelegramPlace, TelegramPress, TelegramUpdate, TelegramUser } from './update.ts'
import { type Self, type Words, wordsOf } from './words.ts'

/** What people send that is not words; `animation` before `document`, which comes with it. */
const WORDLESS = [
  'photo',
  'voice',
  'video_note',
  'video',
  'audio',
  'animation',
  'document',
  'sticker',
  'venue',
  'location',
  'contact',
  'poll',
  'dice',
  'story',
] as const

/**
 * An update as something that was said to the bot, or undefined when it was not: other kinds of updates, words of
 * bots, talk in a group that is not about us, news such as "Ann joined". Edited messages are left alone on
 * purpose: the work that the first wording started may be under way.
 */
export const parseUpdate = (update: TelegramUpdate, self: Self): Incoming | undefined => {
  const eventId = `${self.id}:${update.update_id}`
  if (update.message) return fromMessage(eventId, update.message, self)
  if (update.callback_query) return fromPress(eventId, update.callback_query, self)
  return undefined
}

const fromMessage = (eventId: string, message: TelegramMessage, self: Self): Incoming | undefined => {
  const { from, chat } = message
  // A channel or an anonymous admin speaks as nobody in particular: whose role would count?
  if (!from || from.is_bot || message.sender_chat || chat.type === 'channel') return undefined
  const words = wordsOf(message, self)
  const wordless = words === undefined ? WORDLESS.find((kind) => message[kind] !== undefined) : undefined
  if (words === 'elsewhere' || (words === undefined && wordless === undefined)) return undefined
  const answered = answeredMessage(message)
  const forUs =
    chat.type === 'private' || words?.mentioned || words?.command || answered?.from?.id === self.id
  if (!forUs) return undefined

  const common = {
    author: authorOf(from),
    messageRef: messageRef(chat.id, message.message_id),
    ...(answered && { replyTo: messageRef(chat.id, answered.message_id) }),
    ...attached(message),
  }
  const album = words === undefined ? message.media_group_id : undefined
  return {
    platform: 'telegram',
    eventId,
    // An album arrives as a message per picture, and one "I cannot see pictures" is enough.
    ...(album && { messageKey: `telegram:${self.id}:${chat.id}:album:${album}` }),
    conversation: conversationOf(message, self),
    platformUserId: String(from.id),
    body: words
      ? bodyOf(words, common)
      : { ...common, kind: 'command', name: 'unsupported', args: wordless ?? '' },
  }
}

/** A moving picture comes as a document too. */
const attached = ({ document, animation }: TelegramMessage): { attachment?: Attachment } => {
  if (!document?.file_id || animation !== undefined) return {}
  const { file_id: fileId, file_name: name = 'file', file_size: bytes = 0 } = document
  return { attachment: { name, bytes, ref: { fileId } } }
}

const bodyOf = ({ text, command }: Words, common: Pick<InboxBody, 'author' | 'messageRef'>): InboxBody =>
  command ? { ...common, kind: 'command', ...command } : { ...common, kind: 'text', text }

/** In a topic every message answers the one that opened the topic; that is no reply. */
const answeredMessage = ({
  reply_to_message: answered,
  message_thread_id,
  is_topic_message,
}: TelegramMessage) =>
  answered && is_topic_message && answered.message_id === message_thread_id ? undefined : answered

const fromPress = (eventId: string, press: TelegramPress, self: Self): Incoming | undefined => {
  const { id, from, message, data } = press
  if (!message || data === undefined || from.is_bot) return undefined
  return {
    platform: 'telegram',
    eventId,
    conversation: conversationOf(message, self),
    platformUserId: String(from.id),
    body: {
      kind: 'action',
      action: data,
      author: authorOf(from),
      messageRef: messageRef(message.chat.id, message.message_id),
      receipt: { callbackQueryId: id },
    },
  }
}

const conversationOf = (message: TelegramPlace, self: Self): Incoming['conversation'] => ({
  key: conversationKey(self.id, {
    chatId: message.chat.id,
    // In a group without topics a thread id only says which replies belong together.
    topicId: message.is_topic_message ? (message.message_thread_id ?? 0) : 0,
  }),
  kind: message.chat.type === 'private' ? 'private' : 'group',
})

const authorOf = ({ first_name, last_name, language_code = '' }: TelegramUser): Author => {
  const langHint = /^(en|ru)\b/.exec(language_code)?.[1] as Author['langHint']
  return { name: [first_name, last_name].filter(Boolean).join(' '), ...(langHint && { langHint }) }
}
