import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { connectDatabase } from '../../src/db/client.ts'
import { migrateDatabase } from '../../src/db/migrate.ts'
import { createLog } from '../../src/log.ts'
import { createTestDatabase } from '../support/database.ts'
import { databaseUrl } from '../support/database-server.ts'

const log = createLog({ level: 'silent' })
const NOTHING = { prorab: 0, langgraph: 0, bullmq: 0 }

test('of many processes that start on a new database one prepares it and the others find it ready', async () => {
  await using neighbour = await createTestDatabase()
  const name = `prorab_test_${randomBytes(6).toString('hex')}`
  await neighbour.sql.unsafe(`create database ${name}`)
  const url = databaseUrl(neighbour.url, name)

  const results = await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(url, { log })))
  const busy = results.filter(({ prorab }) => prorab > 0)
  expect(busy).toHaveLength(1)
  expect(busy[0]?.langgraph).toBeGreaterThan(0)
  expect(busy[0]?.bullmq).toBeGreaterThan(0)
  expect(results.filter((result) => result.prorab === 0)).toEqual(Array(4).fill(NOTHING))

  const handle = connectDatabase(url)
  const tables = await handle.sql`select schemaname || '.' || tablename as name from pg_tables`
  const names = tables.map((table) => table.name)
  expect(names).toEqual(expect.arrayContaining(['public.leases', 'langgraph.checkpoints', 'bullmq.job']))
  await handle.close()
  await neighbour.sql.unsafe(`drop database ${name} with (force)`)
})

test('migrating what is up to date changes nothing', async () => {
  await using database = await createTestDatabase()
  expect(await migrateDatabase(database.url, { log })).toEqual(NOTHING)
})
