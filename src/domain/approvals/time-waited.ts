import { type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { approvals } from '../../db/schema/index.ts'

/** The thread of the questions about HIGH-risk tools that a piece of work asks, one after another. */
export const toolThread = (workKey: string): string => `tool:${workKey}`

/** How long a thread's questions were open between two moments, as an interval of Postgres. */
export const timeWaited = ({ thread, since, now }: { thread: SQL; since: SQL; now: SQL }): SQL => sql`(
  select coalesce(
    sum(greatest(coalesce(${approvals.decidedAt}, ${now}) - greatest(${approvals.createdAt}, ${since}), interval '0')),
    interval '0')
  from ${approvals} where ${approvals.threadId} = ${thread})`

/** The same in milliseconds, for a process that goes by a clock of its own. */
export const msWaited = async (
  db: Executor,
  { workKey, since, now }: { workKey: string; since: Date; now: Date },
): Promise<number> => {
  const moment = (date: Date) => sql`${date.toISOString()}::timestamptz`
  const waited = timeWaited({ thread: sql`${toolThread(workKey)}`, since: moment(since), now: moment(now) })
  const [row] = await db.execute<{ ms: number }>(
    sql`select (extract(epoch from ${waited}) * 1000)::float8 as ms`,
  )
  return row?.ms ?? 0
}
