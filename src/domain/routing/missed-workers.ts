import { and, eq, isNotNull, notExists, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import { agentRegistry, incidents } from '../../db/schema/index.ts'
import type { Worker } from './registry.ts'

export interface MissedWorker extends Pick<Worker, 'name' | 'agentType' | 'lastHeartbeatAt'> {
  /** Nobody of its type is left. */
  isLast: boolean
}

export const workerLostKey = (name: string): string => `worker_lost:${name}`

/**
 * Workers that fell silent without signing off, of which nobody was told yet: told by rows, so that a process that
 * dies between noticing and telling has lost nothing.
 */
export const missedWorkers = (db: Database): Promise<MissedWorker[]> => {
  const told = db
    .select({ id: incidents.id })
    .from(incidents)
    .where(
      and(
        eq(incidents.key, sql`'worker_lost:' || ${agentRegistry.name}`),
        sql`${incidents.lastSeenAt} >= ${agentRegistry.lastHeartbeatAt}`,
      ),
    )
  return db
    .select({
      name: agentRegistry.name,
      agentType: agentRegistry.agentType,
      lastHeartbeatAt: agentRegistry.lastHeartbeatAt,
      isLast: sql<boolean>`not exists (
        select from agent_registry other
        where other.agent_type = ${agentRegistry.agentType} and other.status <> 'offline')`,
    })
    .from(agentRegistry)
    .where(
      and(
        eq(agentRegistry.status, 'offline'),
        isNotNull(agentRegistry.lastHeartbeatAt),
        sql`${agentRegistry.lastHeartbeatAt} > clock_timestamp() - interval '1 day'`,
        notExists(told),
      ),
    )
}
