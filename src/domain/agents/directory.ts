import type { Sql } from 'postgres'
import { type Clock, MINUTE_MS } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import type { AgentRole } from '../../db/shapes/agent.ts'
import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import {
  type Agent,
  findAgent,
  findAgentByName,
  getAgentsByRole,
  getOrchestrator,
  systemAgent,
} from './agents.ts'
import { createKeyedCache } from './keyed-cache.ts'

/** The look-ups of agents.ts from memory. What they return is shared and frozen. */
export interface AgentDirectory {
  systemAgent(role: AgentRole): Promise<Agent>
  getAgentsByRole(projectId: string, role: AgentRole): Promise<readonly Agent[]>
  getOrchestrator(userId: string | null, projectId: string): Promise<Agent | undefined>
  findAgentByName(projectId: string | null, name: string): Promise<Agent | undefined>
  findAgent(id: string): Promise<Agent | undefined>
  /** Resolves once changes made elsewhere are heard of. */
  listening: Promise<void>
  /** Stops listening; what is asked from then on is read from the database. */
  close(): Promise<void>
}

export interface AgentDirectoryDeps {
  db: Database
  /** The driver underneath: it listens on a connection of its own, and again after that was lost. */
  sql: Sql
  clock: Clock
  log: Log
  /** How long at most a change is not noticed whose notification was lost. */
  ttlMs?: number
}

/** What the trigger on `agents` notifies (drizzle/0004_agent_changes.sql). */
const CHANNEL = 'prorab_agents'

/**
 * Agents by all that nodes ask for, read once. Any write to the table, by whatever process, makes every
 * directory forget everything at once; so does the return of a lost connection, which may have lost notifications.
 */
export const createAgentDirectory = ({
  db,
  sql,
  clock,
  log,
  ttlMs = MINUTE_MS,
}: AgentDirectoryDeps): AgentDirectory => {
  const cache = createKeyedCache({ clock, ttlMs })
  const subscription = sql.listen(
    CHANNEL,
    () => cache.clear(),
    () => cache.clear(),
  )
  const listening = subscription.then(
    () => {},
    (error: unknown) => log.warn({ err: errorText(error) }, 'agents.not-listening'),
  )
  return {
    systemAgent: (role) => cache.read(`system:${role}`, () => systemAgent(db, role)),
    getAgentsByRole: (projectId, role) =>
      cache.read(`role:${projectId}:${role}`, () => getAgentsByRole(db, projectId, role)),
    getOrchestrator: (userId, projectId) =>
      cache.read(`orchestrator:${projectId}:${userId}`, () => getOrchestrator(db, userId, projectId)),
    findAgentByName: (projectId, name) =>
      cache.read(`name:${projectId}:${name.toLowerCase()}`, () => findAgentByName(db, projectId, name)),
    findAgent: (id) => cache.read(`id:${id}`, () => findAgent(db, id)),
    listening,
    close: async () => {
      cache.stop()
      await subscription.then(({ unlisten }) => unlisten()).catch(() => {})
    },
  }
}
