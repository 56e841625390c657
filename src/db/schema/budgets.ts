import { sql } from 'drizzle-orm'
import { doublePrecision, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { at, createdAt, id } from './columns.ts'
import { projects } from './projects.ts'
import { users } from './users.ts'

/** G-12: what a calendar month (UTC) may cost; without a project, for the whole installation. */
export const budgets = pgTable(
  'budgets',
  {
    id: id(),
    projectId: uuid().references(() => projects.id),
    /** US dollars. */
    monthlyUsd: doublePrecision().notNull(),
    updatedBy: uuid().references(() => users.id),
    updatedAt: at().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('budgets_scope').on(
      sql`coalesce(${t.projectId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
    ),
  ],
)

/** What a person allowed in one month: up to this many per cent of the budget. */
export const budgetAllowances = pgTable(
  'budget_allowances',
  {
    budgetId: uuid()
      .notNull()
      .references(() => budgets.id, { onDelete: 'cascade' }),
    /** e.g. `2026-11`. */
    month: text().notNull(),
    percent: integer().notNull(),
    grantedBy: uuid().references(() => users.id),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.budgetId, t.month] })],
)
