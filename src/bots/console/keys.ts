import { type Readable, Transform } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { clean } from './clean.ts'

/** Stands for a line break inside the line being typed, where a real one would send it. */
export const BREAK_SIGN = '↵'

export const PASTE_ON = '\u001b[?2004h'
export const PASTE_OFF = '\u001b[?2004l'
/** Text, perhaps of several lines, and perhaps sent. Anything with a key in it that is not text stays as it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are made of them.
const WORDS = /^([^\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]*[^\u0000-\u001f\u007f])([\r\n]*)$/
const PASTE_BEGINS = '\u001b[200~'
const PASTE_ENDS = '\u001b[201~'

/**
 * Keys on their way to readline. A pasted text becomes one line with signs in place of its line breaks, and can
 * neither send itself nor press a key; so does a chunk of several lines from a terminal that does not mark pastes.
 */
export const createKeys = (input: Readable): Transform & { setRawMode?: (raw: boolean) => void } => {
  const decoder = new StringDecoder('utf8')
  let pasted: string | undefined
  const keys: Transform & { setRawMode?: (raw: boolean) => void } = new Transform({
    transform(chunk, _encoding, done) {
      let text = typeof chunk === 'string' ? chunk : decoder.write(chunk)
      while (text !== '') {
        if (pasted === undefined) {
          const begin = text.indexOf(PASTE_BEGINS)
          for (const piece of asTyped(begin < 0 ? text : text.slice(0, begin))) this.push(piece)
          if (begin < 0) break
          pasted = ''
          text = text.slice(begin + PASTE_BEGINS.length)
        }
        pasted += text
        const end = pasted.indexOf(PASTE_ENDS)
        if (end < 0) break
        text = pasted.slice(end + PASTE_ENDS.length)
        this.push(atOnce(clean(pasted.slice(0, end)).trimEnd().replaceAll('\n', BREAK_SIGN)))
        pasted = undefined
      }
      done()
    },
  })
  const tty = input as Readable & { setRawMode?: (raw: boolean) => void }
  if (typeof tty.setRawMode === 'function') keys.setRawMode = (raw) => tty.setRawMode?.(raw)
  return keys
}

const asTyped = (text: string): string[] => {
  const words = WORDS.exec(text)
  if (!words?.[1]) return [text]
  const [, said, sent = ''] = words
  return [atOnce(said.replace(/\r\n|\r|\n/g, BREAK_SIGN)), sent]
}

/**
 * readline draws nothing while it takes in a chunk, except after its last key, and then loses count of the rows
 * that the chunk filled. So a chunk ends with a key that does nothing, and terminal.ts does the counting.
 */
const atOnce = (text: string): string => (text.length > 1 ? text + PASTE_ENDS : text)
