import { stripVTControlCharacters } from 'node:util'

/** C0 without newline, DEL and C1: what could move the cursor, ring, or rename the window. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not pass.
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g
/** What makes a terminal show letters in another order than they are read. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const LINE_BREAKS = /\r\n?|[\u2028\u2029]/g
const TAB = '  '

/**
 * Text of a person or a model as a terminal may print it: only characters and line breaks. Everything that did
 * not come from this folder goes through here before it is printed.
 */
export const clean = (text: string): string =>
  stripVTControlCharacters(text.replace(LINE_BREAKS, '\n').replaceAll('\t', TAB))
    .replace(CONTROLS, '')
    .replace(DIRECTIONS, '')
    .toWellFormed()

/** For a label among others in one line. */
export const cleanLabel = (text: string): string => clean(text).replaceAll('\n', ' ').trim()
