import type { BlockContent, PhrasingContent, Text } from 'mdast'
import type { CalledPerson, Card } from '../chat.ts'
import { parseMarkdown } from '../markdown.ts'
import { clip } from './clip.ts'
import { withoutInvisible } from './formatted.ts'

declare module 'mdast' {
  interface LinkData {
    /** A link to this person of Telegram, who is mentioned by it. Only made here: nothing that is parsed has one. */
    personId?: number
  }
}

const MAX_NAME_UNITS = 64

const SIGN: Record<Card['tone'], string> = {
  neutral: '',
  question: '❓ ',
  progress: '⏳ ',
  success: '✅ ',
  warning: '⚠️ ',
  danger: '🛑 ',
}

/** A card as blocks of a message. Only its body is Markdown; all else is shown as it stands. */
export const cardBlocks = ({ title, tone, calls = [], body, fields = [], footer }: Card): BlockContent[] => {
  const blocks: BlockContent[] = [paragraph(strong(SIGN[tone] + title))]
  if (calls.length > 0) blocks.push(paragraph(text('🔔 '), ...calls.flatMap(called)))
  if (body) blocks.push(...(parseMarkdown(body).children as BlockContent[]))
  if (fields.length > 0)
    blocks.push(
      paragraph(
        ...fields.flatMap(({ label, value }, index): PhrasingContent[] => [
          ...(index > 0 ? [{ type: 'break' } as const] : []),
          strong(`${label}:`),
          text(` ${value}`),
        ]),
      ),
    )
  if (footer) blocks.push(paragraph({ type: 'emphasis', children: [text(footer)] }))
  return blocks
}

const called = ({ name, platformUserId = '' }: CalledPerson, index: number): PhrasingContent[] => {
  const shown = text(clip(withoutInvisible(name).replace(/\s+/g, ' ').trim() || '…', MAX_NAME_UNITS))
  const personId = /^[1-9]\d*$/.test(platformUserId) ? Number(platformUserId) : undefined
  return [
    ...(index > 0 ? [text(', ')] : []),
    Number.isSafeInteger(personId) ? { type: 'link', url: '', children: [shown], data: { personId } } : shown,
  ]
}

export const paragraph = (...children: PhrasingContent[]): BlockContent => ({ type: 'paragraph', children })

export const text = (value: string): Text => ({ type: 'text', value })

const strong = (value: string): PhrasingContent => ({ type: 'strong', children: [text(value)] })
