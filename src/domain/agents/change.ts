import { and, eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { agents, agentVersions } from '../../db/schema/index.ts'
import type { AgentChange } from '../../db/shapes/agent.ts'
import { recordAudit } from '../audit/audit.ts'
import { requirePermission } from '../users/permissions.ts'
import { DEFAULT_LANG, type Person } from '../users/person.ts'
import { agentLabel } from './address.ts'
import type { Agent } from './agents.ts'

/** Who changes an agent, from where, and when. Whoever has the machine's command line has no id. */
export interface ChangedBy {
  person: Pick<Person, 'name' | 'role'> & { id: string | null }
  /** telegram, slack, console, cli, or system. */
  surface: string
  now: Date
}

/** `now` is the database's where there is none. */
export type Author = Omit<ChangedBy, 'now'> & { now?: Date }

/** What prorab does by itself. */
export const SYSTEM: Author = { person: { id: null, name: 'system', role: 'owner' }, surface: 'system' }

/** @throws AppError forbidden. */
export const requireManager = ({ person }: ChangedBy): void =>
  requirePermission({ lang: DEFAULT_LANG, ...person, id: person.id ?? '' }, 'agents.manage')

type Patch = Partial<Pick<Agent, 'role' | 'config' | 'isActive' | 'isDefault' | 'seeded'>>

/**
 * Writes a new state of an agent, its version, and who did it. The row is locked by the caller.
 * @param action for the audit, e.g. `agent.edit`.
 */
export const saveChange = async (
  tx: Transaction,
  agent: Agent,
  { patch, change, action }: { patch: Patch; change: AgentChange; action: string },
  by: Author,
): Promise<Agent> => {
  const [saved] = await tx
    .update(agents)
    .set({ ...patch, version: agent.version + 1, updatedAt: by.now ?? sql`now()` })
    .where(and(eq(agents.id, agent.id), eq(agents.version, agent.version)))
    .returning()
  if (!saved) throw new Error('a locked agent is there, with the version it had')
  await recordVersions(tx, [saved], change, by)
  await auditChange(tx, saved, action, { version: saved.version, ...change }, by)
  return saved
}

/** The state that agents are in now, for their history. */
export const recordVersions = async (
  tx: Transaction,
  changed: readonly Agent[],
  change: AgentChange,
  { person, surface, now }: Author,
): Promise<void> => {
  if (changed.length === 0) return
  await tx.insert(agentVersions).values(
    changed.map(({ id, version, name, role, config, isActive, isDefault }) => ({
      agentId: id,
      version,
      name,
      role,
      config,
      isActive,
      isDefault,
      changedBy: person.id,
      actor: person.name,
      surface,
      change,
      at: now,
    })),
  )
}

/** @param action e.g. `agent.edit`. */
export const auditChange = async (
  tx: Transaction,
  agent: Agent,
  action: string,
  detail: Record<string, unknown>,
  { person, surface }: Author,
): Promise<void> =>
  recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action,
    subject: await agentLabel(tx, agent),
    result: 'ok',
    detail,
  })
