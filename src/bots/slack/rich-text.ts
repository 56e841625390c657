import type {
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
  RichTextList,
  RichTextSection,
  RichTextText,
} from '@slack/types'
import type { List, ListItem, Root, RootContent, Table } from 'mdast'
import { plainText } from '../markdown.ts'
import { inlineElements, textElement } from './inline.ts'
import { MAX_LIST_INDENT, MAX_RICH_TEXT_CHARS, MAX_RICH_TEXT_JSON_BYTES } from './limits.ts'

/** `offset` is documented, and missing in Slack's types. */
type NumberedList = RichTextList & { offset?: number }

/**
 * Markdown as a rich text block. Its texts are data, not markup: nothing in them can mention anybody, become a
 * link or a format, and nothing needs escaping.
 */
export const richText = (root: Root): RichTextBlock => {
  const elements = joined(root.children.flatMap(blockElements))
  return { type: 'rich_text', elements: elements.length > 0 ? elements : [section([textElement('…')])] }
}

/** The size of a block in units of which `MAX_RICH_TEXT_CHARS` fit: characters of text, or the JSON of much formatting. */
export const richTextSize = (root: Root): number => {
  const block = richText(root)
  const bytes = Buffer.byteLength(JSON.stringify(block))
  return Math.max(textLength(block), Math.ceil((bytes * MAX_RICH_TEXT_CHARS) / MAX_RICH_TEXT_JSON_BYTES))
}

const textLength = (node: unknown): number => {
  if (typeof node !== 'object' || node === null) return 0
  const own = 'text' in node && typeof node.text === 'string' ? node.text.length : 0
  return Object.values(node).reduce<number>((sum, value) => sum + textLength(value), own)
}

const section = (elements: RichTextElement[]): RichTextSection => ({ type: 'rich_text_section', elements })

const blockElements = (node: RootContent): RichTextBlockElement[] => {
  switch (node.type) {
    case 'paragraph':
      return sections(inlineElements(node.children, {}))
    case 'heading':
      return sections(inlineElements(node.children, { bold: true }))
    case 'list':
      return listElements(node, 0)
    case 'code':
      return preformatted(node.value)
    case 'table':
      return preformatted(tableText(node))
    case 'blockquote':
      return quote(node.children.flatMap(blockElements))
    case 'thematicBreak':
      return sections([textElement('———')])
    case 'definition':
      return []
    default:
      return sections([textElement(plainText(node))])
  }
}

const sections = (elements: RichTextElement[]): RichTextBlockElement[] =>
  elements.some((element) => element.type !== 'text' || element.text !== '') ? [section(elements)] : []

const preformatted = (text: string): RichTextBlockElement[] => {
  const { text: printed } = textElement(text)
  // An empty text is refused.
  return printed === ''
    ? []
    : [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: printed }], border: 0 }]
}

/** A quote holds only a line of elements: whatever stands in it is written in a row. */
const quote = (inside: RichTextBlockElement[]): RichTextBlockElement[] => {
  const elements = inside.flatMap((element, index) => [
    ...(index > 0 ? [textElement('\n')] : []),
    ...flattened(element),
  ])
  return elements.length > 0 ? [{ type: 'rich_text_quote', elements }] : []
}

const flattened = (element: RichTextBlockElement): RichTextElement[] => {
  if (element.type !== 'rich_text_list') return element.elements
  return element.elements.flatMap((item, index) => [
    textElement(`${index > 0 ? '\n' : ''}${'  '.repeat(element.indent ?? 0)}• `),
    ...item.elements,
  ])
}

/** A nested list interrupts the outer one, which then goes on counting where it stopped. */
const listElements = (list: List, indent: number): RichTextBlockElement[] => {
  const elements: RichTextBlockElement[] = []
  const first = list.ordered ? (list.start ?? 1) - 1 : 0
  for (const [index, item] of list.children.entries()) {
    const [head, ...others] = item.children
    const shown = section([
      ...checkbox(item),
      ...(head?.type === 'paragraph' ? inlineElements(head.children, {}) : []),
    ])
    if (shown.elements.length === 0) shown.elements.push(textElement(' '))
    const open = elements.at(-1)
    const goesOn = open?.type === 'rich_text_list' && (open.indent ?? 0) === indent
    if (goesOn) open.elements.push(shown)
    else elements.push(listOf(list, shown, indent, first + index))
    for (const child of head?.type === 'paragraph' ? others : item.children)
      elements.push(...(child.type === 'list' ? listElements(child, indent + 1) : blockElements(child)))
  }
  return elements
}

const listOf = (list: List, first: RichTextSection, indent: number, offset: number): NumberedList => ({
  type: 'rich_text_list',
  style: list.ordered ? 'ordered' : 'bullet',
  indent: Math.min(indent, MAX_LIST_INDENT),
  ...(list.ordered && offset > 0 ? { offset } : {}),
  elements: [first],
})

const checkbox = (item: ListItem): RichTextText[] =>
  typeof item.checked === 'boolean' ? [textElement(item.checked ? '☑ ' : '☐ ')] : []

/** Slack has tables, one per message and none beside other text; columns of text work anywhere. */
const tableText = (table: Table): string => {
  const rows = table.children.map((row) => row.children.map((cell) => plainText(cell).replaceAll('\n', ' ')))
  const widths: number[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' │ ')
      .trimEnd(),
  )
  const [header = '', ...body] = lines
  return [header, widths.map((width) => '─'.repeat(width)).join('─┼─'), ...body].join('\n')
}

/** Neighbouring sections become one with an empty line between them, as Slack's own editor writes it. */
const joined = (elements: RichTextBlockElement[]): RichTextBlockElement[] => {
  const result: RichTextBlockElement[] = []
  for (const element of elements) {
    const previous = result.at(-1)
    if (previous?.type === 'rich_text_section' && element.type === 'rich_text_section')
      previous.elements.push(textElement('\n\n'), ...element.elements)
    else result.push(element.type === 'rich_text_section' ? section([...element.elements]) : element)
  }
  return result
}
