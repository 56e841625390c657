import { expect, test } from 'vitest'
import { createManualClock } from './manual-clock.ts'

test('time stands still until it is moved, and sleepers wake in order, each at its own moment', async () => {
  const clock = createManualClock('2030-01-01T00:00:00Z')
  const woken: string[] = []
  const sleepUntil = async (name: string, ms: number) => {
    await clock.sleep(ms)
    woken.push(`${name} at ${clock.now().getTime() - Date.UTC(2030, 0, 1)}`)
  }
  const all = Promise.all([sleepUntil('late', 300), sleepUntil('early', 100), sleepUntil('also early', 100)])
  await clock.advance(99)
  expect(woken).toEqual([])
  await clock.advance(201)
  await all
  expect(woken).toEqual(['early at 100', 'also early at 100', 'late at 300'])
})

test('a loop of short sleeps runs as often as it would have', async () => {
  const clock = createManualClock()
  let ticks = 0
  const stop = new AbortController()
  const loop = (async () => {
    for (;;) {
      await clock.sleep(10, stop.signal)
      ticks++
    }
  })()
  await clock.advance(1000)
  expect(ticks).toBe(100)
  stop.abort(new Error('enough'))
  await expect(loop).rejects.toThrow('enough')
  expect(clock.sleeping).toBe(0)
})
