import type { Link, List, ListItem, Nodes, Root } from 'mdast'
import { plainText } from '../markdown.ts'
import { createWriter, type FormattedText, type Mark, type Writer } from './formatted.ts'
import { drawTable } from './table.ts'

/** Where in the tree we are: what is around a node changes how it can be drawn. */
interface Around {
  writer: Writer
  /** Put before every line but the first: the inside of a list item. */
  indent: string
  /** Marks that are on already; Telegram knows no bold inside bold and no quote inside a quote. */
  on: ReadonlySet<Mark['type']>
}

/**
 * A tree of Markdown as text with entities (never as a parse mode: nothing a model or a person writes can be
 * taken for markup). https://core.telegram.org/bots/api#messageentity
 */
export const formatTree = (root: Root): FormattedText => drawn(root).finish()

/** The size of the message that `formatTree` would make, in UTF-16 units. */
export const measureTree = (root: Root): number => drawn(root).units()

const drawn = (root: Root): Writer => {
  const writer = createWriter()
  draw(root, { writer, indent: '', on: new Set() })
  return writer
}

const draw = (node: Nodes, around: Around): void => {
  const { writer } = around
  const lines = (text: string) => writer.write(text.replace(/\n/g, `\n${around.indent}`))
  switch (node.type) {
    case 'root':
      blocks(node.children, around, '\n\n')
      break
    case 'paragraph':
    case 'linkReference':
    case 'tableCell':
    case 'tableRow':
      inside(node.children, around)
      break
    case 'heading':
    case 'strong':
      marked({ type: 'bold' }, node.children, around)
      break
    case 'emphasis':
      marked({ type: 'italic' }, node.children, around)
      break
    case 'delete':
      marked({ type: 'strikethrough' }, node.children, around)
      break
    case 'blockquote':
      within({ type: 'blockquote' }, around, (deeper) => blocks(node.children, deeper, '\n\n'))
      break
    case 'list':
      list(node, around)
      break
    case 'listItem':
    case 'footnoteDefinition':
      blocks(node.children, around, '\n')
      break
    case 'code':
      writer.mark({ type: 'pre', ...(node.lang && { language: node.lang }) }, () => writer.write(node.value))
      break
    case 'table':
      writer.mark({ type: 'pre' }, () => writer.write(drawTable(node)))
      break
    case 'inlineCode':
      // Of a link and code on the same words Telegram keeps one; the link is worth more.
      if (around.on.has('text_link')) lines(node.value)
      else writer.mark({ type: 'code' }, () => writer.write(node.value))
      break
    case 'link':
      link(node, around)
      break
    case 'image':
      link({ type: 'link', url: node.url, children: [{ type: 'text', value: node.alt ?? '' }] }, around)
      break
    case 'imageReference':
      lines(node.alt ?? '')
      break
    case 'break':
      lines('\n')
      break
    case 'thematicBreak':
      writer.write('———')
      break
    case 'text':
    case 'html':
    case 'yaml':
      lines(node.value)
      break
    case 'definition':
    case 'footnoteReference':
      break
    default:
      node satisfies never
  }
}

const inside = (nodes: Nodes[], around: Around) => {
  for (const node of nodes) draw(node, around)
}

const blocks = (nodes: Nodes[], around: Around, separator: string) => {
  for (const [index, node] of nodes.entries()) {
    if (index > 0) around.writer.write(separator + (node.type === 'code' ? '' : around.indent))
    draw(node, around)
  }
}

const within = (mark: Mark, around: Around, work: (deeper: Around) => void) => {
  if (around.on.has(mark.type)) work(around)
  else around.writer.mark(mark, () => work({ ...around, on: new Set([...around.on, mark.type]) }))
}

const marked = (mark: Mark, children: Nodes[], around: Around) =>
  within(mark, around, (deeper) => inside(children, deeper))

const list = (node: List, around: Around) => {
  for (const [index, item] of node.children.entries()) {
    if (index > 0) around.writer.write(`\n${around.indent}`)
    const bullet = bulletOf(item, node.ordered ? (node.start ?? 1) + index : undefined)
    around.writer.write(bullet)
    draw(item, { ...around, indent: around.indent + ' '.repeat(bullet.length) })
  }
}

const bulletOf = ({ checked }: ListItem, number: number | undefined): string => {
  if (checked === true) return '☑ '
  if (checked === false) return '☐ '
  return number === undefined ? '• ' : `${number}. `
}

const link = (node: Link, around: Around) => {
  const { url, children } = node
  const words = plainText(node)
  const id = node.data?.personId
  if (id !== undefined)
    marked({ type: 'text_mention', user: { id, is_bot: false, first_name: words } }, children, around)
  else if (words.trim() === '') around.writer.write(url)
  // Spelled-out addresses are recognised by Telegram itself, and then open without a warning.
  else if ([words, `http://${words}`, `mailto:${words}`].includes(url)) inside(children, around)
  else if (opens(url)) marked({ type: 'text_link', url }, children, around)
  else {
    inside(children, around)
    around.writer.write(` (${url})`)
  }
}

/** `tg://user` would call a person, and anything but these may run or reveal something. */
const opens = (url: string): boolean =>
  URL.canParse(url) && /^(https?|tg):$/.test(new URL(url).protocol) && !/^tg:(\/\/)?user\b/i.test(url)
