const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const PLAIN = /^[\u0020-\u007e]*$/
const ZERO_WIDTH = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u
const EMOJI = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation}.*)$/v
/** East Asian wide and fullwidth (Unicode Standard Annex 11), by block. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u

/** What a person calls characters: an emoji family or a letter with its accent is one. */
export const graphemes = (text: string): string[] =>
  PLAIN.test(text) ? text.split('') : Array.from(segmenter.segment(text), ({ segment }) => segment)

/** Terminal columns that clean text without line breaks takes. */
export const textWidth = (text: string): number =>
  PLAIN.test(text) ? text.length : graphemes(text).reduce((sum, one) => sum + graphemeWidth(one), 0)

const graphemeWidth = (grapheme: string): number => {
  if (PLAIN.test(grapheme)) return grapheme.length
  if (ZERO_WIDTH.test(grapheme)) return 0
  return EMOJI.test(grapheme) || WIDE.test(grapheme) ? 2 : 1
}
