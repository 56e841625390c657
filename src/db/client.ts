import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql, type TransactionSql } from 'postgres'
import * as schema from './schema/index.ts'

export type Database = PostgresJsDatabase<typeof schema>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]
/** What a query needs: the pool, or the transaction it is part of. */
export type Executor = Database | Transaction

export interface DatabaseHandle {
  db: Database
  /** The driver underneath, for LISTEN and for what drizzle cannot say. */
  sql: Sql
  /** Waits up to two seconds for running queries, then closes every connection. */
  close(): Promise<void>
}

/** Always bounded: in postgres.js a connection that the server cut may never report its end. */
const CLOSE_TIMEOUT_S = 2

/**
 * A pool of connections, opened when first used and opened again after the server was away: a query that was under
 * way then fails, the next one succeeds.
 *
 * @param options.maxConnections the embedded server grants 60 to everybody together.
 */
export const connectDatabase = (url: string, { maxConnections = 10 } = {}): DatabaseHandle => {
  const sql = postgres(url, {
    max: maxConnections,
    onnotice: () => {},
    // The default grows to 20 s: a database that was away for a moment should be back in the next.
    backoff: (retries) => Math.min(2, 0.05 * 2 ** retries),
  })
  return {
    db: drizzle(prepared(sql), { schema, casing: 'snake_case' }),
    sql,
    close: () => sql.end({ timeout: CLOSE_TIMEOUT_S }),
  }
}

/**
 * Drizzle keeps only statements with a name prepared. All others it has described and planned anew every time, which
 * costs a second round trip. Here every statement is kept; a connection is closed after an hour or so, and what it
 * had prepared with it.
 */
const prepared = (sql: Sql): Sql => {
  const { begin } = sql
  sql.begin = ((work: (tx: TransactionSql) => unknown) =>
    begin((tx) => work(keepPrepared(tx)))) as Sql['begin']
  return keepPrepared(sql)
}

const keepPrepared = <T extends Sql | TransactionSql>(sql: T): T => {
  const { unsafe } = sql
  sql.unsafe = (text, args, options) => unsafe(text, args, { ...options, prepare: true })
  return sql
}
