import type { DecisionOutcome } from '../../db/shapes/task.ts'
import type { Words } from '../words.ts'

export const outcomeName = ({ t }: Pick<Words, 't'>, outcome: DecisionOutcome): string =>
  t(`outcome-${outcome.replace('_', '-')}`)

/** What the work is, in the reader's words; a work type of another version is called as it is. */
export const workName = ({ t }: Pick<Words, 't'>, workType: string): string => {
  const key = `work-${workType.replaceAll('_', '-')}`
  const name = t(key)
  return name === key ? workType : name
}

/** Points have at most one digit behind the point. */
export const pointsOf = ({ count }: Pick<Words, 'count'>, points: number): string =>
  count(Math.round(points * 10) / 10)

/** `shop/Ask` and the like fit into the button of a page; a list without its filter would be another list. */
export const isButtonWord = (filter: string): boolean =>
  !filter.includes(':') && Buffer.byteLength(filter) <= 40
