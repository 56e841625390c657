import { isDeepStrictEqual } from 'node:util'
import { and, desc, eq } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { agentVersions } from '../../db/schema/index.ts'
import type { AgentConfig } from '../../db/shapes/agent.ts'
import { AppError } from '../../errors.ts'

export type AgentVersion = typeof agentVersions.$inferSelect

export interface VersionPage {
  versions: AgentVersion[]
  /** Counted from 1. */
  page: number
  hasMore: boolean
}

/** An agent's history, newest first. */
export const listVersions = async (
  db: Executor,
  agentId: string,
  { page = 1, pageSize = 10 }: { page?: number; pageSize?: number } = {},
): Promise<VersionPage> => {
  const rows = await db
    .select()
    .from(agentVersions)
    .where(eq(agentVersions.agentId, agentId))
    .orderBy(desc(agentVersions.version))
    .limit(pageSize + 1)
    .offset((page - 1) * pageSize)
  return { versions: rows.slice(0, pageSize), page, hasMore: rows.length > pageSize }
}

export const findVersion = async (
  db: Executor,
  agentId: string,
  version: number,
): Promise<AgentVersion | undefined> => {
  // What is no 32-bit number is no version either, and not for the database to complain about.
  if (version !== (version | 0)) return undefined
  const [found] = await db
    .select()
    .from(agentVersions)
    .where(and(eq(agentVersions.agentId, agentId), eq(agentVersions.version, version)))
  return found
}

/** @throws AppError not_found. */
export const requireVersion = async (
  db: Executor,
  agentId: string,
  version: number,
): Promise<AgentVersion> => {
  const found = await findVersion(db, agentId, version)
  if (found) return found
  throw new AppError('not_found', `there is no version ${version}`, {
    userMessage: { key: 'agent-version-not-found', args: { version: String(version) } },
  })
}

/** One field that differs. `path` as in the config: `metadata.risk_level`; `is_active` and `is_default` of the agent. */
export interface FieldChange {
  path: string
  before: unknown
  after: unknown
}

type State = Pick<AgentVersion, 'config' | 'isActive' | 'isDefault'>

/** What differs between two states of an agent, field by field. */
export const diffVersions = (a: State, b: State): FieldChange[] => [
  ...diffConfigs(a.config, b.config),
  ...changed('is_active', a.isActive, b.isActive),
  ...changed('is_default', a.isDefault, b.isDefault),
]

/** What differs between two configs, field by field; lists are compared as a whole. */
export const diffConfigs = (a: AgentConfig, b: AgentConfig): FieldChange[] => {
  const { metadata: metadataA, ...restA } = a
  const { metadata: metadataB, ...restB } = b
  return [...diffFields(restA, restB, ''), ...diffFields(metadataA, metadataB, 'metadata.')]
}

const diffFields = (a: object, b: object, prefix: string): FieldChange[] => {
  const before = new Map<string, unknown>(Object.entries(a))
  const after = new Map<string, unknown>(Object.entries(b))
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) =>
    changed(`${prefix}${key}`, before.get(key), after.get(key)),
  )
}

const changed = (path: string, before: unknown, after: unknown): FieldChange[] =>
  isDeepStrictEqual(before, after) ? [] : [{ path, before, after }]
