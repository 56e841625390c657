import type { Chat, Update, User } from 'grammy/types'
import { BOT_ID } from './bot-api.ts'

/** People of a bench, counted from 1; each has a private chat with the bot, of the same id. */
export const personId = (person: number): number => 10_000 + person

let updates = 100_000_000
let messages = 1_000_000

const user = (person: number): User => ({
  id: personId(person),
  is_bot: false,
  first_name: personName(person),
  language_code: 'en',
})

export const personName = (person: number): string => `Person ${person}`

const privateChat = (person: number): Chat.PrivateChat => ({
  id: personId(person),
  type: 'private',
  first_name: personName(person),
})

/** A group per person, where answers name the message they answer. */
export const groupId = (person: number): number => -1_001_000_000_000 - person

const groupChat = (person: number): Chat.SupergroupChat => ({
  id: groupId(person),
  type: 'supergroup',
  title: `Group ${person}`,
})

export interface Said {
  update: Update
  chat: number
  message: number
}

/** What Telegram posts when a person writes to the bot, alone or in their group. */
export const said = (person: number, text: string, { inGroup = false } = {}): Said => {
  const chat = inGroup ? groupChat(person) : privateChat(person)
  const message_id = ++messages
  const command = /^\/\w+/.exec(text)?.[0]
  return {
    chat: chat.id,
    message: message_id,
    update: {
      update_id: ++updates,
      message: {
        message_id,
        date: Math.floor(Date.now() / 1000),
        from: user(person),
        chat,
        text,
        ...(command && { entities: [{ type: 'bot_command' as const, offset: 0, length: command.length }] }),
      },
    } as Update,
  }
}

/** What Telegram posts when a person presses a button of a message in their private chat. */
export const pressed = (person: number, message: number, data: string): Update =>
  ({
    update_id: ++updates,
    callback_query: {
      id: String(updates),
      from: user(person),
      chat_instance: '1',
      data,
      message: {
        message_id: message,
        date: Math.floor(Date.now() / 1000),
        chat: privateChat(person),
        from: { id: BOT_ID, is_bot: true, first_name: 'Prorab' },
        text: '…',
      },
    },
  }) as Update
