import type { EscalationStep } from '../../db/shapes/incident.ts'

export const CHAIN_MAX_STEPS = 20
export const WAIT_MAX_MINUTES = 24 * 60
export const REPEAT_MAX_TIMES = 10

export type ChainProblem =
  | 'too_long'
  | 'nobody_asked'
  | 'wait_out_of_bounds'
  | 'repeat_out_of_bounds'
  | 'repeat_not_last'
  | 'repeat_without_wait'

/** What is wrong with a chain; a repetition without a wait would page everybody at once, again and again. */
export const chainProblem = (steps: readonly EscalationStep[]): ChainProblem | undefined => {
  if (steps.length > CHAIN_MAX_STEPS) return 'too_long'
  if (!steps.some(({ kind }) => kind === 'on_call' || kind === 'person' || kind === 'chat'))
    return 'nobody_asked'
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'wait' && !isWhole(step.minutes, WAIT_MAX_MINUTES)) return 'wait_out_of_bounds'
    if (step.kind !== 'repeat') continue
    if (!isWhole(step.times, REPEAT_MAX_TIMES)) return 'repeat_out_of_bounds'
    if (index !== steps.length - 1) return 'repeat_not_last'
    if (!steps.some(({ kind }) => kind === 'wait')) return 'repeat_without_wait'
  }
  return undefined
}

const isWhole = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max
