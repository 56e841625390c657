import { randomBytes, randomUUID } from 'node:crypto'
import { getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectDatabase, type DatabaseHandle } from '../../src/db/client.ts'
import { migrateDatabase } from '../../src/db/migrate.ts'
import * as schema from '../../src/db/schema/index.ts'
import { dispatchWithRetry } from '../../src/domain/routing/dispatch-with-retry.ts'
import { decisionsOfTask } from '../../src/domain/routing/history.ts'
import { createLog } from '../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { databaseUrl } from '../support/database-server.ts'
import {
  columnsOf,
  contentsOf,
  MIGRATIONS,
  migrateTo,
  populate,
  rollbackNotes,
  schemaOf,
} from './migrations.ts'

const log = createLog({ level: 'silent' })
const [FIRST = ''] = MIGRATIONS
const LAST = MIGRATIONS.at(-1) ?? ''

let neighbour: TestDatabase
beforeAll(async () => {
  neighbour = await createTestDatabase()
})
afterAll(() => neighbour.close())

/** A database without anything in it. */
const emptyDatabase = async (): Promise<DatabaseHandle & AsyncDisposable & { url: string }> => {
  const name = `prorab_test_${randomBytes(6).toString('hex')}`
  await neighbour.sql.unsafe(`create database ${name}`)
  const url = databaseUrl(neighbour.url, name)
  const handle = connectDatabase(url, { maxConnections: 2 })
  return {
    ...handle,
    url,
    [Symbol.asyncDispose]: async () => {
      await handle.close()
      await neighbour.sql.unsafe(`drop database ${name} with (force)`)
    },
  }
}

/** Tables whose rows a migration itself changes or adds to; all else it has to leave as it was. */
const CHANGED: Record<string, string[]> = {
  '0004_agent_changes': ['agents', 'agent_versions'],
}

const migrateFull = async (sql: Sql, upTo: string) => {
  for (const migration of MIGRATIONS.slice(0, MIGRATIONS.indexOf(upTo) + 1)) {
    await migrateTo(sql, migration)
    await populate(sql, migration)
  }
}

describe('an installation in use that is brought up one version at a time', () => {
  test('loses and changes nothing on the way, but what a migration is there to change', async () => {
    await using database = await emptyDatabase()
    const { sql } = database
    await migrateTo(sql, FIRST)
    await populate(sql, FIRST)
    for (const migration of MIGRATIONS.slice(1)) {
      const columns = await columnsOf(sql)
      const before = await contentsOf(sql, columns)
      await migrateTo(sql, migration)
      const after = await contentsOf(sql, columns)
      for (const table of columns.keys())
        if (!CHANGED[migration]?.includes(table))
          expect({ migration, table, rows: after[table] }).toEqual({ migration, table, rows: before[table] })
      await populate(sql, migration)
    }
  })

  test('had something in every table and every column of every version', async () => {
    await using database = await emptyDatabase()
    const { sql } = database
    for (const migration of MIGRATIONS) {
      await migrateTo(sql, migration)
      await populate(sql, migration)
      const empty: string[] = []
      for (const [table, columns] of await columnsOf(sql))
        for (const column of columns) {
          const [row] = await sql`select count(${sql(column)}) > 0 as filled from ${sql(table)}`
          if (!row?.filled) empty.push(`${migration}: ${table}.${column}`)
        }
      expect(empty).toEqual([])
    }
  })

  test('has in the end what a new installation has', async () => {
    await using grown = await emptyDatabase()
    await migrateFull(grown.sql, LAST)
    await using fresh = await emptyDatabase()
    await migrateTo(fresh.sql, LAST)
    expect(await schemaOf(grown.sql)).toEqual(await schemaOf(fresh.sql))
  })

  test('can be read by the program, table by table, and goes on working', async () => {
    await using database = await emptyDatabase()
    const { db, sql, url } = database
    await migrateFull(sql, LAST)
    expect(await migrateDatabase(url, { log })).toMatchObject({ prorab: 0 })
    const tables = Object.values<unknown>(schema).filter((one): one is PgTable => is(one, PgTable))
    expect(tables.map(getTableName).sort()).toEqual([...(await columnsOf(sql)).keys()].sort())
    for (const table of tables)
      expect((await db.select().from(table)).length, getTableName(table)).toBeGreaterThan(0)

    const waiting = 'a0000000-0000-4000-8000-000000000003'
    await dispatchWithRetry({ db, log, wake: { work: async () => {} } }, waiting)
    expect(await decisionsOfTask(db, waiting)).toMatchObject([
      { selectedAgentName: 'build-1.code', outcome: 'pending', attempt: 1 },
    ])
  })
})

