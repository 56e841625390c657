import { MINUTE_MS } from '../../clock.ts'
import type { EscalationStep } from '../../db/shapes/incident.ts'

/** Where in a frozen chain an escalation is. */
export interface ChainPlace {
  /** Index of the step. */
  step: number
  /** How often the chain was gone through from the start. */
  round: number
}

/** A step that asks somebody. */
export type AskStep = Extract<EscalationStep, { kind: 'on_call' | 'person' | 'chat' }>

/** What was done since the last wait. */
export interface Asked {
  /** Whether anybody was asked. */
  any: boolean
  /** Whether anybody could be reached. */
  reached: boolean
}

export const NOT_YET: Asked = { any: false, reached: false }

export type ChainMove =
  | { kind: 'ask'; step: AskStep; at: ChainPlace; next: ChainPlace }
  | { kind: 'wait'; ms: number; next: ChainPlace }
  | { kind: 'end' }

/** Between the last people asked and the first again, where the chain has no wait of its own there. */
export const REPEAT_PAUSE_MS = 5 * MINUTE_MS

/**
 * What an escalation does next from a place in its chain. Nobody waits for people who could not be reached: the next
 * ones are asked at once. Used for doing it as well as for telling what comes next.
 */
export const chainMove = (
  chain: readonly EscalationStep[],
  { step: index, round }: ChainPlace,
  asked: Asked = NOT_YET,
): ChainMove => {
  const step = chain[index]
  const next = { step: index + 1, round }
  switch (step?.kind) {
    case undefined:
      return { kind: 'end' }
    case 'on_call':
    case 'person':
    case 'chat':
      return { kind: 'ask', step, at: { step: index, round }, next }
    case 'wait':
      if (asked.any && !asked.reached) return chainMove(chain, next, asked)
      return { kind: 'wait', ms: step.minutes * MINUTE_MS, next }
    case 'repeat': {
      if (round >= step.times) return chainMove(chain, next, asked)
      const again = { step: 0, round: round + 1 }
      return asked.any ? { kind: 'wait', ms: REPEAT_PAUSE_MS, next: again } : chainMove(chain, again, asked)
    }
    default:
      return step satisfies never
  }
}
