import { createRandom } from './random.ts'

/**
 * `program`: prorab's own process; its database and its services survive.
 * `power`: every process of the installation, as when the machine goes dark.
 */
export type Blow = 'program' | 'power'

/** What the conversation is at, and how many of a hundred kills come there. */
export const PHASES = { starting: 15, talking: 25, building: 50, ending: 10 } as const
export type Phase = keyof typeof PHASES

export interface Kill {
  blow: Blow
  /** A second `starting` is the start after the kill before. */
  phase: Phase
  /** How far into the phase, as a fraction of the time it takes when nobody disturbs it. */
  at: number
  /** Milliseconds for which the program is left dead. */
  pauseMs: number
}

export interface Scenario {
  index: number
  kills: Kill[]
}

const LONGEST_PAUSE_MS = 800
const POWER_LOSS_CHANCE = 0.3
const KILLED_AT_START_CHANCE = 0.3

/**
 * The moments to kill at. The first moments of all scenarios are spread over the whole conversation, the start of
 * the program included; every third has a second kill, every sixth a third.
 */
export const planScenarios = (seed: number, count: number): Scenario[] =>
  Array.from({ length: count }, (_, index) => {
    const random = createRandom(seed * 1_000_003 + index)
    const first = (index + random()) / count
    const more = index % 6 === 5 ? 2 : index % 3 === 2 ? 1 : 0
    const later = Array.from({ length: more }, () => first + random() * (1 - first)).sort((a, b) => a - b)
    const moments = [
      momentOf(first),
      ...later.map((at) =>
        random() < KILLED_AT_START_CHANCE ? { phase: 'starting' as const, at: random() } : momentOf(at),
      ),
    ]
    return {
      index,
      kills: moments.map((moment) => ({
        ...moment,
        blow: random() < POWER_LOSS_CHANCE ? 'power' : 'program',
        pauseMs: Math.round(random() * LONGEST_PAUSE_MS),
      })),
    }
  })

const momentOf = (fraction: number): Pick<Kill, 'phase' | 'at'> => {
  let before = 0
  for (const [phase, share] of Object.entries(PHASES) as [Phase, number][]) {
    const at = (fraction * 100 - before) / share
    if (at < 1) return { phase, at }
    before += share
  }
  return { phase: 'ending', at: 1 }
}

export const nameOf = ({ index, kills }: Scenario): string =>
  `${index + 1}: ${kills
    .map(
      ({ blow, phase, at }) =>
        `${blow === 'power' ? 'power lost' : 'killed'} while ${phase}, at ${(at * 100).toFixed(1)} %`,
    )
    .join('; ')}`
