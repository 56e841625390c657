import { isIP } from 'node:net'
import { expect, test } from 'vitest'
import { createHostResolver } from '../../../src/workers/checks/resolve-host.ts'
import { createTurns } from '../../../src/workers/checks/turns.ts'

test('a name of this machine is found without the DNS', async () => {
  const addresses = await createHostResolver()('localhost')
  expect(addresses.length).toBeGreaterThan(0)
  for (const address of addresses) expect(isIP(address)).toBeGreaterThan(0)
})

test('a name that many ask for at the same time is looked up once', async () => {
  const resolve = createHostResolver()
  const asked = [resolve('localhost'), resolve('localhost')]
  expect(asked[0]).toBe(asked[1])
  await Promise.all(asked)
  expect(resolve('localhost'), 'later it is asked anew').not.toBe(asked[0])
})

test('turns are taken in order, never more at a time than there are places, also after a failure', async () => {
  const turns = createTurns(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const all = Array.from({ length: 5 }, (_, i) =>
    turns.take(async () => {
      begun.push(i)
      await new Promise<void>((resolve) => ends.push(resolve))
      if (i === 0) throw new Error('broken')
    }),
  )
  const settled = Promise.allSettled(all)
  expect(begun).toEqual([0, 1])
  ends[0]?.()
  await expect(all[0]).rejects.toThrow('broken')
  expect(begun).toEqual([0, 1, 2])
  for (let next = 1; next < 5; next++) {
    ends[next]?.()
    await all[next]
  }
  await settled
  expect(begun).toEqual([0, 1, 2, 3, 4])
  expect(ends).toHaveLength(5)
})
