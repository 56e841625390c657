import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { needs } from './needs.ts'
import { createTestRedis } from './redis.ts'

needs('redis-server')('a Redis for tests', () => {
  test('every test file has one of its own, empty and fit for BullMQ', async () => {
    await using mine = await createTestRedis()
    await using other = await createTestRedis()
    const [here, there] = [new Redis(mine.url), new Redis(other.url)]
    await here.set('greeting', 'hello')
    expect(await there.get('greeting')).toBeNull()
    expect(await here.dbsize()).toBe(1)
    expect(await here.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
    here.disconnect()
    there.disconnect()
  })
})
