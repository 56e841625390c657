import { and, eq, inArray } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { identities, type Lang, users } from '../../db/schema/users.ts'
import { asPerson, type Person } from './person.ts'

export interface Reader {
  person: Person
  lang: Lang | undefined
}

/** Who will read a message, and in which language: their own choice, their platform's, else undefined. */
export const findReader = async (
  db: Executor,
  { readerId, platform }: { readerId: string; platform: string },
): Promise<Reader | undefined> => {
  const [row] = await db
    .select({ user: users, langHint: identities.langHint })
    .from(users)
    .leftJoin(identities, and(eq(identities.userId, users.id), eq(identities.platform, platform)))
    .where(eq(users.id, readerId))
    .limit(1)
  return row && asReader(row.user, row.langHint)
}

export const asReader = (user: Parameters<typeof asPerson>[0], langHint: Lang | null): Reader => ({
  person: asPerson(user, langHint),
  lang: user.lang ?? user.langHeard ?? langHint ?? undefined,
})

/** Names by id, also of people who have no access any more: what they did stays theirs. */
export const userNames = async (
  db: Executor,
  ids: readonly (string | null | undefined)[],
): Promise<Map<string, string>> => {
  const wanted = [...new Set(ids.filter((id) => id !== null && id !== undefined))]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, wanted))
  return new Map(rows.map(({ id, name }) => [id, name]))
}
