import type { RichTextElement, RichTextText } from '@slack/types'
import type { PhrasingContent } from 'mdast'
import { plainText } from '../markdown.ts'
import { printable } from './text.ts'

interface Style {
  bold?: boolean
  italic?: boolean
  strike?: boolean
  code?: boolean
}

/** Anything else could run something in the reader's name, or open nothing. */
const SAFE_PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])
/** Slack refuses longer addresses. */
const MAX_URL_CHARS = 3000

export const textElement = (text: string, style: Style = {}): RichTextText => ({
  type: 'text',
  text: printable(text),
  ...(Object.keys(style).length > 0 ? { style } : {}),
})

/** The inside of a paragraph as elements of rich text. Links that are not for the web keep only their words. */
export const inlineElements = (content: PhrasingContent[], style: Style): RichTextElement[] =>
  content
    .flatMap((node) => elementsOf(node, style))
    .filter((element) => element.type !== 'text' || element.text !== '')

const elementsOf = (node: PhrasingContent, style: Style): RichTextElement[] => {
  switch (node.type) {
    case 'strong':
      return inlineElements(node.children, { ...style, bold: true })
    case 'emphasis':
      return inlineElements(node.children, { ...style, italic: true })
    case 'delete':
      return inlineElements(node.children, { ...style, strike: true })
    case 'inlineCode':
      return [textElement(node.value, { ...style, code: true })]
    case 'break':
      return [textElement('\n')]
    case 'link':
      return isSafe(node.url)
        ? [link(node.url, plainText(node), style)]
        : inlineElements(node.children, style)
    case 'image':
      return isSafe(node.url) ? [link(node.url, node.alt ?? '', style)] : [textElement(node.alt ?? '', style)]
    default:
      return [textElement(plainText(node), style)]
  }
}

const link = (url: string, text: string, style: Style): RichTextElement => ({
  type: 'link',
  url,
  text: printable(text).trim() === '' ? url : printable(text),
  ...(Object.keys(style).length > 0 ? { style } : {}),
})

const isSafe = (url: string): boolean =>
  url.length <= MAX_URL_CHARS && URL.canParse(url) && SAFE_PROTOCOLS.has(new URL(url).protocol)
