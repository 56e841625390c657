import { styleText } from 'node:util'

export type Style =
  | 'bold'
  | 'dim'
  | 'italic'
  | 'underline'
  | 'strikethrough'
  | 'green'
  | 'yellow'
  | 'red'
  | 'cyan'

export interface Span {
  text: string
  styles?: readonly Style[]
}

/** One row of the screen. */
export type Line = readonly Span[]

export const plain = (text: string): Line => (text === '' ? [] : [{ text }])

export const styled = (line: Line, ...styles: Style[]): Line =>
  line.map((span) => ({ text: span.text, styles: [...(span.styles ?? []), ...styles] }))

export const lineText = (line: Line): string => line.map(({ text }) => text).join('')

/** The row as the terminal takes it. Every row switches its styles off again, so that it can be redrawn alone. */
export const paint = (line: Line, colours: boolean): string =>
  line
    .map(({ text, styles }) =>
      colours && styles && styles.length > 0 ? styleText([...styles], text, { validateStream: false }) : text,
    )
    .join('')
