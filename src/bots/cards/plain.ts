import { formatMarkdown } from '../markdown.ts'

/**
 * Words of a person, a model or a program inside our Markdown: one line, shown as they are, whatever markup they
 * hold. Without control and direction characters, which could rewrite what stands around them.
 */
export const plain = (text: string): string => {
  const value = oneLine(text)
  if (value === '') return ''
  return formatMarkdown({
    type: 'root',
    children: [{ type: 'paragraph', children: [{ type: 'text', value }] }],
  })
}

/** The same for titles, labels and fields, which no platform reads as Markdown. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()

/** At most `max` characters, with an ellipsis where something is left out. */
export const clip = (text: string, max: number): string => {
  const characters = [...text]
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`
}
