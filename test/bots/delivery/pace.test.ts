import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPace } from '../../../src/bots/delivery/pace.ts'
import { SECOND_MS } from '../../../src/clock.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const never = new AbortController().signal

describe('an account that may call so many times a second', () => {
  test('calls as often as it may, and never more often within any second', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ waitMs: fc.nat(700), priority: fc.constantFrom(0, 10, 20) }), { maxLength: 30 }),
        async (calls, wishes) => {
          const clock = createManualClock()
          const pace = createPace(clock, { calls, perMs: SECOND_MS })
          const calledAt: number[] = []
          for (const { waitMs, priority } of wishes) {
            await clock.advance(waitMs)
            void pace.call(priority, async () => calledAt.push(clock.now().getTime()), never)
          }
          await clock.advance(60 * SECOND_MS)
          expect(calledAt).toHaveLength(wishes.length)
          for (const [index, at] of calledAt.entries()) {
            const earlier = calledAt[index - calls]
            if (earlier !== undefined) expect(at - earlier).toBeGreaterThanOrEqual(SECOND_MS)
          }
        },
      ),
    )
  })

  test('lets what is urgent go first, and else whoever waits longest', async () => {
    const clock = createManualClock()
    const pace = createPace(clock, { calls: 1, perMs: SECOND_MS })
    const called: string[] = []
    const wish = (name: string, priority: number) =>
      void pace.call(priority, async () => called.push(name), never)
    wish('first', 0)
    wish('talk', 0)
    wish('alert', 10)
    wish('critical', 20)
    wish('more talk', 0)
    wish('another critical', 20)
    await clock.advance(10 * SECOND_MS)
    expect(called).toEqual(['first', 'critical', 'another critical', 'alert', 'talk', 'more talk'])
  })

  test('makes nobody wait who is told to stop, and gives their turn to the next', async () => {
    const clock = createManualClock()
    const pace = createPace(clock, { calls: 1, perMs: SECOND_MS })
    const stop = new AbortController()
    const nothing = async () => 'called'
    await pace.call(0, nothing, never)
    const stopped = pace.call(10, nothing, stop.signal)
    const next = pace.call(0, nothing, never)
    stop.abort(new Error('the program stops'))
    await expect(stopped).rejects.toThrow('the program stops')
    await clock.advance(SECOND_MS)
    expect(await next).toBe('called')
    await expect(pace.call(0, nothing, stop.signal)).rejects.toThrow('the program stops')
  })

  test('gives the turn of a call that failed to the next', async () => {
    const clock = createManualClock()
    const pace = createPace(clock, { calls: 1, perMs: SECOND_MS })
    const fails = pace.call(0, () => Promise.reject(new Error('refused')), never)
    const next = pace.call(0, async () => 'called', never)
    await expect(fails).rejects.toThrow('refused')
    await clock.advance(SECOND_MS)
    expect(await next).toBe('called')
  })

  test('counts a slow call from when it may have arrived', async () => {
    const clock = createManualClock()
    const pace = createPace(clock, { calls: 1, perMs: SECOND_MS })
    await pace.call(0, async () => {}, never)
    await clock.advance(SECOND_MS)
    const slow = pace.call(0, () => clock.sleep(400), never)
    const after = pace.call(0, async () => clock.now().getTime(), never)
    const before = clock.now().getTime()
    await clock.advance(2 * SECOND_MS)
    await slow
    expect((await after) - before).toBe(1_400)
  })
})
