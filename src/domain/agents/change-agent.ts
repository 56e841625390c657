import { eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { agents } from '../../db/schema/index.ts'
import type { AgentChange, AgentConfig } from '../../db/shapes/agent.ts'
import { AppError } from '../../errors.ts'
import {
  holdScope,
  nameProblems,
  requireAnother,
  requireIdle,
  requireName,
  requireScope,
} from './agent-rules.ts'
import { type Agent, requireAgent } from './agents.ts'
import { type Assignment, applyAssignments } from './assignments.ts'
import { auditChange, type ChangedBy, recordVersions, requireManager, saveChange } from './change.ts'
import { AgentChangedMeanwhile } from './changed-meanwhile.ts'
import { parseAgentConfig } from './config.ts'
import { diffConfigs, findVersion, requireVersion } from './versions.ts'

/*
 * Every way an agent is changed. Each checks the permission, holds what it looks at, and writes the agent, its next
 * version and the audit in the caller's transaction. What changes nothing writes nothing.
 */

/** The system's without a project and a user. */
export interface NewAgent {
  name: string
  /** Checked, and its defaults filled in. The role is in it. */
  config: unknown
  projectId?: string | null
  userId?: string | null
}

/** @throws AppError forbidden, invalid with every problem of the config, conflict for a name that is taken. */
export const createAgent = async (tx: Transaction, input: NewAgent, by: ChangedBy): Promise<Agent> =>
  insertAgent(tx, input, { change: { kind: 'created' }, action: 'agent.create' }, by)

/**
 * Gives an agent another config.
 * @param edit.baseVersion what the edit began with.
 * @throws AgentChangedMeanwhile when there is a newer one; AppError forbidden, invalid, not_found, conflict.
 */
export const editAgent = async (
  tx: Transaction,
  edit: { id: string; baseVersion: number; config: unknown },
  by: ChangedBy,
): Promise<Agent> => {
  requireManager(by)
  const config = parseAgentConfig(edit.config)
  const held = await holdScope(tx, edit.id)
  const { agent } = held
  if (agent.version !== edit.baseVersion)
    throw new AgentChangedMeanwhile(agent, await findVersion(tx, agent.id, edit.baseVersion))
  return saveConfig(tx, held, config, { change: { kind: 'edited' }, action: 'agent.edit' }, by)
}

/**
 * Changes single fields of the config, whatever its version.
 * @throws AppError forbidden, invalid with every problem, not_found, conflict.
 */
export const setAgent = async (
  tx: Transaction,
  { id, assignments }: { id: string; assignments: readonly Assignment[] },
  by: ChangedBy,
): Promise<Agent> => {
  requireManager(by)
  const held = await holdScope(tx, id)
  const config = parseAgentConfig(applyAssignments(held.agent.config, assignments))
  return saveConfig(tx, held, config, { change: { kind: 'edited' }, action: 'agent.edit' }, by)
}

/** A new agent with the config of another, in the same scope unless told. @throws AppError like createAgent. */
export const cloneAgent = async (
  tx: Transaction,
  { id, name, projectId, userId }: { id: string } & Omit<NewAgent, 'config'>,
  by: ChangedBy,
): Promise<Agent> => {
  requireManager(by)
  const source = await requireAgent(tx, id)
  const scope = {
    projectId: projectId === undefined ? source.projectId : projectId,
    userId: userId === undefined ? source.userId : userId,
  }
  const how = { change: { kind: 'cloned', from: source.version }, action: 'agent.clone' } as const
  return insertAgent(tx, { name, config: source.config, ...scope }, how, by)
}

/** Gives an agent the config of an earlier version, as a new one. @throws AppError not_found, forbidden, conflict. */
export const rollbackAgent = async (
  tx: Transaction,
  { id, version }: { id: string; version: number },
  by: ChangedBy,
): Promise<Agent> => {
  requireManager(by)
  const held = await holdScope(tx, id)
  const { config } = await requireVersion(tx, id, version)
  const how = { change: { kind: 'rolled_back', from: version }, action: 'agent.rollback' } as const
  return saveConfig(tx, held, parseAgentConfig(config), how, by)
}

/** @throws AppError forbidden, not_found. */
export const enableAgent = (tx: Transaction, id: string, by: ChangedBy): Promise<Agent> =>
  setActive(tx, id, true, by)

/** Takes an agent out of use. @throws AppError forbidden, not_found; conflict for the last of a role that is needed. */
export const disableAgent = (tx: Transaction, id: string, by: ChangedBy): Promise<Agent> =>
  setActive(tx, id, false, by)

const setActive = async (tx: Transaction, id: string, isActive: boolean, by: ChangedBy): Promise<Agent> => {
  requireManager(by)
  const held = await holdScope(tx, id)
  if (held.agent.isActive === isActive) return held.agent
  if (!isActive) requireAnother(held)
  const kind = isActive ? 'enabled' : 'disabled'
  return saveChange(
    tx,
    held.agent,
    { patch: { isActive }, change: { kind }, action: `agent.${isActive ? 'enable' : 'disable'}` },
    by,
  )
}

/** The one that is taken first among those of its role in its scope; the one before it no longer is. */
export const makeDefault = async (tx: Transaction, id: string, by: ChangedBy): Promise<Agent> => {
  requireManager(by)
  const { agent, others } = await holdScope(tx, id)
  for (const other of others.filter((one) => one.isDefault && one.role === agent.role))
    await saveChange(
      tx,
      other,
      {
        patch: { isDefault: false },
        change: { kind: 'edited', paths: ['is_default'] },
        action: 'agent.edit',
      },
      by,
    )
  if (agent.isDefault) return agent
  const change: AgentChange = { kind: 'made_default' }
  return saveChange(tx, agent, { patch: { isDefault: true }, change, action: 'agent.default' }, by)
}

/**
 * Deletes an agent with its history. What it did stays where that is written down.
 * @throws AppError conflict while work runs on it, or when it is the last of a role that is needed; forbidden, not_found.
 */
export const deleteAgent = async (tx: Transaction, id: string, by: ChangedBy): Promise<void> => {
  requireManager(by)
  const held = await holdScope(tx, id, 'work')
  requireAnother(held)
  await requireIdle(tx, held.agent)
  await auditChange(tx, held.agent, 'agent.delete', { version: held.agent.version }, by)
  await tx.delete(agents).where(eq(agents.id, id))
}

interface How {
  change: AgentChange
  action: string
}

const insertAgent = async (
  tx: Transaction,
  { name, config: raw, projectId = null, userId = null }: NewAgent,
  { change, action }: How,
  by: ChangedBy,
): Promise<Agent> => {
  requireManager(by)
  const config = parseAgentConfig(raw, nameProblems(name))
  requireName(name)
  await requireScope(tx, { projectId, userId })
  const [agent] = await tx
    .insert(agents)
    .values({ name, role: config.metadata.role, config, projectId, userId, updatedAt: by.now })
    .onConflictDoNothing()
    .returning()
  if (!agent)
    throw new AppError('conflict', `there is already an agent ${name}`, {
      userMessage: { key: 'agent-name-taken', args: { name } },
    })
  await recordVersions(tx, [agent], change, by)
  await auditChange(tx, agent, action, { version: agent.version, ...change }, by)
  return agent
}

/** A change of role is one, too: what needs the old one is asked, and a default of the old is none of the new. */
const saveConfig = async (
  tx: Transaction,
  held: Awaited<ReturnType<typeof holdScope>>,
  config: AgentConfig,
  { change, action }: How,
  by: ChangedBy,
): Promise<Agent> => {
  const { agent } = held
  const paths = diffConfigs(agent.config, config).map(({ path }) => path)
  if (paths.length === 0) return agent
  const { role } = config.metadata
  if (role !== agent.role) requireAnother(held)
  const patch = { config, role, ...(role !== agent.role && { isDefault: false }) }
  return saveChange(tx, agent, { patch, change: { ...change, paths }, action }, by)
}
