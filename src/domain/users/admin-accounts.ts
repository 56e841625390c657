import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { identities, type Lang, users } from '../../db/schema/users.ts'
import { asPerson } from './person.ts'

/** The accounts of owners and admins on a platform, with the language each is addressed in. */
export const listAdminAccounts = async (
  db: Executor,
  platform: string,
): Promise<{ platformUserId: string; lang: Lang }[]> => {
  const rows = await db
    .select({ platformUserId: identities.platformUserId, langHint: identities.langHint, user: users })
    .from(identities)
    .innerJoin(users, eq(users.id, identities.userId))
    .where(
      and(
        eq(identities.platform, platform),
        inArray(users.role, ['owner', 'admin']),
        isNull(users.disabledAt),
      ),
    )
  return rows.map(({ platformUserId, langHint, user }) => ({
    platformUserId,
    lang: asPerson(user, langHint).lang,
  }))
}
