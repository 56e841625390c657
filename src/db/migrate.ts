import { fileURLToPath } from 'node:url'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { runMigrations } from 'bullmq'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import pg from 'pg'
import postgres, { type Sql } from 'postgres'
import type { Log } from '../log.ts'

/** Where the libraries keep their own tables, away from ours. */
export const CHECKPOINT_SCHEMA = 'langgraph'
export const QUEUE_SCHEMA = 'bullmq'

/** How many steps this call applied, by owner; all zero when the database was up to date. */
export interface AppliedMigrations {
  prorab: number
  langgraph: number
  bullmq: number
}

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url))

/** Any number that nothing else in the database locks. */
const MIGRATION_LOCK = 7_210_344_001

/**
 * Brings the database up to what this version needs. Any number of processes may call it at once: one works, the
 * others wait and find nothing left to do. LangGraph takes no lock of its own, so ours covers all three.
 */
export const migrateDatabase = async (url: string, { log }: { log: Log }): Promise<AppliedMigrations> => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`
    const before = await countApplied(sql)
    await migrate(drizzle(sql), { migrationsFolder: MIGRATIONS_FOLDER })
    await migrateCheckpoints(url)
    await migrateQueues(url)
    const after = await countApplied(sql)

    const applied = {
      prorab: after.prorab - before.prorab,
      langgraph: after.langgraph - before.langgraph,
      bullmq: after.bullmq - before.bullmq,
    }
    log.info(applied, 'database.migrated')
    return applied
  } finally {
    await sql.end()
  }
}

const migrateCheckpoints = async (url: string) => {
  const saver = PostgresSaver.fromConnString(url, { schema: CHECKPOINT_SCHEMA })
  try {
    await saver.setup()
  } finally {
    await saver.end()
  }
}

const migrateQueues = async (url: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await runMigrations(client, QUEUE_SCHEMA)
  } finally {
    await client.end()
  }
}

const countApplied = async (sql: Sql): Promise<AppliedMigrations> => ({
  prorab: await countRows(sql, 'drizzle.__drizzle_migrations'),
  langgraph: await countRows(sql, `${CHECKPOINT_SCHEMA}.checkpoint_migrations`),
  bullmq: await countRows(sql, `${QUEUE_SCHEMA}.migration`),
})

const countRows = async (sql: Sql, table: string): Promise<number> => {
  const [found] = await sql`select to_regclass(${table}) is not null as exists`
  if (!found?.exists) return 0
  const [row] = await sql`select count(*)::int as count from ${sql(table)}`
  return Number(row?.count)
}
