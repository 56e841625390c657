import type { KnownBlock } from '@slack/types'
import type { Lang } from '../../db/schema/users.ts'
import type { CalledPerson, Outgoing, OutgoingFile, RenderedPart } from '../chat.ts'
import { fileName } from '../file-name.ts'
import { hashOfFile, hashOfShown } from '../hash-of-shown.ts'
import { parseMarkdown, plainText } from '../markdown.ts'
import { bodyUnits, buttonBlocks, calledName, cardUnits, isMentioned, type Unit } from './card.ts'
import { type FormTexts, langOf } from './form-texts.ts'
import { MAX_BLOCKS, MAX_FALLBACK_CHARS, MAX_MESSAGE_JSON_BYTES } from './limits.ts'
import { escapeText, printable, shorten } from './text.ts'

/** One message: a text, or a file with a title. */
export type SlackPayload = SlackText | SlackFile

export interface SlackFile {
  file: OutgoingFile
}

export interface SlackText {
  /** Stands for the blocks in notifications and for screen readers. */
  text: string
  blocks: KnownBlock[]
}

/**
 * Draws a message in Block Kit, in as many messages as it needs; buttons are at the end (B-4, B-5). A file is a
 * message of its own after the card, and before the question.
 */
export const renderMessage = (
  { markdown, card, file, ask }: Outgoing,
  texts: (lang: Lang) => FormTexts,
): RenderedPart[] => {
  const said = [
    ...(markdown === undefined ? [] : bodyUnits(parseMarkdown(markdown))),
    ...(card ? cardUnits(card) : []),
  ]
  const asked = ask ? askUnits(ask, texts) : []
  const called = card?.calls
  if (file) return [...partsOf(said, called), fileIn(file), ...partsOf(asked)]
  const units = [...said, ...asked]
  return partsOf(units.length > 0 ? units : bodyUnits(parseMarkdown('')), called)
}

const partsOf = (units: Unit[], called: readonly CalledPerson[] = []): RenderedPart[] => {
  const names = new Map(
    called.flatMap((one) => (isMentioned(one) ? [[one.platformUserId, calledName(one)]] : [])),
  )
  return units.length > 0 ? pack(units).map((blocks) => toPart(blocks, names)) : []
}

/** Names of the mentioned, by their ids: what only notifications show is plain text, and mentions nobody again. */
type Names = ReadonlyMap<string, string>

const fileIn = ({ name, caption, ...file }: OutgoingFile): RenderedPart => {
  const shown: OutgoingFile = {
    ...file,
    name: fileName(name),
    caption: shorten(printable(caption).trim(), MAX_FALLBACK_CHARS),
  }
  return { payload: { file: shown } satisfies SlackFile, hash: hashOfFile(shown) }
}

/** A question is a text with a button, because in Slack a form opens from a click. */
const askUnits = (ask: NonNullable<Outgoing['ask']>, texts: (lang: Lang) => FormTexts): Unit[] => {
  const root = parseMarkdown(ask.prompt)
  const { answer, title } = texts(langOf(ask.prompt))
  const form = { title, label: plainText(root) }
  const button = { label: answer, action: ask.action, style: 'primary' as const, form }
  const units = bodyUnits(root)
  const last = units.pop() ?? []
  return [...units, [...last, ...buttonBlocks([[button]], { group: 'ask:', placeholder: ask.placeholder })]]
}

const pack = (units: Unit[]): KnownBlock[][] => {
  const messages: KnownBlock[][] = []
  let current: KnownBlock[] = []
  for (const unit of units.flatMap((unit) => (fits(unit) ? [unit] : unit.map((block) => [block])))) {
    if (current.length > 0 && !fits([...current, ...unit])) {
      messages.push(current)
      current = []
    }
    current = [...current, ...unit]
  }
  return [...messages, current]
}

const fits = (blocks: KnownBlock[]): boolean =>
  blocks.length <= MAX_BLOCKS && Buffer.byteLength(JSON.stringify(blocks)) <= MAX_MESSAGE_JSON_BYTES

const toPart = (blocks: KnownBlock[], names: Names): RenderedPart => {
  const words = wordsOf(blocks, names).trim()
  const payload: SlackText = {
    text: shorten(escapeText(printable(words)) || '…', MAX_FALLBACK_CHARS),
    blocks,
  }
  return { payload, hash: hashOfShown(payload) }
}

/** Everything readable of the blocks, in order, without the buttons. */
const wordsOf = (blocks: KnownBlock[], names: Names): string =>
  blocks
    .filter((block) => block.type !== 'actions')
    .map((block) => textsIn(block, names).join(''))
    .join('\n')

const textsIn = (node: unknown, names: Names): string[] => {
  if (typeof node !== 'object' || node === null) return []
  if ('user_id' in node) return [names.get(String(node.user_id)) ?? '']
  if ('text' in node && typeof node.text === 'string') return [node.text]
  return Object.values(node).flatMap((value) => textsIn(value, names))
}
