import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { connectDatabase, type DatabaseHandle } from '../../src/db/client.ts'
import { databaseUrl } from './database-server.ts'

export interface TestDatabase extends DatabaseHandle, AsyncDisposable {
  url: string
}

/** Postgres copies a template only while nobody else uses it. */
const COPY_LOCK = 7_210_344_002

/**
 * A fresh, migrated database of one's own, in about 50 ms; one per test file is the habit. `close` drops it.
 * Only in files named `*.db.test.ts`, and in test/e2e and test/chaos.
 */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const { adminUrl, template } = inject('databaseServer')
  const name = `prorab_test_${randomBytes(6).toString('hex')}`
  await asAdmin(adminUrl, async (sql) => {
    await sql`select pg_advisory_lock(${COPY_LOCK})`
    await sql.unsafe(`create database ${name} template ${template}`)
  })
  const url = databaseUrl(adminUrl, name)
  const handle = connectDatabase(url)
  const close = async () => {
    await handle.close()
    await asAdmin(adminUrl, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`))
  }
  return { url, db: handle.db, sql: handle.sql, close, [Symbol.asyncDispose]: close }
}

/** What a restart of the server looks like to everybody who is connected to this database. */
export const cutConnections = (url: string) =>
  asAdmin(
    url,
    (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  )

const asAdmin = async (url: string, work: (sql: postgres.Sql) => Promise<unknown>) => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end()
  }
}
