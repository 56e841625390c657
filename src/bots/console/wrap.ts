import type { Line, Span } from './style.ts'
import { graphemes, textWidth } from './width.ts'

const TOKEN = /\n| +|[^\n ]+/g

/**
 * Breaks spans into rows of at most `width` columns: at line breaks, else between words, else inside a word that
 * is wider than a row. Spaces at a break vanish; nothing else does.
 */
export const wrap = (spans: Line, width: number): Line[] => {
  const rows: Span[][] = [[]]
  let used = 0
  let gap: Span[] = []
  let word: Span[] = []

  const newRow = () => {
    rows.push([])
    used = 0
  }
  const put = (pieces: Span[]) => {
    for (const piece of pieces) append(rows.at(-1), piece)
    used += widthOf(pieces)
  }
  const endWord = () => {
    if (word.length === 0) return
    const fits = used + widthOf(gap) + widthOf(word) <= width
    if (fits) put([...gap, ...word])
    else {
      if (used > 0) newRow()
      for (const [index, row] of chop(word, width).entries()) {
        if (index > 0) newRow()
        put([...row])
      }
    }
    gap = []
    word = []
  }

  for (const { text, styles } of spans)
    for (const [token] of text.matchAll(TOKEN)) {
      if (token === '\n') {
        endWord()
        gap = []
        newRow()
      } else if (token.startsWith(' ')) {
        endWord()
        gap.push({ text: token, styles })
      } else word.push({ text: token, styles })
    }
  endWord()
  return rows
}

/** Breaks one line wherever it is full, keeping every character: for code, and for words wider than a row. */
export const chop = (line: Line, width: number): Line[] => {
  const rows: Span[][] = [[]]
  let used = 0
  for (const { text, styles } of line) {
    if (used + textWidth(text) <= width) {
      append(rows.at(-1), { text, styles })
      used += textWidth(text)
      continue
    }
    for (const grapheme of graphemes(text)) {
      const taken = textWidth(grapheme)
      if (used > 0 && used + taken > width) {
        rows.push([])
        used = 0
      }
      append(rows.at(-1), { text: grapheme, styles })
      used += taken
    }
  }
  return rows
}

const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + textWidth(text), 0)

const append = (row: Span[] | undefined, piece: Span): void => {
  const last = row?.at(-1)
  if (last && last.styles === piece.styles) last.text += piece.text
  else row?.push({ ...piece })
}
