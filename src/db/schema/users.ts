import { date, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { at, createdAt, id } from './columns.ts'

/** B-8, most powerful first. */
export const USER_ROLES = ['owner', 'admin', 'operator', 'member', 'viewer'] as const
export type UserRole = (typeof USER_ROLES)[number]
export type Lang = 'en' | 'ru'

export const users = pgTable('users', {
  id: id(),
  name: text().notNull(),
  role: text().$type<UserRole>().notNull(),
  /** What the person chose with /lang; null means: follow the platform and the words they write. */
  lang: text().$type<Lang>(),
  /** The language they last wrote in; counts until they choose. */
  langHeard: text().$type<Lang>(),
  createdAt: createdAt(),
  disabledAt: at(),
})

/** One account of a person on one platform: `telegram` 4711, `slack` T1:U1, `console` local. */
export const identities = pgTable(
  'identities',
  {
    platform: text().notNull(),
    platformUserId: text().notNull(),
    userId: uuid().references(() => users.id),
    name: text().notNull(),
    langHint: text().$type<Lang>(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.platform, t.platformUserId] })],
)

/** Single-use invitations; only a hash of the code is kept. */
export const invites = pgTable(
  'invites',
  {
    id: id(),
    codeHash: text().notNull(),
    role: text().$type<UserRole>().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
    expiresAt: at().notNull(),
    usedBy: uuid().references(() => users.id),
    usedAt: at(),
  },
  (t) => [uniqueIndex('invites_code_hash').on(t.codeHash)],
)

/** A stranger is told how to ask for access at most once a day: the row is the memory of having said so. */
export const strangerNotices = pgTable(
  'stranger_notices',
  { platform: text().notNull(), platformUserId: text().notNull(), day: date().notNull() },
  (t) => [primaryKey({ columns: [t.platform, t.platformUserId, t.day] })],
)
