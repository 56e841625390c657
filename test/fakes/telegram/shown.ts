import type { MessageEntity } from 'grammy/types'
import type { Stored } from './chats.ts'

export interface ShownButton {
  label: string
  data: string
  style: string | undefined
}

/** A message as people see it now. */
export interface ShownMessage {
  id: number
  chat: number
  /** 0 outside of topics. */
  topic: number
  /** `<chat>:<message>`, as the adapter refers to it. */
  ref: string
  text: string
  entities: MessageEntity[]
  /** The texts under entities of this type, e.g. `marked('bold')`. */
  marked(type: MessageEntity['type']): string[]
  /** Rows of buttons. */
  keyboard: ShownButton[][]
  /** Labels, in order. */
  buttons: string[]
  /** True when it opened the reader's input line as a reply; with the hint it shows. */
  asksForReply: boolean
  placeholder: string | undefined
  /** Id of the message it answers. */
  replyTo: number | undefined
  /** A picture or a document; `text` is its caption then. */
  file: { kind: 'photo' | 'document'; name: string; data: Buffer } | undefined
  /** All its texts so far, oldest first. */
  history: string[]
  /** By the bot. */
  own: boolean
}

export const show = (message: Stored): ShownMessage => {
  const { id, chat, topic, text, entities, markup, replyTo, history, from } = message
  const rows = markup && 'inline_keyboard' in markup ? markup.inline_keyboard : []
  const forced = markup && !('inline_keyboard' in markup) ? markup : undefined
  const keyboard = rows.map((row) =>
    row.map((button) => ({
      label: button.text,
      data: 'callback_data' in button ? button.callback_data : '',
      style: button.style,
    })),
  )
  return {
    id,
    chat,
    topic,
    ref: `${chat}:${id}`,
    text,
    entities,
    marked: (type) =>
      entities
        .filter((one) => one.type === type)
        .map(({ offset, length }) => text.slice(offset, offset + length)),
    keyboard,
    buttons: keyboard.flat().map(({ label }) => label),
    asksForReply: forced !== undefined,
    placeholder: forced?.input_field_placeholder,
    replyTo,
    file: message.file,
    history: [...history],
    own: from.is_bot,
  }
}
