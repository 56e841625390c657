import type { Root } from 'mdast'
import { formatMarkdown, parseMarkdown } from './markdown.ts'
import { packBlocks } from './split/blocks.ts'

/**
 * Splits a long message into few that fit, by its structure (B-4): between blocks, else between list items, table
 * rows (the header is repeated) or lines of code (the fence is closed and opened again with its language), else at
 * the end of a sentence, a word, a grapheme. Every piece is valid Markdown, and no visible text is lost.
 *
 * @param options.limit the largest size of a piece, in whatever unit `measure` has; at least some 20 characters.
 * @param options.measure the size of a piece; a longer piece must not measure less.
 */
export const splitMarkdown = (
  markdown: string,
  { limit, measure }: { limit: number; measure: (piece: string) => number },
): string[] => {
  if (measure(markdown) <= limit) return [markdown]
  const pieces = splitTree(parseMarkdown(markdown), {
    limit,
    measure: (root) => measure(formatMarkdown(root)),
  })
  return pieces.map(formatMarkdown)
}

/** As `splitMarkdown`, for a platform that draws from the tree: nothing is written out and read again. */
export const splitTree = (
  root: Root,
  { limit, measure }: { limit: number; measure: (piece: Root) => number },
): Root[] => {
  if (measure(root) <= limit) return [root]
  const size = (children: Root['children']) => measure({ type: 'root', children })
  const groups = packBlocks(root.children, { limit, size })
  return groups.length > 0
    ? groups.map((children) => ({ type: 'root', children }))
    : [{ type: 'root', children: [] }]
}
