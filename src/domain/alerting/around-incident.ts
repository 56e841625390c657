import { and, count, eq, ne, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { incidents } from '../../db/schema/index.ts'
import type { Incident } from '../incidents/incident.ts'

/** How many incidents this one explains that are still wrong. */
export const childrenOf = async (db: Executor, id: string): Promise<number> => {
  const [row] = await db
    .select({ count: count() })
    .from(incidents)
    .where(and(eq(incidents.parentId, id), ne(incidents.state, 'resolved')))
  return row?.count ?? 0
}

export interface Called {
  userId: string
  name: string
  /** Their account by platform; the newest where there are several. */
  accounts: Readonly<Record<string, string>>
}

/** Who was called last since the escalation began that goes on now; several when one breath called them all. */
export const lastCalled = async (
  db: Executor,
  { id, version }: Pick<Incident, 'id' | 'version'>,
): Promise<Called[]> => {
  const rows = await db.execute(sql`
    with calls as (
      select user_id, min(created_at) as at from pages
      where incident_id = ${id} and user_id is not null and occasion like ${`escalate:${version}:%`}
      group by user_id, occasion
      having bool_or(outcome in ('queued', 'delivered'))
    )
    select u.id as "userId", u.name, coalesce((
      select jsonb_object_agg(platform, platform_user_id) from (
        select distinct on (platform) platform, platform_user_id from identities
        where user_id = u.id order by platform, created_at desc) newest), '{}') as accounts
    from users u where u.id in (select user_id from calls where at = (select max(at) from calls))
    order by u.name, u.id`)
  return rows as unknown as Called[]
}
