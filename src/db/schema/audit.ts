import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, id } from './columns.ts'

/** Who did what, by which surface, with what result. Only ever inserted. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: id(),
    userId: uuid(),
    actor: text().notNull(),
    /** telegram, slack, console, cli, or system. */
    surface: text().notNull(),
    action: text().notNull(),
    subject: text().notNull(),
    result: text().notNull(),
    detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    at: createdAt(),
  },
  (t) => [index('audit_entries_at').on(t.at)],
)
