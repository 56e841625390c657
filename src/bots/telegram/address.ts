import { AppError } from '../../errors.ts'
import type { ConversationKey } from '../chat.ts'

/** A place where messages can be put: a chat, and a topic of it or 0. */
export interface Place {
  chatId: number
  topicId: number
}

/** `telegram:<bot>:<chat>:<topic or 0>`. The bot is part of it: another bot shares no conversation. */
export const conversationKey = (botId: number, { chatId, topicId }: Place): ConversationKey =>
  `telegram:${botId}:${chatId}:${topicId}`

/** @throws AppError invalid for a key of another platform or another bot. */
export const placeOf = (botId: number, key: ConversationKey): Place => {
  const [, bot, chat, topic] = /^telegram:(\d+):(-?\d+):(\d+)$/.exec(key) ?? []
  if (Number(bot) !== botId || chat === undefined || topic === undefined)
    throw new AppError('invalid', `${key} is no conversation of Telegram bot ${botId}`)
  return { chatId: Number(chat), topicId: Number(topic) }
}

/** `<chat>:<message>`. Message ids repeat from chat to chat. */
export const messageRef = (chatId: number, messageId: number): string => `${chatId}:${messageId}`

/** @throws AppError invalid for a reference that is not one of ours. */
export const messageOf = (ref: string): { chatId: number; messageId: number } => {
  const [, chat, message] = /^(-?\d+):(\d+)$/.exec(ref) ?? []
  if (chat === undefined || message === undefined)
    throw new AppError('invalid', `${ref} is no reference to a Telegram message`)
  return { chatId: Number(chat), messageId: Number(message) }
}

/** Bot tokens begin with the bot's id. */
export const botIdOf = (token: string): number => Number(token.split(':')[0])
