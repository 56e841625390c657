import { beforeEach, describe, expect, it } from 'vitest'
import { createKeyedCache, type KeyedCache } from '../../../src/domain/agents/keyed-cache.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'

const TTL_MS = 60_000

let clock: ManualClock
let cache: KeyedCache
let loads: number
beforeEach(() => {
  clock = createManualClock()
  cache = createKeyedCache({ clock, ttlMs: TTL_MS })
  loads = 0
})

const load = async () => {
  loads++
  return { load: loads }
}

describe('what was read once', () => {
  it('is not read again within its time, and is after it', async () => {
    await cache.read('a', load)
    await clock.advance(TTL_MS - 1)
    expect(await cache.read('a', load)).toEqual({ load: 1 })
    await clock.advance(1)
    expect(await cache.read('a', load)).toEqual({ load: 2 })
  })

  it('is read again when the clock was set back: nobody knows how old it is', async () => {
    const times = ['2030-01-01T12:00:00Z', '2030-01-01T11:00:00Z'].map((time) => new Date(time))
    const jumping = { ...clock, now: () => times.shift() ?? new Date('2030-01-01T11:00:01Z') }
    const cache = createKeyedCache({ clock: jumping, ttlMs: TTL_MS })
    await cache.read('a', load)
    expect(await cache.read('a', load)).toEqual({ load: 2 })
    expect(await cache.read('a', load)).toEqual({ load: 2 })
  })

  it('is of its key alone', async () => {
    expect([await cache.read('a', load), await cache.read('b', load)]).toEqual([{ load: 1 }, { load: 2 }])
  })

  it('is remembered when it is nothing', async () => {
    const nothing = async () => {
      loads++
      return undefined
    }
    await cache.read('a', nothing)
    expect(await cache.read('a', nothing)).toBeUndefined()
    expect(loads).toBe(1)
  })

  it('is forgotten when told to', async () => {
    await cache.read('a', load)
    cache.clear()
    expect(await cache.read('a', load)).toEqual({ load: 2 })
  })

  it('cannot be changed by one reader for all others', async () => {
    const value = await cache.read('a', async () => ({ config: { tools: ['read_file'] } }))
    expect(() => value.config.tools.push('write_file')).toThrow(TypeError)
  })
})

describe('a thousand readers at once', () => {
  /** A load that ends when told to. */
  const held = () => Promise.withResolvers<{ load: string }>()

  it('wait for one load', async () => {
    const { promise, resolve } = held()
    const readers = Array.from({ length: 1_000 }, () =>
      cache.read('a', () => {
        loads++
        return promise
      }),
    )
    resolve({ load: 'only' })
    expect(new Set(await Promise.all(readers)).size).toBe(1)
    expect(loads).toBe(1)
  })

  it('are told together that it failed, and who asks then tries again', async () => {
    const { promise, reject } = held()
    const readers = Array.from({ length: 3 }, () => cache.read('a', () => promise))
    reject(new Error('the database is away'))
    const told = await Promise.allSettled(readers)
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await cache.read('a', load)).toEqual({ load: 1 })
  })

  it('what was being read while it changed is not remembered', async () => {
    const { promise, resolve } = held()
    const before = cache.read('a', () => promise)
    cache.clear()
    const after = cache.read('a', load)
    resolve({ load: 'stale' })
    expect(await before).toEqual({ load: 'stale' })
    expect(await after).toEqual({ load: 1 })
    expect(await cache.read('a', load)).toEqual({ load: 1 })
  })

  it('a load that failed takes nothing with it that came after', async () => {
    const { promise, reject } = held()
    const before = cache.read('a', () => promise)
    cache.clear()
    await cache.read('a', load)
    reject(new Error('too late'))
    await expect(before).rejects.toThrow('too late')
    expect(await cache.read('a', load)).toEqual({ load: 1 })
  })
})

it('after the end nothing is remembered', async () => {
  cache.stop()
  await cache.read('a', load)
  expect(await cache.read('a', load)).toEqual({ load: 2 })
})

it('keys that somebody makes up do not fill the memory', async () => {
  await cache.read('first', load)
  for (let i = 0; i < 10_000; i++) await cache.read(`made-up-${i}`, async () => i)
  expect(await cache.read('first', load)).toEqual({ load: 2 })
})
