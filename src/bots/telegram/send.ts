import { InputFile } from 'grammy'
import type { InlineKeyboardMarkup, Message } from 'grammy/types'
import type { ChatAdapter, OutgoingFile } from '../chat.ts'
import { messageOf, messageRef, placeOf } from './address.ts'
import type { TelegramApi } from './api.ts'
import { isGone, isNotModified, isOfAnotherKind } from './errors.ts'
import type { TelegramPayload, TelegramText } from './render.ts'

const NO_PREVIEW = { is_disabled: true } as const

/** Puts messages into chats, changes them and takes them away. */
export const createSender = ({
  botId,
  attempt,
}: TelegramApi): Pick<ChatAdapter, 'send' | 'edit' | 'remove'> => {
  const takeAway = (chatId: number, messageId: number) =>
    attempt(async (calls) => {
      try {
        await calls.deleteMessage(chatId, messageId)
      } catch (error) {
        if (!isGone(error)) throw error
      }
    })

  return {
    send: async (conversation, part, { replyTo }) => {
      const { chatId, topicId } = placeOf(botId, conversation)
      const payload = part.payload as TelegramPayload
      const answered = replyTo === undefined ? undefined : messageOf(replyTo)
      const options = {
        ...(topicId !== 0 && { message_thread_id: topicId }),
        // A message that was deleted, or stayed behind when the group moved, is answered without pointing at it.
        ...(answered?.chatId === chatId && {
          reply_parameters: { message_id: answered.messageId, allow_sending_without_reply: true },
        }),
      }
      const sent = await attempt((calls): Promise<Pick<Message, 'chat' | 'message_id'>> => {
        if ('file' in payload) return sendFile(calls, chatId, payload.file, options)
        const { text, ...content } = payload
        return calls.sendMessage(chatId, text, { ...content, ...options, link_preview_options: NO_PREVIEW })
      })
      return messageRef(sent.chat.id, sent.message_id)
    },

    edit: async (conversation, ref, part) => {
      const { chatId, messageId } = messageOf(ref)
      // What was written before the group moved cannot be reached from where it is now.
      if (chatId !== placeOf(botId, conversation).chatId) return 'gone'
      const payload = part.payload as TelegramPayload
      const outcome =
        'file' in payload
          ? 'replace'
          : await attempt((calls) => editText(calls, { chatId, messageId, ...changeOf(payload) }))
      if (outcome !== 'replace') return outcome
      // Taken away before the new one is sent: a crash in between then leaves no second copy behind.
      await takeAway(chatId, messageId)
      return 'gone'
    },

    remove: async (conversation, ref) => {
      const { chatId, messageId } = messageOf(ref)
      if (chatId === placeOf(botId, conversation).chatId) await takeAway(chatId, messageId)
    },
  }
}

type Calls = TelegramApi['calls']

const sendFile = (
  calls: Calls,
  chatId: number,
  { name, mediaType, data, caption }: OutgoingFile,
  options: Parameters<Calls['sendDocument']>[2],
) => {
  const file = new InputFile(data, name)
  const said = { ...options, ...(caption && { caption }) }
  return mediaType === 'image/png'
    ? calls.sendPhoto(chatId, file, said)
    : calls.sendDocument(chatId, file, { ...said, disable_content_type_detection: true })
}

interface Edit extends Pick<TelegramText, 'text' | 'entities'> {
  chatId: number
  messageId: number
  keyboard: InlineKeyboardMarkup | undefined
}

/** A message that opens the input line can never be edited; Telegram says so, and a new one is sent. */
const changeOf = ({ text, entities, reply_markup }: TelegramText) => ({
  text,
  entities,
  keyboard: reply_markup && 'inline_keyboard' in reply_markup ? reply_markup : undefined,
})

const editText = async (
  calls: Calls,
  { chatId, messageId, text, entities, keyboard }: Edit,
): Promise<'edited' | 'unchanged' | 'gone' | 'replace'> => {
  try {
    await calls.editMessageText(chatId, messageId, text, {
      entities,
      link_preview_options: NO_PREVIEW,
      reply_markup: keyboard,
    })
    return 'edited'
  } catch (error) {
    if (isNotModified(error)) return 'unchanged'
    if (isGone(error)) return 'gone'
    if (isOfAnotherKind(error)) return 'replace'
    throw error
  }
}
