import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPgPool } from '../../src/db/pg-pool.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

test('a connection that breaks in somebody’s hands between two statements ends no process', async () => {
  const pool = createPgPool({ connectionString: database.url, max: 1 })
  const client = await pool.connect()
  const { rows } = await client.query('select pg_backend_pid() as pid')
  const broken = new Promise((resolve) => client.once('end', resolve))
  await database.sql`select pg_terminate_backend(${rows[0].pid})`
  await broken
  await expect(client.query('select 1')).rejects.toThrow()
  client.release(true)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})
