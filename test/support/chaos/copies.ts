import type { ShownMessage } from '../../fakes/telegram/shown.ts'

/** A row of the outbox, as far as it tells what its message must look like. */
export interface SaidRow {
  key: string
  /** What it shows; null for a text or a notice, whose words stand in the row. */
  view: string | null
  /** The messages that are known to show it. */
  refs: string[]
}

type Shown = Pick<ShownMessage, 'ref' | 'text' | 'history'>

/**
 * Lines of views that tell how things are while they are drawn (design rule 5), and so differ when the same view is
 * drawn again after a restart. Every other line of a copy must be one that its message has or had.
 */
const OF_THE_MOMENT: Record<string, RegExp> = {
  run: /^▸ |^Waiting for /,
  approval: /^Approval \d+ · open until /,
  project: /^Service: /,
}

/**
 * Messages that no row knows, and that are no copy of one either. A copy is sent right before a kill, and its row is
 * sent again as the next thing that is said: so what stands behind it on the screen tells which message it must equal.
 *
 * @param shown all the bot said in one chat, oldest first.
 * @returns `copies`: those that are; how many there may be is for the caller to say.
 */
export const sortUnknown = <T extends Shown>(
  shown: readonly T[],
  rows: readonly SaidRow[],
): { copies: T[]; strangers: T[] } => {
  const rowOf = new Map(rows.flatMap((row) => row.refs.map((ref) => [ref, row] as const)))
  const isCopy = (message: T, index: number): boolean => {
    const original = shown.slice(index + 1).find(({ ref }) => rowOf.has(ref))
    const row = original && rowOf.get(original.ref)
    return row !== undefined && looksLike(message, original as T, row)
  }
  const sorted = { copies: [] as T[], strangers: [] as T[] }
  for (const [index, message] of shown.entries())
    if (!rowOf.has(message.ref)) sorted[isCopy(message, index) ? 'copies' : 'strangers'].push(message)
  return sorted
}

const looksLike = ({ history }: Shown, original: Shown, { key, view }: SaidRow): boolean => {
  // It was sent once and never heard of again, so nobody can have edited it.
  const [text = '', ...edits] = history
  if (edits.length > 0 || text === '') return false
  if (view === null)
    // An answer grows while it is written: what was sent first is how it begins.
    return original.history.some((one) => one === text || (key.startsWith('turn:') && one.startsWith(text)))

  const [title, ...lines] = linesOf(text)
  const known = original.history.map(linesOf)
  return (
    known.some(([first]) => first === title) &&
    lines.every((line) => OF_THE_MOMENT[view]?.test(line) || known.some((one) => one.slice(1).includes(line)))
  )
}

/** The sign before the title tells how it went so far; the title tells what it is. */
const linesOf = (text: string): string[] =>
  text.split('\n').map((line, index) => (index === 0 ? line.replace(/^[^\p{L}\p{N}]+/u, '') : line))
