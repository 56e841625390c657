import { expect, test } from 'vitest'
import { createGroupCommit } from '../src/group-commit.ts'

test('what comes together is committed together, and each gets its own result', async () => {
  const batches: number[][] = []
  const group = createGroupCommit<number, number>(async (items) => {
    batches.push(items)
    return items.map((item) => item * 2)
  })
  expect(await Promise.all([1, 2, 3].map((n) => group.add(n)))).toEqual([2, 4, 6])
  expect(await group.add(4)).toBe(8)
  expect(batches).toEqual([[1, 2, 3], [4]])
})

test('what comes while a batch is written goes into the next', async () => {
  const batches: string[][] = []
  const first = Promise.withResolvers<void>()
  const group = createGroupCommit<string, void>(async (items) => {
    batches.push(items)
    if (batches.length === 1) await first.promise
    return items.map(() => undefined)
  })
  const writes = [group.add('a')]
  await new Promise((resolve) => setImmediate(resolve))
  writes.push(group.add('b'), group.add('c'))
  first.resolve()
  await Promise.all(writes)
  expect(batches).toEqual([['a'], ['b', 'c']])
})

test('one bad item takes no other with it', async () => {
  const group = createGroupCommit<string, string>(async (items) => {
    if (items.includes('bad')) throw new Error('refused')
    return items
  })
  const results = await Promise.allSettled(['one', 'bad', 'two'].map((item) => group.add(item)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('a batch has an upper bound', async () => {
  const sizes: number[] = []
  const group = createGroupCommit<number, number>(
    async (items) => {
      sizes.push(items.length)
      return items
    },
    { maxItems: 4 },
  )
  await Promise.all(Array.from({ length: 10 }, (_, n) => group.add(n)))
  expect(sizes).toEqual([4, 4, 2])
})

test('lookups need not wait for each other, up to a number', async () => {
  const batches: string[][] = []
  const ends: (() => void)[] = []
  const group = createGroupCommit<string, void>(
    async (items) => {
      batches.push(items)
      await new Promise<void>((resolve) => ends.push(resolve))
      return items.map(() => undefined)
    },
    { atOnce: 2 },
  )
  const lookups: Promise<void>[] = []
  for (const item of ['a', 'b', 'c', 'd']) {
    lookups.push(group.add(item))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(batches).toEqual([['a'], ['b']])
  ends[0]?.()
  await lookups[0]
  await new Promise((resolve) => setImmediate(resolve))
  expect(batches).toEqual([['a'], ['b'], ['c', 'd']])
  for (const end of ends) end()
  await Promise.all(lookups)
})

test('what belongs together keeps its order, whatever else is under way', async () => {
  const batches: string[][] = []
  const ends: (() => void)[] = []
  const group = createGroupCommit<string, string>(
    async (items) => {
      batches.push(items)
      await new Promise<void>((resolve) => ends.push(resolve))
      return items
    },
    { atOnce: 3, orderBy: (item) => item.charAt(0) },
  )
  const writes: Promise<string>[] = []
  for (const item of ['a1', 'a2', 'b1', 'a3', 'b2']) {
    writes.push(group.add(item))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(batches).toEqual([['a1'], ['b1']])
  ends[1]?.()
  await writes[2]
  await new Promise((resolve) => setImmediate(resolve))
  expect(batches.slice(2)).toEqual([['b2']])
  ends[0]?.()
  await writes[0]
  await new Promise((resolve) => setImmediate(resolve))
  expect(batches.slice(3)).toEqual([['a2', 'a3']])
  for (const end of ends) end()
  expect(await Promise.all(writes)).toEqual(['a1', 'a2', 'b1', 'a3', 'b2'])
})
