import type { BotCommand, User } from 'grammy/types'
import type { Chats, Room, Stored } from './chats.ts'
import type { FileKind, Files } from './files.ts'
import { acceptMarkup } from './markup.ts'
import { badRequest } from './refusal.ts'
import { acceptCaption, acceptText } from './text.ts'
import type { Updates } from './updates.ts'

export type Params = Record<string, unknown>
export type Method = (params: Params, gone: AbortSignal) => unknown

/** A pressed button that waits for its answer. */
export interface PendingQuery {
  expiresAt: number
  answer(answer: { text: string | undefined; alert: boolean }): void
}

export interface MethodDeps {
  bot: User
  chats: Chats
  files: Files
  updates: Updates
  queries: Map<string, PendingQuery>
  now: () => number
  /** @throws Refusal 429 */
  count: (chat: number) => void
  onChange: (message: Stored) => void
  onTyping: (chat: number, topic: number) => void
}

/** The methods of the Bot API that the fake knows. Each answers as the real one, or throws a Refusal. */
export const createMethods = (deps: MethodDeps): Record<string, Method> => ({
  getMe: () => ({
    ...deps.bot,
    can_join_groups: true,
    can_read_all_group_messages: true,
    supports_inline_queries: false,
  }),
  ...receiving(deps),
  ...messages(deps),
  ...commands(),
  getFile: ({ file_id }) => deps.files.info(file_id),
  sendChatAction: ({ chat_id, message_thread_id, action }) => {
    const room = deps.chats.open(chat_id)
    const topic = deps.chats.topic(room, message_thread_id)
    if (action !== 'typing') throw badRequest('wrong parameter action in request')
    deps.onTyping(room.id, topic)
    return true
  },
  answerCallbackQuery: ({ callback_query_id, text, show_alert }) => {
    const query = deps.queries.get(String(callback_query_id))
    if (!query || query.expiresAt <= deps.now())
      throw badRequest('query is too old and response timeout expired or query ID is invalid')
    if (text !== undefined && [...String(text)].length > 200) throw badRequest('MESSAGE_TOO_LONG')
    deps.queries.delete(String(callback_query_id))
    query.answer({ text: text === undefined ? undefined : String(text), alert: show_alert === true })
    return true
  },
})

const receiving = ({ updates }: MethodDeps): Record<string, Method> => ({
  getUpdates: ({ offset, limit, timeout, allowed_updates }, gone) => {
    updates.allow(allowed_updates)
    return updates.poll({ offset, limit, timeout, gone })
  },
  setWebhook: ({ url, secret_token, max_connections, allowed_updates, drop_pending_updates }) => {
    if (secret_token !== undefined && !/^[\w-]{1,256}$/.test(String(secret_token)))
      throw badRequest('secret token contains unallowed characters')
    if (!URL.canParse(String(url))) throw badRequest('bad webhook: invalid url specified')
    updates.allow(allowed_updates)
    if (drop_pending_updates === true) updates.drop()
    updates.setWebhook({
      url: String(url),
      secret: secret_token === undefined ? undefined : String(secret_token),
      maxConnections: Number(max_connections ?? 40),
    })
    return true
  },
  deleteWebhook: ({ drop_pending_updates }) => {
    if (drop_pending_updates === true) updates.drop()
    updates.setWebhook(undefined)
    return true
  },
  getWebhookInfo: () => ({
    url: updates.webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: updates.pending().length,
  }),
})

