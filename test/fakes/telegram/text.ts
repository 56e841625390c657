import type { MessageEntity } from 'grammy/types'
import { badRequest } from './refusal.ts'

const MAX_TEXT_UNITS = 4096
const MAX_CAPTION_UNITS = 1024
const MAX_ENTITIES = 100

export interface FormattedText {
  text: string
  entities: MessageEntity[]
}

/**
 * What the Bot API makes of a text: control characters become spaces, direction overrides vanish, the ends are
 * trimmed, entities move along, and addresses, names and commands are recognised outside of code.
 *
 * @throws Refusal for an empty or too long text and for entities that do not fit it.
 */
export const acceptText = (text: unknown, entities: unknown, tooLong: string): FormattedText => {
  if (typeof text !== 'string') throw badRequest('message text is empty')
  if (!text.isWellFormed()) throw badRequest('strings must be encoded in UTF-8')
  const given = entities === undefined ? [] : checkEntities(entities, text)
  const cleaned = clean({ text, entities: given })
  if (!/[^\s\p{Cf}\u2800]/u.test(cleaned.text)) throw badRequest('message text is empty')
  if (cleaned.text.length > MAX_TEXT_UNITS) throw badRequest(tooLong)
  return {
    text: cleaned.text,
    entities: [...cleaned.entities.slice(0, MAX_ENTITIES), ...recognise(cleaned)].sort(
      (a, b) => a.offset - b.offset || b.length - a.length,
    ),
  }
}

/** The words under a file. @throws Refusal as `acceptText`, and when it is longer than a caption may be. */
export const acceptCaption = (caption: unknown, entities: unknown): FormattedText => {
  if (caption === undefined || caption === '') return { text: '', entities: [] }
  const tooLong = 'message caption is too long'
  const accepted = acceptText(caption, entities, tooLong)
  if (accepted.text.length > MAX_CAPTION_UNITS) throw badRequest(tooLong)
  return accepted
}

const checkEntities = (value: unknown, text: string): MessageEntity[] => {
  if (!Array.isArray(value)) throw badRequest("can't parse entities: expected an Array of MessageEntity")
  for (const entity of value as MessageEntity[]) {
    const { offset, length } = entity
    const end = offset + length
    if (!Number.isInteger(offset) || offset < 0 || offset > text.length)
      throw badRequest(`Receive an entity with incorrect offset ${offset}`)
    if (!Number.isInteger(length) || length <= 0)
      throw badRequest(`Receive an entity with incorrect length ${length}`)
    if (end > text.length)
      throw badRequest(
        `Entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${end}`,
      )
    if (splitsPair(text, offset))
      throw badRequest(`Entity begins in a middle of a UTF-16 symbol at UTF-16 offset ${offset}`)
    if (splitsPair(text, end))
      throw badRequest(
        `Entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol at UTF-16 offset ${end}`,
      )
    checkKind(entity)
  }
  return value as MessageEntity[]
}

const checkKind = (entity: MessageEntity) => {
  switch (entity.type) {
    case 'bold':
    case 'italic':
    case 'underline':
    case 'strikethrough':
    case 'spoiler':
    case 'blockquote':
    case 'expandable_blockquote':
    case 'code':
    case 'pre':
    case 'url':
    case 'email':
    case 'mention':
    case 'hashtag':
    case 'bot_command':
      return
    case 'text_mention':
      // The real server drops a mention of somebody it does not know; here it is an error, because nobody would notice.
      if (!Number.isSafeInteger(entity.user?.id) || entity.user.id <= 0)
        throw badRequest(`wrong user of a mention: ${entity.user?.id}`)
      return
    case 'text_link':
      // The real server drops a link it cannot use; here it is an error, because nobody would notice.
      if (!/^(https?|tg):\/\/./i.test(entity.url)) throw badRequest(`wrong text link ${entity.url}`)
      return
    default:
      throw badRequest(`can't parse MessageEntity: Unsupported type "${(entity as { type: string }).type}"`)
  }
}

const splitsPair = (text: string, at: number) =>
  at > 0 && at < text.length && isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at))
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff

const clean = ({ text, entities }: FormattedText): FormattedText => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the server replaces.
  const spaced = text.replace(/[\u0000-\u0008\u000b-\u000c\u000e-\u001f]/g, ' ')
  const kept: string[] = []
  const moved = [0]
  for (const unit of spaced.split('')) {
    if (!/[\r\u2028-\u202e]/.test(unit)) kept.push(unit)
    moved.push(kept.length)
  }
  const joined = kept.join('')
  const spaces = joined.length - joined.trimStart().length
  // Leading spaces go up to where formatting begins: code keeps its indentation.
  const start = Math.min(spaces, ...entities.map(({ offset }) => moved[offset] ?? 0))
  const end = joined.trimEnd().length
  const at = (offset: number) => Math.min(Math.max(moved[offset] ?? 0, start), Math.max(start, end)) - start
  return {
    text: joined.slice(start).trimEnd(),
    entities: entities
      .map((entity) => ({
        ...entity,
        offset: at(entity.offset),
        length: at(entity.offset + entity.length) - at(entity.offset),
      }))
      .filter((entity) => entity.length > 0),
  }
}

const FOUND_BY_ITSELF = [
  ['url', /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]/g],
  ['mention', /(?<![\w@/])@[a-z]\w{3,31}/gi],
  ['bot_command', /(?<![\w/<>.:])\/[a-z0-9_]{1,32}(@[a-z]\w{3,31})?(?!\/)/gi],
  ['hashtag', /(?<![\w#])#[\p{L}_]\w+/giu],
] as const

/** What the server finds in any text, a person's or a bot's, outside of the entities it was given. */
export const recognise = ({ text, entities }: FormattedText): MessageEntity[] => {
  const found: MessageEntity[] = []
  const closed = () => [
    ...entities.filter(({ type }) => /^(code|pre|text_link|text_mention)$/.test(type)),
    ...found,
  ]
  for (const [type, pattern] of FOUND_BY_ITSELF)
    for (const match of text.matchAll(pattern)) {
      const [offset, end] = [match.index, match.index + match[0].length]
      if (closed().some((one) => one.offset < end && offset < one.offset + one.length)) continue
      found.push({ type, offset, length: end - offset })
    }
  return found
}
