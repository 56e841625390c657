import type { Code, List, ListItem, Paragraph, PhrasingContent, RootContent, Table } from 'mdast'
import { plainText } from '../markdown.ts'
import { furthestFit, runningTotals } from './fit.ts'
import { cutPhrasing } from './phrasing.ts'
import { cutText } from './text.ts'

/** Blocks that fit into one message together. */
type Group = RootContent[]

export interface Room {
  limit: number
  /** The size of a message with these blocks, inside whatever surrounds them. */
  size: (blocks: Group) => number
}

/** Puts blocks into as few messages as fit, in order; a block too big for a message is taken apart. */
export const packBlocks = (blocks: Group, room: Room): Group[] => {
  const groups: Group[] = []
  let rest = blocks
  while (rest.length > 0) {
    const totals = runningTotals(rest.map(roughSize))
    const sequence = { totals, size: (from: number, to: number) => room.size(rest.slice(from, to)) }
    let from = 0
    for (let to = furthestFit(sequence, from, room.limit); to > from; ) {
      const end = keepHeadingWithText(rest, from, to)
      groups.push(rest.slice(from, end))
      from = end
      to = from < rest.length ? furthestFit(sequence, from, room.limit) : from
    }
    const tooBig = rest[from]
    if (!tooBig) break
    const parts = takeApart(tooBig, room)
    const last = parts.pop() ?? []
    const after = rest.slice(from + 1)
    // What is left of the block shares a message with what follows it.
    const shares = after.length > 0 && room.size(last) <= room.limit
    groups.push(...parts, ...(shares || last.length === 0 ? [] : [last]))
    rest = shares ? [...last, ...after] : after
  }
  return groups
}

/** A heading at the foot of a message belongs to the next one. */
const keepHeadingWithText = (blocks: Group, from: number, to: number): number =>
  to < blocks.length && to - from > 1 && blocks[to - 1]?.type === 'heading' ? to - 1 : to

const roughSize = (node: RootContent): number =>
  (node.position?.end.offset ?? 0) - (node.position?.start.offset ?? 0) || plainText(node).length + 2

const takeApart = (block: RootContent, room: Room): Group[] => {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return byText(block.children, room, (children) => ({ ...block, children }))
    case 'code':
      return byLine(block, room)
    case 'list':
      return byItem(block, room)
    case 'table':
      return byRow(block, room)
    case 'blockquote': {
      const quoted = (blocks: Group): Group => [{ ...block, children: blocks as typeof block.children }]
      return packBlocks(block.children, { ...room, size: (b) => room.size(quoted(b)) }).map(quoted)
    }
    default:
      return byText([{ type: 'text', value: plainText(block) }], room, paragraph)
  }
}

const paragraph = (children: PhrasingContent[]): Paragraph => ({ type: 'paragraph', children })

const byText = (
  content: PhrasingContent[],
  room: Room,
  block: (content: PhrasingContent[]) => RootContent,
): Group[] =>
  cutPhrasing(content, room.limit, (part) => room.size([block(part)])).map((part) => [block(part)])

const byLine = (code: Code, room: Room): Group[] => {
  const { value } = code
  const piece = ({ from, to }: { from: number; to: number }): Code => ({
    ...code,
    value: value.slice(from, to).replace(/\n$/, ''),
  })
  return cutText(value, room.limit, (range) => room.size([piece(range)])).map((range) => [piece(range)])
}

const byItem = (list: List, room: Room): Group[] => {
  const some = (items: ListItem[], from: number): List => ({
    ...list,
    children: items,
    start: list.ordered ? (list.start ?? 1) + from : list.start,
  })
  return inRuns(
    list.children,
    room,
    (items, from) => [some(items, from)],
    (item, index) => {
      const inItem = (blocks: Group): Group => [
        some([{ ...item, children: blocks as ListItem['children'] }], index),
      ]
      const [first = [], ...others] = packBlocks(item.children, {
        ...room,
        size: (b) => room.size(inItem(b)),
      })
      // Only the beginning carries the bullet: a second one would read as another item.
      return [inItem(first), ...others]
    },
  )
}

const byRow = (table: Table, room: Room): Group[] => {
  const [header, ...rows] = table.children
  if (!header) return []
  const cells = (row: Table['children'][number]): Group[] =>
    row.children.flatMap((cell) => byText(cell.children, room, paragraph))
  const some = (part: typeof rows): Table => ({ ...table, children: [header, ...part] })
  if (room.size([some([])]) > room.limit) return table.children.flatMap(cells)
  return inRuns(rows, room, (part) => [some(part)], cells)
}

/** Runs of neighbours that fit together; `apart` takes care of one that does not fit by itself. */
const inRuns = <T extends RootContent>(
  things: T[],
  room: Room,
  together: (some: T[], from: number) => Group,
  apart: (thing: T, index: number) => Group[],
): Group[] => {
  const sequence = {
    totals: runningTotals(things.map(roughSize)),
    size: (from: number, to: number) => room.size(together(things.slice(from, to), from)),
  }
  const groups: Group[] = []
  for (let from = 0; from < things.length; ) {
    const to = furthestFit(sequence, from, room.limit)
    const alone = things[from]
    if (to > from) groups.push(together(things.slice(from, to), from))
    else if (alone) groups.push(...apart(alone, from))
    from = Math.max(to, from + 1)
  }
  return groups
}
