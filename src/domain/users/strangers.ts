import type { Executor } from '../../db/client.ts'
import { strangerNotices } from '../../db/schema/users.ts'
import type { Identity } from './person.ts'

/**
 * Whether a stranger is still to be told today how to ask for access: true once per account and day (B-8).
 *
 * @param day e.g. `2030-01-31`.
 */
export const noticeStranger = async (
  db: Executor,
  { platform, platformUserId }: Pick<Identity, 'platform' | 'platformUserId'>,
  day: string,
): Promise<boolean> => {
  const added = await db
    .insert(strangerNotices)
    .values({ platform, platformUserId, day })
    .onConflictDoNothing()
    .returning({ day: strangerNotices.day })
  return added.length > 0
}
