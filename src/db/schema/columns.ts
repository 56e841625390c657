import { timestamp, uuid } from 'drizzle-orm/pg-core'

/** Columns that many tables share, so that ids and times are the same everywhere. */
export const id = () => uuid().primaryKey().defaultRandom()
export const at = () => timestamp({ withTimezone: true, mode: 'date' })
export const createdAt = () => at().notNull().defaultNow()
