/** What closes a quote. Phones put these in place of plain ones. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', '“': '”', '„': '“”', '«': '»' }

export interface Word {
  text: string
  /** Stood in quotes, or its value did, as in `prompt="be brief"`. */
  quoted: boolean
}

/**
 * The words of a line; what stands in quotes is one of them. A quote opens a value only where a word begins or behind
 * its `=`; anywhere else it is a character like any other. `\"` inside of quotes is a quote.
 *
 * @returns undefined when a quote is not closed.
 */
export const splitWords = (line: string): Word[] | undefined => {
  const words: Word[] = []
  let at = 0
  while (at < line.length) {
    const space = /^\s+/.exec(line.slice(at))
    if (space) {
      at += space[0].length
      continue
    }
    const [bare = ''] = /^(?:[^\s="“„«][^\s=]*=?|=)?/.exec(line.slice(at)) ?? []
    at += bare.length
    const closing = bare === '' || bare.endsWith('=') ? CLOSING[line[at] ?? ''] : undefined
    if (!closing) {
      const [rest = ''] = /^\S*/.exec(line.slice(at)) ?? []
      at += rest.length
      words.push({ text: bare + rest, quoted: false })
      continue
    }
    const end = closingQuote(line, at + 1, closing)
    if (end < 0) return undefined
    words.push({ text: bare + line.slice(at + 1, end).replace(/\\(["“”„«»\\])/g, '$1'), quoted: true })
    at = end + 1
  }
  return words
}

const closingQuote = (line: string, from: number, closing: string): number => {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (closing.includes(line[at] ?? '')) return at
  }
  return -1
}
