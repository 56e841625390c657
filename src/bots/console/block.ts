import { clean } from './clean.ts'

const END = '.'
const CANCEL = '/cancel'
const COMMAND = /^\/[a-z]/i

/** `more`: the text goes on. `undefined` from `take`: the line is no part of a text. */
export type Taken = { kind: 'more' } | { kind: 'cancelled' } | { kind: 'text'; text: string }

export interface Block {
  take(asked: string, line: string): Taken | undefined
}

/**
 * A text of many lines, typed or pasted, that ends with a line that holds a single dot. Before it has begun, an empty
 * line and a command are what they always are.
 */
export const createBlock = (): Block => {
  let begun: { asked: string; lines: string[] } | undefined

  return {
    take: (asked, line) => {
      const lines = clean(line).split('\n')
      const [only = '', ...more] = lines
      const alone = more.length === 0 ? only.trim() : undefined
      const current = begun?.asked === asked ? begun : { asked, lines: [] }
      if (current !== begun && alone !== undefined && (alone === '' || COMMAND.test(alone))) return undefined
      begun = undefined
      if (alone?.toLowerCase() === CANCEL) return { kind: 'cancelled' }
      current.lines.push(...lines)
      if (current.lines.at(-1)?.trim() === END)
        return { kind: 'text', text: current.lines.slice(0, -1).join('\n').trim() }
      begun = current
      return { kind: 'more' }
    },
  }
}
