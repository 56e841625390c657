import type { Outgoing, OutgoingFile } from '../chat.ts'
import { drawCard } from './card.ts'
import { clean } from './clean.ts'
import { isShort, shownText } from './files.ts'
import { drawCode, drawMarkdown, prefixed } from './markdown.ts'
import { type Line, plain } from './style.ts'
import type { ConsoleTexts } from './texts.ts'
import { textWidth } from './width.ts'
import { wrap } from './wrap.ts'

const LEAST_WIDTH = 20

/** Draws something for a screen of so many columns; Infinity where rows have no end. */
export type Draw = (columns: number) => Line[]

export interface DrawOptions {
  texts: ConsoleTexts
  /** The numbers press the buttons of this card. */
  numbered: boolean
  onPaper?: boolean
  /** Where a file stands that cannot be shown. */
  pathOf?: (file: OutgoingFile) => string | undefined
  /** A question with a text to begin with opens in an editor. */
  hasEditor?: boolean
}

/** What the bot says, `bot> ` before its first row and the other rows aligned with it (G-5). */
export const drawMessage =
  (message: Outgoing, { numbered, texts, onPaper, pathOf, hasEditor = false }: DrawOptions): Draw =>
  (columns) => {
    const width = Math.max(columns - textWidth(texts.bot), LEAST_WIDTH)
    const parts = [
      message.markdown === undefined ? [] : drawMarkdown(message.markdown, width),
      message.card ? drawCard(message.card, { width, numbered, older: onPaper ? '' : texts.olderCard }) : [],
      message.file ? drawFile(message.file, pathOf?.(message.file), width) : [],
      message.ask ? drawAsk(message.ask, { width, texts, hasEditor, again: isAskedAgain(message) }) : [],
    ].filter((rows) => rows.length > 0)
    return asBot(
      parts.flatMap((rows, index) => (index > 0 ? [[], ...rows] : rows)),
      texts,
    )
  }

/** A question that stands below the reason why an earlier answer to it would not do. */
export const isAskedAgain = ({ ask, markdown, card }: Outgoing): boolean =>
  ask !== undefined && (markdown !== undefined || card !== undefined)

/** The words with it, then what can be read of it here, or where it can be seen. */
const drawFile = (file: OutgoingFile, path: string | undefined, width: number): Line[] => {
  const text = shownText(file)
  const content =
    text === undefined
      ? wrap([{ text: clean(path ?? file.name), styles: ['cyan'] }], width)
      : drawCode(text, width)
  return file.caption.trim() === '' ? content : [...wrap(plain(clean(file.caption)), width), ...content]
}

const drawAsk = (
  { prompt, placeholder, initial }: NonNullable<Outgoing['ask']>,
  {
    width,
    texts,
    hasEditor,
    again,
  }: { width: number; texts: ConsoleTexts; hasEditor: boolean; again: boolean },
): Line[] => {
  const opens = again ? texts.editorAgainHint : texts.editorHint
  const changes = hasEditor ? opens : texts.blockHint
  const shown = initial !== undefined && !hasEditor && isShort(initial) ? drawCode(initial, width) : []
  return [
    ...shown,
    ...wrap(plain(clean(prompt)), width),
    ...(placeholder ? wrap([{ text: clean(placeholder), styles: ['dim'] }], width) : []),
    ...wrap([{ text: initial === undefined ? texts.askHint : changes, styles: ['dim'] }], width),
  ]
}

/** Rows as words of the bot. */
const asBot = (rows: Line[], texts: ConsoleTexts): Line[] =>
  prefixed(
    rows.length > 0 ? rows : [[]],
    [{ text: texts.bot, styles: ['dim'] }],
    plain(' '.repeat(textWidth(texts.bot))),
  )

/** Something told in passing. At a terminal, everything is only for the person who sits there. */
export const drawAside =
  (text: string, texts: ConsoleTexts): Draw =>
  (columns) => {
    const width = Math.max(columns - textWidth(texts.bot), LEAST_WIDTH)
    return asBot(wrap([{ text: clean(text), styles: ['dim'] }], width), texts)
  }

/** Something the console says itself. */
export const drawNote =
  (text: string): Draw =>
  (columns) =>
    wrap([{ text: clean(text), styles: ['dim'] }], Math.max(columns, LEAST_WIDTH))
