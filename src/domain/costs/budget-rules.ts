/** Asked about from here, once a month (G-12). */
export const NEAR_PERCENT = 80
/** No model is called from here, unless a person allowed more. */
export const FULL_PERCENT = 100
/** How much more a person allows at a time once the budget is used. */
export const STEP_PERCENT = 50

/** `near`: a person is asked before the work goes on. `used`: no model is called any more. */
export type BudgetLevel = 'fine' | 'near' | 'used'

/** Sums of cents are a little off in floating point, and 80 % must be 80 %. */
const PRECISION = 1e6

/** How much of a budget is spent, in per cent. Both in US dollars. */
export const spentPercent = (spentUsd: number, monthlyUsd: number): number =>
  Math.round((spentUsd / monthlyUsd) * 100 * PRECISION) / PRECISION

/** @param allowed up to how many per cent a person allowed this month; null: nobody was asked yet. */
export const budgetLevel = (percent: number, allowed: number | null): BudgetLevel => {
  if (percent < (allowed ?? NEAR_PERCENT)) return 'fine'
  return percent < FULL_PERCENT ? 'near' : 'used'
}

/** Up to how many per cent the next "go on" leads: the whole budget, then half of it more at a time. */
export const nextPercent = (percent: number): number => {
  if (percent < FULL_PERCENT) return FULL_PERCENT
  const steps = Math.floor((percent - FULL_PERCENT) / STEP_PERCENT) + 1
  return FULL_PERCENT + steps * STEP_PERCENT
}
