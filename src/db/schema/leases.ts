import { sql } from 'drizzle-orm'
import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

/**
 * Who may work on a thing right now, e.g. `conversation:<id>` (design rule 2). The row stays when the lease is let
 * go, so that the fence only ever grows.
 */
export const leases = pgTable('leases', {
  key: text().primaryKey(),
  holder: text().notNull(),
  /** Grows with every acquisition: a holder whose fence is no longer the row's has lost the lease. */
  fence: bigint({ mode: 'number' }).notNull().default(0),
  expiresAt: at().notNull().default(sql`now()`),
  /** Who asked the present holder to stop. */
  stopRequestedBy: text(),
})
