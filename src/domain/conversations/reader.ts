import { and, desc, eq } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { identities } from '../../db/schema/users.ts'

/** The account by which a person is reached on a platform, the newest where there are several. */
export const accountOf = async (
  db: Executor,
  userId: string,
  platform: string,
): Promise<string | undefined> => {
  const [account] = await db
    .select({ platformUserId: identities.platformUserId })
    .from(identities)
    .where(and(eq(identities.userId, userId), eq(identities.platform, platform)))
    .orderBy(desc(identities.createdAt))
    .limit(1)
  return account?.platformUserId
}
