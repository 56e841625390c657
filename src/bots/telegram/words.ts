import type { TelegramEntity, TelegramMessage } from './update.ts'

/** The bot, as people call it. */
export interface Self {
  id: number
  username: string
}

/** What was said to us: our name is taken out of it. */
export interface Words {
  text: string
  /** We were called by name. */
  mentioned: boolean
  command?: { name: string; args: string }
}

/**
 * Reads the text or caption of a message.
 *
 * @returns undefined when there are no words, `elsewhere` for a command that names another bot.
 */
export const wordsOf = (message: TelegramMessage, self: Self): Words | undefined | 'elsewhere' => {
  const said = message.text ?? message.caption
  if (said === undefined) return undefined
  const entities = (message.text === undefined ? message.caption_entities : message.entities) ?? []
  const isPrivate = message.chat.type === 'private'
  const ours = isPrivate ? [] : entities.filter((entity) => isOurName(said, entity, self))
  const text = ours.toReversed().reduce(cutOut, said).trim()
  const words = { text, mentioned: ours.length > 0 }

  const first = entities.find(({ type }) => type === 'bot_command')
  const spelled = first && slice(said, first)
  // Only at the very beginning, or right after our name, is a command a command and not a quotation.
  if (!spelled || !text.startsWith(spelled)) return words
  const [name = '', addressee] = spelled.slice(1).split('@')
  if (addressee && addressee.toLowerCase() !== self.username.toLowerCase()) return 'elsewhere'
  return { ...words, command: { name: name.toLowerCase(), args: text.slice(spelled.length).trim() } }
}

const slice = (text: string, { offset, length }: TelegramEntity) => text.slice(offset, offset + length)

const isOurName = (text: string, entity: TelegramEntity, self: Self) =>
  (entity.type === 'mention' && slice(text, entity).toLowerCase() === `@${self.username.toLowerCase()}`) ||
  (entity.type === 'text_mention' && entity.user?.id === self.id)

/** `@bot, do it` → `do it`; `do it @bot please` → `do it please`. */
const cutOut = (text: string, { offset, length }: TelegramEntity): string => {
  const before = text.slice(0, offset)
  const after = text.slice(offset + length)
  if (before.trim() === '') return after.replace(/^[\s,:;]+/, '')
  return before.replace(/ +$/, '') + after
}
