import { sql } from 'drizzle-orm'
import { date, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { at, createdAt, id } from './columns.ts'
import { projects } from './projects.ts'
import { users } from './users.ts'

/** M-12: who is on call in turn; of a project, or of everything. */
export const rotations = pgTable(
  'rotations',
  {
    id: id(),
    projectId: uuid().references(() => projects.id),
    /** IANA, e.g. `Europe/Berlin`. Hand-overs keep their time of day when the clocks change. */
    timeZone: text().notNull(),
    /** `09:00`, in that zone. */
    handOverAt: text().notNull(),
    /** Days between two hand-overs. */
    everyDays: integer().notNull(),
    /** The day of the first hand-over. */
    startsOn: date({ mode: 'string' }).notNull(),
    /** In order; everybody once. */
    members: uuid().array().notNull(),
    updatedBy: uuid().references(() => users.id),
    updatedAt: at().notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('rotations_scope').on(
      sql`coalesce(${t.projectId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
    ),
  ],
)

/** Somebody instead of whoever's turn it is; the newest one wins. */
export const onCallOverrides = pgTable(
  'on_call_overrides',
  {
    id: id(),
    rotationId: uuid()
      .notNull()
      .references(() => rotations.id, { onDelete: 'cascade' }),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    startsAt: at().notNull(),
    endsAt: at().notNull(),
    /** `swap` was agreed to by the other; `calendar` was read from one. */
    source: text().$type<'override' | 'swap' | 'calendar'>().notNull(),
    /** Of a calendar: the event's own id. */
    externalId: text(),
    createdBy: uuid().references(() => users.id),
    createdAt: createdAt(),
  },
  (t) => [index('on_call_overrides_when').on(t.rotationId, t.startsAt)],
)

/** A swap that waits for the other's word. */
export const onCallSwaps = pgTable('on_call_swaps', {
  id: id(),
  rotationId: uuid()
    .notNull()
    .references(() => rotations.id, { onDelete: 'cascade' }),
  fromUserId: uuid()
    .notNull()
    .references(() => users.id),
  toUserId: uuid()
    .notNull()
    .references(() => users.id),
  startsAt: at().notNull(),
  endsAt: at().notNull(),
  state: text().$type<'proposed' | 'agreed' | 'declined'>().notNull().default('proposed'),
  createdAt: createdAt(),
  decidedAt: at(),
})

/** A calendar that tells who is on call, instead of turns. */
export const onCallCalendars = pgTable('on_call_calendars', {
  rotationId: uuid()
    .primaryKey()
    .references(() => rotations.id, { onDelete: 'cascade' }),
  /** Null for one that was given as a file. */
  url: text(),
  /** For conditional requests. */
  etag: text(),
  fetchedAt: at(),
  /** Why the last attempt failed; null when it did not. */
  error: text(),
  /** Names in it that nobody here has. */
  unknownNames: jsonb().$type<string[]>().notNull().default([]),
})
