import type { Draw } from './message.ts'

/** Where the conversation appears: a screen that can be redrawn, or paper that can only be continued. */
export interface Surface {
  print(ref: string, draw: Draw, kind: MessageKind): void
  /**
   * Shows a printed message anew: in its place where that can be done, else what changed of it, below.
   * `quietly`: in its place or not at all.
   */
  redraw(ref: string, draw: Draw, kind: MessageKind, options?: { quietly: boolean }): void
  /** Takes a message away where that can be done. */
  remove(ref: string): void
  /** Something that belongs to no message. */
  note(draw: Draw): void
  /** Shows that work has begun, until the next output. */
  busy(draw: Draw): void
  /** Prints what was held back. */
  flush(): void
}

/**
 * What to do where a message cannot be changed in its place: a `text` may grow by the word and is best shown once
 * it rests; of a `progress` only news are worth a row; a `card` is wanted whole, with its buttons.
 */
export type MessageKind = 'text' | 'progress' | 'card'

/** The rows that are new, in order. A row that was there as often before is not. */
export const newRows = <T>(before: readonly T[], after: readonly T[], key: (row: T) => string): T[] => {
  const known = new Map<string, number>()
  for (const row of before) known.set(key(row), (known.get(key(row)) ?? 0) + 1)
  return after.filter((row) => {
    const left = known.get(key(row)) ?? 0
    known.set(key(row), left - 1)
    return left <= 0
  })
}
