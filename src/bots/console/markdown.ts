import type { List, ListItem, PhrasingContent, RootContent } from 'mdast'
import { parseMarkdown, plainText } from '../markdown.ts'
import { clean } from './clean.ts'
import { type Line, plain, type Span, type Style, styled } from './style.ts'
import { drawTable } from './table.ts'
import { textWidth } from './width.ts'
import { chop, wrap } from './wrap.ts'

/** Deeply nested lists stop becoming narrower here. */
const LEAST_WIDTH = 16
const CODE_INDENT = '    '
const RULE_WIDTH = 40
/** A terminal makes an address clickable by itself: others than these are not shown. */
const SAFE_ADDRESS = /^(?:https?|mailto):/i

/** Markdown as rows of at most `width` columns. */
export const drawMarkdown = (markdown: string, width: number): Line[] =>
  drawBlocks(parseMarkdown(clean(markdown)).children, width)

const drawBlocks = (nodes: readonly RootContent[], width: number, gap = true): Line[] =>
  nodes
    .map((node) => drawBlock(node, width))
    .filter((rows) => rows.length > 0)
    .flatMap((rows, index) => (gap && index > 0 ? [[], ...rows] : rows))

const drawBlock = (node: RootContent, width: number): Line[] => {
  switch (node.type) {
    case 'paragraph':
      return wrap(drawInline(node.children), width)
    case 'heading':
      return wrap(styled(drawInline(node.children), 'bold'), width)
    case 'list':
      return drawList(node, width)
    case 'code':
      return drawCode(node.value, width)
    case 'blockquote':
      return prefixed(drawBlocks(node.children, narrower(width, 2)), [{ text: '│ ', styles: ['dim'] }])
    case 'table': {
      const [head = [], ...body] = node.children.map((row) =>
        row.children.map((cell) => drawInline(cell.children)),
      )
      return drawTable(head, body, node.align ?? [], width)
    }
    case 'thematicBreak':
      return [[{ text: '─'.repeat(Math.min(width, RULE_WIDTH)), styles: ['dim'] }]]
    default: {
      const text = clean(plainText(node))
      return text === '' ? [] : wrap(plain(text), width)
    }
  }
}

export const drawCode = (code: string, width: number): Line[] =>
  prefixed(
    clean(code)
      .split('\n')
      .flatMap((line) => chop([{ text: line, styles: ['cyan'] }], narrower(width, CODE_INDENT.length))),
    plain(CODE_INDENT),
  )

const drawList = (list: List, width: number): Line[] =>
  list.children.flatMap((item, index) => {
    const marker = markerOf(list, item, index)
    const rows = drawBlocks(item.children, narrower(width, textWidth(marker)), item.spread ?? false)
    return prefixed(rows.length > 0 ? rows : [[]], plain(marker), plain(' '.repeat(textWidth(marker))))
  })

const markerOf = (list: List, item: ListItem, index: number): string => {
  if (typeof item.checked === 'boolean') return item.checked ? '[x] ' : '[ ] '
  return list.ordered ? `${(list.start ?? 1) + index}. ` : '• '
}

const drawInline = (nodes: readonly PhrasingContent[], styles: readonly Style[] = []): Line =>
  nodes.flatMap((node) => {
    const within = (style: Style) => ('children' in node ? drawInline(node.children, [...styles, style]) : [])
    switch (node.type) {
      case 'strong':
        return within('bold')
      case 'emphasis':
        return within('italic')
      case 'delete':
        return within('strikethrough')
      case 'inlineCode':
        return span(node.value, [...styles, 'cyan'])
      case 'link':
        return [...drawInline(node.children, styles), ...address(node.url, plainText(node), styles)]
      case 'image':
        return [...span(node.alt ?? '', styles), ...address(node.url, node.alt ?? '', styles)]
      default:
        return span(plainText(node), styles)
    }
  })

const address = (url: string, text: string, styles: readonly Style[]): Line =>
  !SAFE_ADDRESS.test(url) || url === text || url === `mailto:${text}`
    ? []
    : span(text === '' ? url : ` (${url})`, [...styles, 'underline'])

/** Cleaned once more: `&#27;` is a control character only after the Markdown was read. */
const span = (text: string, styles: readonly Style[]): Span[] => {
  const safe = clean(text)
  return safe === '' ? [] : [{ text: safe, styles }]
}

/** Rows with something before them: `first` before the first one, `rest` before all others. */
export const prefixed = (rows: Line[], first: Line, rest: Line = first): Line[] =>
  rows.map((row, index) => [...(index === 0 ? first : row.length > 0 || rest === first ? rest : []), ...row])

const narrower = (width: number, by: number): number => Math.max(width - by, Math.min(width, LEAST_WIDTH))
