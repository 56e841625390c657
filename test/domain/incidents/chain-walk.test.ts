import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../src/clock.ts'
import type { EscalationStep } from '../../../src/db/shapes/incident.ts'
import { CHAIN_MAX_STEPS, chainProblem } from '../../../src/domain/incidents/chain-rules.ts'
import { chainMove, NOT_YET, REPEAT_PAUSE_MS } from '../../../src/domain/incidents/chain-walk.ts'
import { defaultChain } from '../../../src/domain/incidents/chains.ts'

const onCall: EscalationStep = { kind: 'on_call' }
const wait = (minutes: number): EscalationStep => ({ kind: 'wait', minutes })
const repeat = (times: number): EscalationStep => ({ kind: 'repeat', times })
const START = { step: 0, round: 0 }

const anyStep: fc.Arbitrary<EscalationStep> = fc.oneof(
  fc.constant(onCall),
  fc.uuid().map((userId): EscalationStep => ({ kind: 'person', userId })),
  fc.uuid().map((conversationId): EscalationStep => ({ kind: 'chat', conversationId })),
  fc.integer({ min: 1, max: 60 }).map(wait),
)
const goodChain = fc
  .tuple(fc.array(anyStep, { minLength: 1, maxLength: 8 }), fc.option(fc.integer({ min: 1, max: 10 })))
  .map(([steps, times]) => (times === null ? steps : [...steps, repeat(times)]))
  .filter((chain) => chainProblem(chain) === undefined)

/** Goes through a chain to its end, reaching each person or not, and tells what was done. */
const walk = (chain: EscalationStep[], isReached: () => boolean) => {
  const done: ('ask' | 'wait')[] = []
  let place = START
  let asked = NOT_YET
  for (let moves = 0; moves < 1_000; moves++) {
    const move = chainMove(chain, place, asked)
    if (move.kind === 'end') return { done, ended: true }
    done.push(move.kind)
    place = move.next
    asked = move.kind === 'wait' ? NOT_YET : { any: true, reached: asked.reached || isReached() }
  }
  return { done, ended: false }
}

describe('a chain', () => {
  test('comes to its end, whoever is reached', () => {
    fc.assert(
      fc.property(goodChain, fc.infiniteStream(fc.boolean()), (chain, reached) => {
        expect(walk(chain, () => reached.next().value)).toMatchObject({ ended: true })
      }),
    )
  })

  test('asks everybody once in each round', () => {
    fc.assert(
      fc.property(goodChain, fc.boolean(), (chain, reached) => {
        const last = chain.at(-1)
        const rounds = last?.kind === 'repeat' ? last.times + 1 : 1
        const people = chain.filter(({ kind }) => kind !== 'wait' && kind !== 'repeat').length
        const asks = walk(chain, () => reached).done.filter((kind) => kind === 'ask')
        expect(asks).toHaveLength(people * rounds)
      }),
    )
  })

  test('never begins again without a wait between', () => {
    const chain = [onCall, wait(5), onCall, repeat(2)]
    expect(chainMove(chain, { step: 3, round: 0 }, { any: true, reached: true })).toEqual({
      kind: 'wait',
      ms: REPEAT_PAUSE_MS,
      next: { step: 0, round: 1 },
    })
    expect(chainMove(chain, { step: 3, round: 0 })).toMatchObject({ kind: 'ask', at: { step: 0, round: 1 } })
  })

  test('waits for people, not for nobody', () => {
    const chain = [onCall, wait(5), onCall]
    const after = { step: 1, round: 0 }
    expect(chainMove(chain, after, { any: true, reached: true })).toMatchObject({ ms: 5 * MINUTE_MS })
    expect(chainMove(chain, after, { any: true, reached: false })).toMatchObject({
      kind: 'ask',
      at: { step: 2 },
    })
    expect(chainMove([wait(5), onCall], START)).toMatchObject({ kind: 'wait' })
  })

  test('of nobody’s making is as good as one that a person may make', () => {
    expect(chainProblem(defaultChain(['a', 'b']))).toBeUndefined()
  })

  test.each([
    ['too_long', Array.from({ length: CHAIN_MAX_STEPS + 1 }, () => onCall)],
    ['nobody_asked', [wait(5), repeat(1)]],
    ['wait_out_of_bounds', [onCall, wait(0)]],
    ['wait_out_of_bounds', [onCall, wait(0.5)]],
    ['wait_out_of_bounds', [onCall, wait(24 * 60 + 1)]],
    ['repeat_out_of_bounds', [onCall, wait(1), repeat(0)]],
    ['repeat_out_of_bounds', [onCall, wait(1), repeat(11)]],
    ['repeat_not_last', [onCall, wait(1), repeat(1), onCall]],
    ['repeat_without_wait', [onCall, repeat(1)]],
  ] as const)('cannot be %s', (problem, steps) => {
    expect(chainProblem(steps)).toBe(problem)
  })
})