const messages = ({ bot, chats, files, count, onChange }: MethodDeps): Record<string, Method> => {
  const ours = (room: Room, id: unknown, not: string) => {
    const message = chats.find(room, id)
    if (!message) throw badRequest('message to edit not found')
    // A message that asks for a reply can never be edited, only one with buttons or with nothing.
    if (message.from.id !== bot.id || (message.markup && 'force_reply' in message.markup))
      throw badRequest(not)
    return message
  }
  const edit = (message: Stored, change: Pick<Stored, 'text' | 'entities' | 'markup'>) => {
    const { text, entities, markup } = message
    if (JSON.stringify({ text, entities, markup }) === JSON.stringify(change))
      throw badRequest(
        'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      )
    Object.assign(message, change)
    message.history.push(change.text)
    if (change.markup && 'inline_keyboard' in change.markup) message.keyboards.push(change.markup)
    onChange(message)
    return chats.toApi(message)
  }

  const sendFile =
    (kind: FileKind): Method =>
    (params) => {
      if (params.parse_mode !== undefined) throw badRequest('the fake takes entities, not parse modes')
      const room = chats.open(params.chat_id)
      const topic = chats.topic(room, params.message_thread_id)
      const content = acceptCaption(params.caption, params.caption_entities)
      const markup = acceptMarkup(params.reply_markup, { inlineOnly: false })
      const replyTo = repliedTo(chats, room, params.reply_parameters)
      const file = files.accept(params, kind)
      count(room.id)
      const message = chats.put(room, { from: bot, ...content, markup, replyTo, topic, file })
      onChange(message)
      return chats.toApi(message)
    }

  return {
    sendPhoto: sendFile('photo'),
    sendDocument: sendFile('document'),
    sendMessage: (params) => {
      if (params.parse_mode !== undefined) throw badRequest('the fake takes entities, not parse modes')
      const room = chats.open(params.chat_id)
      const topic = chats.topic(room, params.message_thread_id)
      const content = acceptText(params.text, params.entities, 'message is too long')
      const markup = acceptMarkup(params.reply_markup, { inlineOnly: false })
      const replyTo = repliedTo(chats, room, params.reply_parameters)
      count(room.id)
      const message = chats.put(room, { from: bot, ...content, markup, replyTo, topic })
      onChange(message)
      return chats.toApi(message)
    },
    editMessageText: ({ chat_id, message_id, text, entities, reply_markup }) => {
      const room = chats.open(chat_id)
      const message = ours(room, message_id, "message can't be edited")
      if (message.file) throw badRequest('there is no text in the message to edit')
      const content = acceptText(text, entities, 'MESSAGE_TOO_LONG')
      const markup = acceptMarkup(reply_markup, { inlineOnly: true })
      count(room.id)
      return edit(message, { ...content, markup })
    },
    editMessageReplyMarkup: ({ chat_id, message_id, reply_markup }) => {
      const room = chats.open(chat_id)
      const { text, entities, ...message } = ours(room, message_id, "message can't be edited")
      count(room.id)
      const markup = acceptMarkup(reply_markup, { inlineOnly: true })
      return edit(room.messages.get(message.id) as Stored, { text, entities, markup })
    },
    deleteMessage: ({ chat_id, message_id }) => {
      const room = chats.open(chat_id)
      const message = chats.find(room, message_id)
      if (!message) throw badRequest('message to delete not found')
      if (message.from.id !== bot.id && room.kind !== 'private') throw badRequest("message can't be deleted")
      message.deleted = true
      onChange(message)
      return true
    },
  }
}

const repliedTo = (chats: Chats, room: Room, parameters: unknown): number | undefined => {
  if (parameters === undefined) return undefined
  const { message_id, allow_sending_without_reply } = parameters as Record<string, unknown>
  const found = chats.find(room, message_id)
  if (!found && allow_sending_without_reply !== true) throw badRequest('message to be replied not found')
  return found?.id
}

const SCOPES = ['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators', 'chat']

const commands = (): Record<string, Method> => {
  const menus = new Map<string, BotCommand[]>()
  const place = ({ scope, language_code }: Params) => {
    const { type = 'default', chat_id = '' } = (scope ?? {}) as Record<string, unknown>
    if (!SCOPES.includes(String(type)))
      throw badRequest("can't parse BotCommandScope: Unsupported type specified")
    if (language_code !== undefined && !/^([a-z]{2})?$/.test(String(language_code)))
      throw badRequest('invalid language code specified')
    return `${type}:${chat_id}:${language_code ?? ''}`
  }
  return {
    setMyCommands: (params) => {
      const list = params.commands as BotCommand[]
      if (!Array.isArray(list)) throw badRequest("can't parse commands: expected an Array of BotCommand")
      if (list.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH')
      for (const { command, description } of list) {
        if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID')
        if (!description || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID')
      }
      menus.set(place(params), list)
      return true
    },
    getMyCommands: (params) => menus.get(place(params)) ?? [],
  }
}
