import type { MessageEntity, User } from 'grammy/types'

/** Telegram's text: plain, with ranges of formatting in UTF-16 units. Nothing in it needs escaping. */
export interface FormattedText {
  text: string
  entities: MessageEntity[]
}

export type Mark =
  | { type: 'bold' | 'italic' | 'strikethrough' | 'code' | 'blockquote' }
  | { type: 'pre'; language?: string }
  | { type: 'text_link'; url: string }
  | { type: 'text_mention'; user: User }

export interface Writer {
  write(text: string): void
  /** Whatever `work` writes is marked. */
  mark(mark: Mark, work: () => void): void
  finish(): FormattedText
  /** UTF-16 units of what `finish` would give, or a few more; cheap, because splitting asks it often. */
  units(): number
}

export const createWriter = (): Writer => {
  const entities: MessageEntity[] = []
  let text = ''
  return {
    write: (more) => {
      text += withoutInvisible(more)
    },
    mark: (mark, work) => {
      const offset = text.length
      work()
      if (text.length > offset)
        entities.push({ ...mark, offset, length: text.length - offset } as MessageEntity)
    },
    units: () => text.trimEnd().length,
    finish: () => trimmed({ text, entities: outsideOfCode(entities) }),
  }
}

/**
 * Without control characters and direction overrides. Telegram drops these by itself; doing it here keeps the
 * offsets ours to know, and no text can turn the words around it the other way.
 */
export const withoutInvisible = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed.
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/g, '')

/** Code stands alone: Telegram silently drops formatting that overlaps it, so it is cut here where we choose. */
const outsideOfCode = (entities: MessageEntity[]): MessageEntity[] => {
  const code = entities.filter(({ type }) => type === 'code' || type === 'pre')
  if (code.length === 0) return entities
  return entities.flatMap((entity) => {
    if (entity.type === 'blockquote' || code.includes(entity)) return [entity]
    return code.reduce((pieces, hole) => pieces.flatMap((piece) => without(piece, hole)), [entity])
  })
}

const without = (piece: MessageEntity, hole: MessageEntity): MessageEntity[] => {
  const [end, holeEnd] = [piece.offset + piece.length, hole.offset + hole.length]
  if (holeEnd <= piece.offset || hole.offset >= end) return [piece]
  return [
    { ...piece, length: hole.offset - piece.offset },
    { ...piece, offset: holeEnd, length: end - holeEnd },
  ].filter(({ length }) => length > 0)
}

/**
 * Telegram trims: doing it here keeps the offsets ours to know. Only code keeps the spaces it begins with, there
 * as here, because they are its indentation.
 */
const trimmed = ({ text, entities }: FormattedText): FormattedText => {
  const code = entities.filter(({ type }) => type === 'pre').map(({ offset }) => offset)
  const start = Math.min(text.length - text.trimStart().length, ...code)
  const result = text.slice(start).trimEnd()
  const at = (offset: number) => Math.min(Math.max(offset - start, 0), result.length)
  return {
    text: result,
    entities: entities
      .map((entity) => {
        const offset = at(entity.offset)
        return { ...entity, offset, length: at(entity.offset + entity.length) - offset }
      })
      .filter(({ length }) => length > 0)
      .sort((a, b) => a.offset - b.offset || b.length - a.length),
  }
}
