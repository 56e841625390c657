import type { ActionsBlock, KnownBlock, RichTextElement, Button as SlackButton } from '@slack/types'
import type { PhrasingContent, Root } from 'mdast'
import type { Button, CalledPerson, Card } from '../chat.ts'
import { parseMarkdown } from '../markdown.ts'
import { splitTree } from '../split.ts'
import { buttonValue, FORM_PREFIX, PRESS_PREFIX } from './buttons.ts'
import { textElement } from './inline.ts'
import {
  MAX_BUTTONS_PER_BLOCK,
  MAX_CONTEXT_CHARS,
  MAX_HEADER_CHARS,
  MAX_LABEL_CHARS,
  MAX_RICH_TEXT_CHARS,
} from './limits.ts'
import { richText, richTextSize } from './rich-text.ts'
import { printable, shorten } from './text.ts'

const SIGNS: Record<Card['tone'], string> = {
  neutral: '',
  question: '❓ ',
  progress: '⏳ ',
  success: '✅ ',
  warning: '⚠️ ',
  danger: '🛑 ',
}

/** Blocks that should stay in one message; a card too long for one breaks between them. */
export type Unit = KnownBlock[]

export const cardUnits = (card: Card): Unit[] => [
  ...titleUnits(`${SIGNS[card.tone]}${line(card.title)}`),
  ...callUnits(card.calls ?? []),
  ...(card.body?.trim() ? bodyUnits(parseMarkdown(card.body)) : []),
  ...fieldUnits(card.fields ?? []),
  ...tailUnits(card),
]

export const bodyUnits = (root: Root): Unit[] =>
  splitTree(root, { limit: MAX_RICH_TEXT_CHARS, measure: richTextSize }).map((piece) => [richText(piece)])

export interface ButtonOptions {
  /** Tells the buttons of one part of a message from those of another. */
  group?: string
  /** Stands in the empty field of the forms that these buttons open. */
  placeholder?: string
}

export const buttonBlocks = (rows: Button[][], options: ButtonOptions = {}): ActionsBlock[] =>
  rows.flatMap((row, index) =>
    chunks(row, MAX_BUTTONS_PER_BLOCK).map((buttons, chunk) => ({
      type: 'actions' as const,
      elements: buttons.map((button, column) => {
        const position = `${options.group ?? ''}${index}:${chunk * MAX_BUTTONS_PER_BLOCK + column}`
        return slackButton(button, position, options.placeholder)
      }),
    })),
  )

const titleUnits = (title: string): Unit[] => {
  if (title.trim() === '') return []
  if (title.length > MAX_HEADER_CHARS) return bodyUnits(paragraph([strong(title)]))
  return [[{ type: 'header', text: { type: 'plain_text', text: title, emoji: false } }]]
}

/** Mentions are elements of their own: a text cannot be one. */
const callUnits = (calls: readonly CalledPerson[]): Unit[] => {
  if (calls.length === 0) return []
  const elements = calls.flatMap((person, index) => [
    ...(index > 0 ? [textElement(', ')] : []),
    calledElement(person),
  ])
  const section = { type: 'rich_text_section' as const, elements: [textElement('🔔 '), ...elements] }
  return [[{ type: 'rich_text', elements: [section] }]]
}

const calledElement = (person: CalledPerson): RichTextElement =>
  isMentioned(person) ? { type: 'user', user_id: person.platformUserId } : textElement(calledName(person))

/** Slack refuses a message that mentions what cannot be one of its people. */
export const isMentioned = (person: CalledPerson): person is Required<CalledPerson> =>
  /^[UW][A-Z0-9]+$/.test(person.platformUserId ?? '')

export const calledName = ({ name }: CalledPerson): string => shorten(line(name) || '…', MAX_LABEL_CHARS)

/** One line per field, literally as it is; an address alone can be pressed. */
const fieldUnits = (fields: NonNullable<Card['fields']>): Unit[] => {
  if (fields.length === 0) return []
  return bodyUnits(
    paragraph(
      fields.flatMap(({ label, value }, index): PhrasingContent[] => [
        ...(index > 0 ? [{ type: 'break' as const }] : []),
        strong(`${line(label)}: `),
        isAddress(value)
          ? { type: 'link', url: value, children: [{ type: 'text', value }] }
          : { type: 'text', value },
      ]),
    ),
  )
}

/** Footer and buttons belong together: buttons without a word above them would say nothing. */
const tailUnits = ({ footer, buttons = [] }: Card): Unit[] => {
  const actions = buttonBlocks(buttons)
  const text = printable(footer ?? '').trim()
  if (text === '') return actions.length > 0 ? [actions] : []
  if (text.length > MAX_CONTEXT_CHARS)
    return [
      ...bodyUnits(paragraph([{ type: 'text', value: text }])),
      ...(actions.length > 0 ? [actions] : []),
    ]
  return [[{ type: 'context', elements: [{ type: 'plain_text', text, emoji: false }] }, ...actions]]
}

const slackButton = (button: Button, position: string, placeholder?: string): SlackButton => ({
  type: 'button',
  text: { type: 'plain_text', text: shorten(line(button.label) || '…', MAX_LABEL_CHARS), emoji: false },
  action_id: `${button.form ? FORM_PREFIX : PRESS_PREFIX}${position}`,
  value: buttonValue(button, placeholder),
  ...(button.style ? { style: button.style } : {}),
})

const paragraph = (children: PhrasingContent[]): Root => ({
  type: 'root',
  children: [{ type: 'paragraph', children }],
})

const strong = (value: string): PhrasingContent => ({ type: 'strong', children: [{ type: 'text', value }] })

const isAddress = (value: string): boolean => /^https?:\/\/[^\s<>"]+$/.test(value)

const line = (text: string): string =>
  printable(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim()

const chunks = <T>(things: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(things.length / size) }, (_, i) => things.slice(i * size, (i + 1) * size))
