import type { PlanWeight } from '../../domain/costs/thresholds.ts'
import type { Words } from '../words.ts'
import { plain } from './plain.ts'

/** `3 tasks of at most 5, $0.40 of at most $0.25`. */
export const planNumbers = (
  { t, money, count }: Words,
  { tasks, cost, maxTasks, maxCost }: PlanWeight,
): string =>
  [
    maxTasks === undefined
      ? t('plan-weight-tasks', { tasks })
      : t('plan-weight-tasks-most', { tasks, most: count(maxTasks) }),
    maxCost === undefined
      ? money(cost)
      : t('plan-weight-cost-most', { cost: money(cost), most: money(maxCost) }),
  ].join(', ')

/** Why a person is asked about a plan; nothing where that is just how it is. */
export const whyAsked = (words: Words, weight: PlanWeight | undefined): string => {
  if (!weight) return ''
  const { verdict } = weight
  switch (verdict) {
    case 'over':
      return words.t('plan-over-threshold', { numbers: planNumbers(words, weight) })
    case 'ambiguous':
      return words.t('plan-ambiguous', { orchestrators: plain(weight.orchestrators ?? '') })
    case 'unset':
      // Without any thresholds every plan is asked about, and nobody expects anything else.
      return weight.maxTasks === undefined && weight.maxCost === undefined
        ? ''
        : words.t('plan-threshold-missing', { numbers: planNumbers(words, weight) })
    case 'within':
    case 'changed':
      return ''
    default:
      return verdict satisfies never
  }
}
