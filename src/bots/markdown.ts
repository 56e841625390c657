import type { Definition, Nodes, Parents, PhrasingContent, Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm'
import { toMarkdown } from 'mdast-util-to-markdown'
import { gfm } from 'micromark-extension-gfm'

/**
 * Left out of GitHub's Markdown: HTML, because what a model or a person writes is text and formatting and nothing
 * else; footnotes, because no chat shows them; a single `~`, which people write for "about".
 */
const syntax = [
  gfm({ singleTilde: false }),
  {
    disable: {
      null: ['htmlFlow', 'htmlText', 'gfmFootnoteCall', 'gfmFootnoteDefinition', 'gfmPotentialFootnoteCall'],
    },
  },
]

/** Deeper than anybody writes; a tree below it can be walked by recursion without fear for the stack. */
const MAX_DEPTH = 100

/** Reading is most of the work of drawing, and the same card is often shown in many chats at once. */
const MAX_REMEMBERED = 100
const MAX_REMEMBERED_CHARS = 1_000
const remembered = new Map<string, Root>()

/**
 * Markdown as a tree that stands alone: references are replaced by the links they name, so that any part of the
 * tree can be shown without the rest. Never throws; formatting nested beyond reason is text. Whoever asks again may
 * get the same tree, so that nobody can change it.
 */
export const parseMarkdown = (markdown: string): Root => {
  const known = remembered.get(markdown)
  if (known) return known
  const root = parse(markdown)
  if (markdown.length > MAX_REMEMBERED_CHARS) return root
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  freeze(root)
  remembered.set(markdown, root)
  return root
}

const freeze = (node: Nodes): void => {
  Object.freeze(node)
  if ('children' in node) for (const child of Object.freeze(node.children)) freeze(child)
}

const parse = (markdown: string): Root => {
  const root = parseOrOverflow(markdown)
  if (!root || depthOf(root) > MAX_DEPTH) return textOnly(markdown)
  resolveReferences(root)
  return root
}

/** The tree as Markdown that `parseMarkdown` reads back as the same tree. */
export const formatMarkdown = (root: Root): string =>
  toMarkdown(root, {
    extensions: [gfmToMarkdown({ tablePipeAlign: false })],
    bullet: '-',
    rule: '-',
  }).trimEnd()

/** What is left when nothing can be bold: for notifications, logs of a terminal, comparisons. */
export const plainText = (node: Nodes): string => {
  if (node.type === 'image') return node.alt ?? ''
  if (node.type === 'break') return '\n'
  if ('value' in node) return node.value
  if (!('children' in node)) return ''
  return node.children.map((child) => plainText(child)).join(separator(node))
}

const separator = (node: Parents): string => {
  switch (node.type) {
    case 'root':
    case 'blockquote':
      return '\n\n'
    case 'list':
    case 'listItem':
    case 'table':
      return '\n'
    case 'tableRow':
      return ' | '
    default:
      return ''
  }
}

const parseOrOverflow = (markdown: string): Root | undefined => {
  try {
    return fromMarkdown(markdown, { extensions: syntax, mdastExtensions: [gfmFromMarkdown()] })
  } catch (error) {
    // Ten thousand `>` in a row exhaust the parser's stack.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const textOnly = (value: string): Root => ({
  type: 'root',
  children: [{ type: 'paragraph', children: [{ type: 'text', value }] }],
})

const depthOf = (root: Root): number => {
  let level: Nodes[] = [root]
  let depth = 0
  while (level.length > 0) {
    level = level.flatMap((node) => ('children' in node ? node.children : []))
    depth += 1
  }
  return depth
}

const resolveReferences = (root: Root): void => {
  const definitions = new Map<string, Definition>()
  visitParents(root, (parent) => {
    for (const node of parent.children)
      if (node.type === 'definition' && !definitions.has(node.identifier))
        definitions.set(node.identifier, node)
  })
  if (definitions.size === 0) return
  visitParents(root, (parent) => {
    const children = parent.children
      .filter((node) => node.type !== 'definition')
      .map((node) => resolved(node, definitions))
    parent.children = children as typeof parent.children
  })
}

const resolved = (node: Nodes, definitions: Map<string, Definition>): Nodes => {
  if (node.type !== 'linkReference' && node.type !== 'imageReference') return node
  const target = definitions.get(node.identifier)
  if (!target) return node
  if (node.type === 'imageReference') return { type: 'image', url: target.url, alt: node.alt }
  return { type: 'link', url: target.url, title: target.title, children: node.children as PhrasingContent[] }
}

const visitParents = (node: Nodes, visit: (parent: Parents) => void): void => {
  if (!('children' in node)) return
  visit(node)
  for (const child of node.children) visitParents(child, visit)
}
