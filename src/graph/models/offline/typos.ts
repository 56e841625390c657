import { nearest } from '../../../nearest.ts'
import { NAME_INTRODUCED } from './names.ts'

/** The words that decide what a message is about, as people write them. */
const WORDS = (
  'create build develop deploy change update remove repair restart delete guestbook shortener webhook catcher inventory status notes tasks ' +
  'создай построй сделай добавь измени почини исправь убери удали разверни сервис коротких короткие ссылок ссылки заметки гостевую страницу статуса список'
).split(' ')

const LEAST_LETTERS = 5
/** In a word of this length two mistakes still leave it plain. */
const LONG_LETTERS = 8

/** A message with its spelling mended where a word is nearly one we know. A name that is given stays as it is. */
export const mended = (message: string): string => {
  const named = NAME_INTRODUCED.exec(message)?.index ?? message.length
  return (
    message.slice(0, named).replace(/[\p{L}]+/gu, (word) => {
      if (word.length < LEAST_LETTERS || WORDS.includes(word.toLowerCase())) return word
      return nearest(word, WORDS, word.length < LONG_LETTERS ? 1 : 2) ?? word
    }) + message.slice(named)
  )
}
