import type { Image, PhrasingContent } from 'mdast'
import { plainText } from '../markdown.ts'
import { cutText, type Range } from './text.ts'

type Wrapper = Extract<PhrasingContent, { children: PhrasingContent[] }>

/** A run of characters and the emphasis, links and so on around it, outermost first. */
interface Run {
  kind: 'text' | 'inlineCode' | 'break' | 'image'
  value: string
  image?: Image
  wrappers: Wrapper[]
}

/**
 * Cuts the inside of a paragraph into parts that fit, each complete: what was bold across a cut is bold on both
 * sides. Spaces at a cut are dropped.
 *
 * @param size the size of a message with these contents.
 */
export const cutPhrasing = (
  content: PhrasingContent[],
  limit: number,
  size: (content: PhrasingContent[]) => number,
): PhrasingContent[][] => {
  const runs = content.flatMap((node) => runsOf(node, []))
  const text = runs.map((run) => run.value).join('')
  const starts: number[] = []
  let length = 0
  for (const run of runs) {
    starts.push(length)
    length += run.value.length
  }
  const slice = (range: Range) => sliceRuns(runs, starts, trimmed(text, range))
  const smallest = Math.max(...runs.map((run) => size(nested([{ ...run, value: run.value.slice(0, 2) }], 0))))
  // A link address as long as a message leaves no room for its words: then the words alone are shown.
  if (smallest > limit && runs.some((run) => run.wrappers.length > 0 || run.image))
    return cutPhrasing([{ type: 'text', value: content.map(plainText).join('') }], limit, size)
  return cutText(text, limit, (range) => size(slice(range)))
    .map(slice)
    .filter((part) => part.length > 0)
}

const runsOf = (node: PhrasingContent, wrappers: Wrapper[]): Run[] => {
  if ('children' in node) return node.children.flatMap((child) => runsOf(child, [...wrappers, node]))
  if (node.type === 'break') return [{ kind: 'break', value: '\n', wrappers }]
  if (node.type === 'image') return [{ kind: 'image', value: node.alt || node.url, image: node, wrappers }]
  const value = plainText(node)
  return value ? [{ kind: node.type === 'inlineCode' ? 'inlineCode' : 'text', value, wrappers }] : []
}

const trimmed = (text: string, { from, to }: Range): Range => {
  let [start, end] = [from, to]
  while (start < end && /\s/.test(text[start] ?? '')) start += 1
  while (end > start && /\s/.test(text[end - 1] ?? '')) end -= 1
  return { from: start, to: end }
}

const sliceRuns = (runs: Run[], starts: number[], { from, to }: Range): PhrasingContent[] => {
  const inside: Run[] = []
  for (let index = lastStartBefore(starts, from); index < runs.length; index += 1) {
    const run = runs[index]
    const start = starts[index] ?? 0
    if (!run || start >= to) break
    const value = run.value.slice(Math.max(from - start, 0), to - start)
    if (value) inside.push({ ...run, value })
  }
  return nested(inside, 0)
}

const lastStartBefore = (starts: number[], offset: number): number => {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return Math.max(low, 0)
}

/** Runs back into a tree: neighbours with the same wrapper share it. */
const nested = (runs: Run[], depth: number): PhrasingContent[] => {
  const content: PhrasingContent[] = []
  for (let index = 0; index < runs.length; ) {
    const run = runs[index]
    if (!run) break
    const wrapper = run.wrappers[depth]
    let end = index + 1
    if (!wrapper) content.push(leaf(run))
    else {
      while (runs[end]?.wrappers[depth] === wrapper) end += 1
      content.push({ ...wrapper, children: nested(runs.slice(index, end), depth + 1) } as PhrasingContent)
    }
    index = end
  }
  return content
}

const leaf = ({ kind, value, image }: Run): PhrasingContent => {
  if (kind === 'break') return { type: 'break' }
  // A piece of an image's description is no image any more.
  if (kind === 'image') return image && value === (image.alt || image.url) ? image : { type: 'text', value }
  return { type: kind, value }
}