describe('agents from the time before they had versions', () => {
  test('get the first line of their history, and a developer that somebody changed keeps its tools', async () => {
    await using database = await emptyDatabase()
    const { sql } = database
    await migrateFull(sql, '0003_agents_and_routing')
    await migrateTo(sql, '0004_agent_changes')
    const versions =
      await sql`select name, version, actor, change ->> 'kind' as kind from agent_versions order by name`
    expect(versions.map((row) => ({ ...row }))).toEqual([
      { name: 'CodeAssistant', version: 1, actor: 'system', kind: 'edited' },
      { name: 'Mine', version: 1, actor: 'Olga', kind: 'created' },
      { name: 'ProductOwner', version: 1, actor: 'system', kind: 'seeded' },
    ])
    const [developer] = await sql`select config -> 'tools' as tools from agents where name = 'CodeAssistant'`
    expect(developer?.tools).toContain('write_file')
  })
})

describe('model calls from the time before they knew their agent', () => {
  test('are those of the agent of their project by that name, else of the system’s, else nobody’s', async () => {
    await using database = await emptyDatabase()
    const { sql } = database
    await migrateFull(sql, '0008_costs_by_time')
    const project = '40000000-0000-4000-8000-000000000001'
    const [system] = await sql`
      insert into agents (name, role, config) values ('CodeAssistant', 'code', '{}') returning id`
    const [own] = await sql`select id from agents where name = 'CodeAssistant' and project_id = ${project}`
    await sql`delete from model_calls`
    await sql`insert into model_calls (agent, model, project_id, duration_ms, outcome) values
      ('CodeAssistant', 'm', ${project}, 1, 'ok'), ('CodeAssistant', 'm', ${randomUUID()}, 2, 'ok'),
      ('CodeAssistant', 'm', null, 3, 'ok'), ('Gone', 'm', ${project}, 4, 'ok')`
    await migrateTo(sql, '0009_calls_of_agents')
    const calls = await sql`select agent_id from model_calls order by duration_ms`
    expect(calls.map((call) => call.agent_id)).toEqual([own?.id, system?.id, system?.id, null])
  })
})

describe('the note on how to go back', () => {
  test('is there for every migration, in words and in statements', async () => {
    const notes = await rollbackNotes()
    expect([...notes.keys()]).toEqual(MIGRATIONS)
    for (const [migration, { prose, statements }] of notes) {
      expect(prose.length, migration).toBeGreaterThan(20)
      if (migration !== FIRST) expect(statements, migration).toContain(';')
    }
  })

  test('leads from each version to the one before, exactly, with people’s data in it, and forward again', async () => {
    const notes = await rollbackNotes()
    await using database = await emptyDatabase()
    const { sql } = database
    const shapes: string[][] = []
    for (const migration of MIGRATIONS) {
      await migrateTo(sql, migration)
      await populate(sql, migration)
      shapes.push(await schemaOf(sql))
    }
    for (const [index, migration] of [...MIGRATIONS.entries()].slice(1).reverse()) {
      await sql.unsafe(notes.get(migration)?.statements ?? '')
      await sql.unsafe(forget)
      expect({ migration, schema: await schemaOf(sql) }).toEqual({ migration, schema: shapes[index - 1] })
    }
    const [users] = await sql`select count(*)::integer as count from users`
    expect(users?.count).toBe(2)

    await migrateTo(sql, LAST)
    expect(await schemaOf(sql)).toEqual(shapes.at(-1))
  })
})

/** What the page says to do after each of them. */
const forget = `delete from drizzle.__drizzle_migrations
where created_at = (select max(created_at) from drizzle.__drizzle_migrations);`
