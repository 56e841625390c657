import type { ForceReply, InlineKeyboardMarkup } from 'grammy/types'
import type { Root } from 'mdast'
import type { Ask, Outgoing, OutgoingFile, RenderedPart } from '../chat.ts'
import { fileName } from '../file-name.ts'
import { hashOfFile, hashOfShown } from '../hash-of-shown.ts'
import { parseMarkdown } from '../markdown.ts'
import { splitTree } from '../split.ts'
import { cardBlocks, paragraph, text } from './card.ts'
import { clip } from './clip.ts'
import { formatTree, measureTree } from './format.ts'
import { type FormattedText, withoutInvisible } from './formatted.ts'
import { keyboardOf } from './keyboard.ts'

/** UTF-16 units, counted after formatting. https://core.telegram.org/bots/api#sendmessage */
const MAX_TEXT_UNITS = 4096
/** Telegram forgets formatting beyond this many ranges, whatever it is. */
const MAX_ENTITIES = 100
/** What to keep then: calls and addresses that are lost cannot be read in the text, boldness can be done without. */
const WORTH = ['text_mention', 'text_link', 'pre', 'code', 'blockquote', 'bold', 'strikethrough', 'italic']
const MAX_PLACEHOLDER_UNITS = 64
/** https://core.telegram.org/bots/api#senddocument */
const MAX_CAPTION_UNITS = 1024
/** Telegram sends no message that shows nothing. */
const NOTHING: FormattedText = { text: '…', entities: [] }

/** One message: a text, or a file with a caption. */
export type TelegramPayload = TelegramText | TelegramFile

export interface TelegramText extends FormattedText {
  reply_markup?: InlineKeyboardMarkup | ForceReply
}

export interface TelegramFile {
  /** `caption` may be empty. */
  file: OutgoingFile
}

/**
 * Draws a message. The buttons of a card stand under its last part; a file is a part of its own after that, and so
 * is a question for a text, because a message has either buttons or opens the reader's input line. The text to begin
 * with is shown above the question, as code: one touch copies it.
 *
 * @throws AppError internal when a button's action is over 64 bytes.
 */
export const renderMessage = ({ markdown, card, file, ask }: Outgoing): RenderedPart[] => {
  const content: Root = {
    type: 'root',
    children: [
      ...(markdown === undefined ? [] : parseMarkdown(markdown).children),
      ...(card ? cardBlocks(card) : []),
    ],
  }
  const nothingElse = (file || ask) && markdown === undefined && !card
  const parts: TelegramPayload[] = [
    ...(nothingElse ? [] : withMarkup(textsOf(content), keyboardOf(card?.buttons))),
    ...(file ? [{ file: drawFile(file) }] : []),
    ...(ask ? drawAsk(ask) : []),
  ]
  return parts.map((payload) => ({ payload, hash: hashOf(payload) }))
}

const drawFile = ({ name, caption, ...file }: OutgoingFile): OutgoingFile => ({
  ...file,
  name: fileName(name),
  caption: clip(withoutInvisible(caption).trim(), MAX_CAPTION_UNITS),
})

const drawAsk = ({ prompt, placeholder, initial }: Ask): TelegramText[] => {
  const code = initial ? textsOf({ type: 'root', children: [{ type: 'code', value: initial }] }) : []
  const question: Root = { type: 'root', children: [paragraph(text(prompt))] }
  return [...(code.length === 1 ? code : []), ...withMarkup(textsOf(question), forceReply(placeholder))]
}

const textsOf = (root: Root): FormattedText[] => {
  const texts = splitTree(root, { limit: MAX_TEXT_UNITS, measure: measureTree })
    .map((piece) => mostWorthy(formatTree(piece)))
    .filter(({ text: shown }) => showsSomething(shown))
  return texts.length > 0 ? texts : [NOTHING]
}

const mostWorthy = ({ text: shown, entities }: FormattedText): FormattedText => {
  if (entities.length <= MAX_ENTITIES) return { text: shown, entities }
  const kept = entities
    .toSorted((a, b) => WORTH.indexOf(a.type) - WORTH.indexOf(b.type))
    .slice(0, MAX_ENTITIES)
  return { text: shown, entities: entities.filter((entity) => kept.includes(entity)) }
}

const showsSomething = (shown: string) => /[^\s\p{Cf}\u2800]/u.test(shown)

const withMarkup = (texts: FormattedText[], markup: TelegramText['reply_markup']): TelegramText[] =>
  texts.map((part, index) =>
    markup && index === texts.length - 1 ? { ...part, reply_markup: markup } : { ...part },
  )

const forceReply = (placeholder = ''): ForceReply => {
  const hint = clip(withoutInvisible(placeholder).trim(), MAX_PLACEHOLDER_UNITS)
  return { force_reply: true, selective: true, ...(hint && { input_field_placeholder: hint }) }
}

const hashOf = (payload: TelegramPayload): string =>
  'file' in payload ? hashOfFile(payload.file) : hashOfShown(payload)
