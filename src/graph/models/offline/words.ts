import type { Language } from './spec.ts'

const MAX_CHARS = 4_000

/** A message as the rules read it: one line, no invisible characters, lower case, `ё` as `е`, bounded in length. */
export const normalise = (text: string): string => clean(text).toLowerCase().replaceAll('ё', 'е')

/** The same, with the writer's capitals: names are taken from it. */
export const clean = (text: string): string =>
  text
    .slice(0, MAX_CHARS)
    .normalize('NFKC')
    .slice(0, MAX_CHARS)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim()

/** Cyrillic letters in the majority mean Russian. */
export const detectLanguage = (text: string): Language => {
  const cyrillic = text.match(/\p{Script=Cyrillic}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  return cyrillic > latin ? 'ru' : 'en'
}

/**
 * A pattern for any of these beginnings of words. `\b` knows no Cyrillic, so the edge is spelled out; the endings
 * are left open, because Russian words have many.
 */
export const beginning = (...stems: string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems.join('|')})`, 'u')

/** The same, where the words must also end there. */
export const wholeWords = (...words: string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'u')
