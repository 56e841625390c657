import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { settings } from '../../src/db/schema/index.ts'
import { createTestDatabase } from '../support/database.ts'

test('every test file has a migrated database of its own', async () => {
  await using mine = await createTestDatabase()
  await using other = await createTestDatabase()
  await mine.db.insert(settings).values({ key: 'greeting', value: 'hello' })

  expect(await mine.db.select({ value: settings.value }).from(settings)).toEqual([{ value: 'hello' }])
  expect(await other.db.select().from(settings)).toEqual([])
})

test('databases made at the same moment do not get in each other’s way, and closing drops them', async () => {
  const databases = await Promise.all(Array.from({ length: 6 }, () => createTestDatabase()))
  const names = databases.map(({ url }) => new URL(url).pathname.slice(1))
  await Promise.all(databases.map((database) => database.close()))

  await using observer = await createTestDatabase()
  const left = await observer.db.execute(sql`select datname from pg_database where datname in ${names}`)
  expect(new Set(names).size).toBe(6)
  expect(left).toHaveLength(0)
})
