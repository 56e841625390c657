import { asc, eq, inArray, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { identities, USER_ROLES, type UserRole, users } from '../../db/schema/users.ts'
import { AppError } from '../../errors.ts'

export interface ListedUser {
  id: string
  name: string
  role: UserRole
  disabled: boolean
  /** `telegram:4711`, `console:local`. */
  accounts: string[]
}

/** Everybody who has, or had, access: the most powerful first. */
export const listUsers = async (db: Executor): Promise<ListedUser[]> => {
  const rows = await db.select().from(users).orderBy(asc(users.createdAt), asc(users.id))
  return withAccounts(db, rows)
}

/**
 * The user that a person means by a name, an account (`telegram:4711`) or the beginning of an id.
 *
 * @throws AppError not_found; conflict when several are meant.
 */
export const findUser = async (db: Executor, ref: string): Promise<ListedUser> => {
  const wanted = ref.trim().replace(/^@/, '')
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .leftJoin(identities, eq(identities.userId, users.id))
    .where(
      sql`lower(${users.name}) = lower(${wanted})
        or lower(${identities.name}) = lower(${wanted})
        or ${identities.platform} || ':' || ${identities.platformUserId} = ${wanted}
        or (${wanted} ~ '^[0-9a-f]{6,}$' and replace(${users.id}::text, '-', '') like ${`${wanted}%`})`,
    )
  const ids = [...new Set(rows.map(({ id }) => id))]
  if (ids.length === 0)
    throw new AppError('not_found', 'no user by that name', {
      userMessage: { key: 'error-user-not-found', args: { name: wanted } },
    })
  const found = await withAccounts(db, await db.select().from(users).where(inArray(users.id, ids)))
  const [user] = found
  if (!user || found.length > 1)
    throw new AppError('conflict', 'several users by that name', {
      userMessage: {
        key: 'error-user-ambiguous',
        args: { name: wanted, choices: found.map((one) => one.accounts[0] ?? shortId(one.id)).join(', ') },
      },
    })
  return user
}

/** Enough of an id to tell people apart. */
export const shortId = (id: string) => id.replaceAll('-', '').slice(0, 8)

const withAccounts = async (db: Executor, rows: (typeof users.$inferSelect)[]): Promise<ListedUser[]> => {
  const accounts = rows.length
    ? await db
        .select()
        .from(identities)
        .where(
          inArray(
            identities.userId,
            rows.map(({ id }) => id),
          ),
        )
        .orderBy(asc(identities.platform), asc(identities.platformUserId))
    : []
  return rows
    .map(({ id, name, role, disabledAt }) => ({
      id,
      name,
      role,
      disabled: disabledAt !== null,
      accounts: accounts.filter((a) => a.userId === id).map((a) => `${a.platform}:${a.platformUserId}`),
    }))
    .sort((a, b) => USER_ROLES.indexOf(a.role) - USER_ROLES.indexOf(b.role))
}
