import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at, createdAt, id } from './columns.ts'

/** What happens by itself every so often: when it last ran, how it went, when it will run again. */
export const syncJobs = pgTable('sync_jobs', {
  name: text().primaryKey(),
  lastStartedAt: at(),
  lastSuccessAt: at(),
  /** In a row. */
  failures: integer().notNull().default(0),
  lastError: text(),
  nextAt: at(),
  /** What the last run changed, in numbers. */
  summary: jsonb().$type<Record<string, number>>().notNull().default({}),
})

/** The last runs of each, for /sync. */
export const syncRuns = pgTable(
  'sync_runs',
  {
    id: id(),
    name: text().notNull(),
    startedAt: at().notNull(),
    finishedAt: at().notNull().defaultNow(),
    ok: boolean().notNull(),
    error: text(),
    summary: jsonb().$type<Record<string, number>>().notNull().default({}),
  },
  (t) => [index('sync_runs_name').on(t.name, t.startedAt)],
)

/** Answers of other sides that can be asked "has it changed?" */
export const httpCache = pgTable('http_cache', {
  key: text().primaryKey(),
  etag: text().notNull(),
  body: jsonb().$type<unknown>().notNull(),
  updatedAt: createdAt(),
})

/** Webhooks that were taken in, by the sender's own id of the delivery: the same one twice is one. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: text().primaryKey(),
    source: text().notNull(),
    event: text().notNull(),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
    receivedAt: createdAt(),
    handledAt: at(),
    error: text(),
    attempts: integer().notNull().default(0),
  },
  (t) => [index('webhook_deliveries_open').on(t.receivedAt)],
)
