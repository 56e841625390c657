import { sql } from 'drizzle-orm'
import type { Executor } from '../db/client.ts'

/** What can be counted at this moment, for /metrics. */
export interface Figures {
  /** Rows that wait, by kind. */
  waiting: Record<string, number>
  /** Open incidents that are told of, by severity. */
  incidents: Record<string, number>
  workers: { type: string; status: string; count: number }[]
  syncs: SyncFigures[]
}

export interface SyncFigures {
  name: string
  /** Seconds since 1970; null when it never succeeded. */
  lastSuccess: number | null
  /** In a row. */
  failures: number
}

export const countFigures = async (db: Executor): Promise<Figures> => {
  const [[waiting], incidents, workers, syncs] = await Promise.all([
    db.execute<Record<string, number>>(sql`
      select
        (select count(*) from inbox where state = 'pending')::int as inbox,
        (select count(*) from outbox where state in ('pending', 'sending'))::int as outbox,
        (select count(*) from approvals where state = 'open')::int as approvals,
        (select count(*) from runs where status in ('queued', 'running', 'waiting'))::int as runs,
        (select count(*) from tasks where state in ('waiting', 'routed'))::int as tasks`),
    db.execute<{ severity: string; count: number }>(sql`
      select severity, count(*)::int as count from incidents
      where state <> 'resolved' and parent_id is null group by severity`),
    db.execute<{ type: string; status: string; count: number }>(sql`
      select agent_type as type, status, count(*)::int as count from agent_registry group by 1, 2`),
    lastSyncs(db),
  ])
  return {
    waiting: { ...waiting },
    incidents: Object.fromEntries(incidents.map(({ severity, count }) => [severity, count])),
    workers: [...workers],
    syncs,
  }
}

/** When what happens by itself last did, and how often it failed since. */
export const lastSyncs = async (db: Executor): Promise<SyncFigures[]> => [
  ...(await db.execute<Record<string, unknown> & SyncFigures>(sql`
    select name, extract(epoch from last_success_at)::float8 as "lastSuccess", failures
    from sync_jobs order by name`)),
]
