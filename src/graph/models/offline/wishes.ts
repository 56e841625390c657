import { FEATURE_INFO } from './features.ts'
import type { Feature } from './spec.ts'
import { wholeWords } from './words.ts'

const REFUSED = wholeWords(
  'without',
  'no',
  'not',
  "don't need",
  'except',
  'drop',
  'remove',
  'без',
  'кроме',
  'не надо',
  'не нужн\\p{L}*',
  'убери',
  'убрать',
  'исключи',
)

export interface Wishes {
  wanted: Feature[]
  refused: Feature[]
}

/** The features among `possible` that a normalised text asks for, and those it does not want. */
export const wishesIn = (text: string, possible: readonly Feature[]): Wishes => {
  const wishes: Wishes = { wanted: [], refused: [] }
  for (const feature of possible) {
    const match = FEATURE_INFO[feature].words.exec(text)
    if (!match) continue
    const before = text.slice(0, match.index)
    // "without statistics and tags": a refusal reaches as far as its list.
    const clause = before.slice(
      Math.max(
        ...[',', '.', ';', ' with ', ' but ', ' add ', ' с ', ' но '].map((end) => before.lastIndexOf(end)),
      ) + 1,
    )
    wishes[REFUSED.test(clause) ? 'refused' : 'wanted'].push(feature)
  }
  return wishes
}
