import { sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'

/**
 * Where a person can be reached in private: the places where they wrote to the bot alone, the last used first. Threads
 * of a private chat are left out: nobody looks there.
 *
 * @returns conversation ids; none for a person whose access was withdrawn.
 */
export const channelsOf = async (db: Executor, userId: string): Promise<string[]> => {
  const rows = await db.execute(sql`
    select c.id::text as id
    from identities i
    join users u on u.id = i.user_id and u.disabled_at is null
    join inbox b on b.platform = i.platform and b.platform_user_id = i.platform_user_id
    join conversations c on c.id = b.conversation_id and c.kind = 'private'
    where i.user_id = ${userId} and (c.platform <> 'slack' or c.key like '%:main')
    group by c.id order by max(b.seq) desc`)
  return rows.map((row) => row.id as string)
}
