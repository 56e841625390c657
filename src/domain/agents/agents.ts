import { and, asc, desc, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { agents } from '../../db/schema/index.ts'
import type { AgentRole } from '../../db/shapes/agent.ts'
import { AppError } from '../../errors.ts'

export type Agent = typeof agents.$inferSelect
export type AgentStatus = Agent['status']

/**
 * The orchestrator of a project: the person's own before the project's, the default before others (A-4).
 * @throws AppError conflict that lists them when several are in use and none is the default.
 */
export const getOrchestrator = async (
  db: Executor,
  userId: string | null,
  projectId: string,
): Promise<Agent | undefined> => {
  const all = await getAgentsByRole(db, projectId, 'orchestrator', 'ready', userId ?? undefined)
  const own = all.filter((agent) => agent.userId !== null)
  const [first, ...others] = own.length > 0 ? own : all
  if (!first || others.length === 0 || first.isDefault) return first
  const names = [first, ...others].map(({ name }) => name).join(', ')
  throw new AppError('conflict', `the project has several orchestrators and none is the default: ${names}`, {
    userMessage: { key: 'agent-several-orchestrators', args: { names } },
  })
}

/**
 * A project's agents of a role that are in use, the default first (A-4).
 * @param userId whose own agents count, too, and come before the project's.
 */
export const getAgentsByRole = (
  db: Executor,
  projectId: string,
  role: AgentRole,
  status: AgentStatus = 'ready',
  userId?: string,
): Promise<Agent[]> =>
  db
    .select()
    .from(agents)
    .where(and(eq(agents.projectId, projectId), eq(agents.role, role), inUse(status), seenBy(userId)))
    .orderBy(...preferred)

/**
 * An agent that is in use, by its name in a project, or among the system's; capitals do not matter (A-4).
 * @param userId whose own agents count, too, and come before those of everybody.
 */
export const findAgentByName = async (
  db: Executor,
  projectId: string | null,
  name: string,
  status: AgentStatus = 'ready',
  userId?: string,
): Promise<Agent | undefined> => {
  const [agent] = await db
    .select()
    .from(agents)
    .where(and(named(projectId, name, userId), inUse(status)))
    .orderBy(...preferred)
    .limit(1)
  return agent
}

/** Whatever its state. */
export const findAgent = async (db: Executor, id: string): Promise<Agent | undefined> => {
  const [agent] = await db.select().from(agents).where(eq(agents.id, id))
  return agent
}

/** @throws AppError not_found. */
export const requireAgent = async (db: Executor, id: string): Promise<Agent> => {
  const agent = await findAgent(db, id)
  if (!agent) throw unknownAgent(id)
  return agent
}

/**
 * The system's agent of a role, the default before others.
 * @throws AppError misconfigured when there is none in use.
 */
export const systemAgent = async (db: Executor, role: AgentRole): Promise<Agent> => {
  const [agent] = await db
    .select()
    .from(agents)
    .where(and(isNull(agents.projectId), isNull(agents.userId), eq(agents.role, role), inUse('ready')))
    .orderBy(...preferred)
    .limit(1)
  if (!agent) throw new AppError('misconfigured', `no active system agent has the role ${role}`)
  return agent
}

/** The system's agents, or one project's; whatever their state. */
export const listAgents = (db: Executor, projectId?: string): Promise<Agent[]> =>
  db
    .select()
    .from(agents)
    .where(inScope(projectId ?? null))
    .orderBy(asc(agents.role), asc(agents.name))

export const inScope = (projectId: string | null): SQL =>
  projectId === null ? isNull(agents.projectId) : eq(agents.projectId, projectId)

/** Written as the unique index `agents_scope_name` has it, so that it is used. */
export const named = (projectId: string | null, name: string, userId?: string): SQL | undefined =>
  and(
    eq(sql`coalesce(${agents.projectId}, ${NOBODY}::uuid)`, sql`${projectId ?? NOBODY_ID}::uuid`),
    inArray(
      sql`coalesce(${agents.userId}, ${NOBODY}::uuid)`,
      [NOBODY_ID, ...(userId ? [userId] : [])].map((id) => sql`${id}::uuid`),
    ),
    eq(sql`lower(${agents.name})`, sql`lower(${name})`),
  )

const NOBODY_ID = '00000000-0000-0000-0000-000000000000'
/** A literal: an index expression matches only what is the same without its parameters. */
const NOBODY = sql.raw(`'${NOBODY_ID}'`)

const inUse = (status: AgentStatus) => and(eq(agents.status, status), eq(agents.isActive, true))

const seenBy = (userId: string | undefined) =>
  userId ? or(isNull(agents.userId), eq(agents.userId, userId)) : isNull(agents.userId)

const preferred = [
  sql`(${agents.userId} is not null) desc`,
  desc(agents.isDefault),
  asc(agents.createdAt),
  asc(agents.id),
]

/** @param choices names that exist, for whoever mistyped one. */
export const unknownAgent = (name: string, choices: readonly string[] = []): AppError =>
  new AppError(
    'not_found',
    `there is no agent ${name}${choices.length > 0 ? `; there are ${choices.join(', ')}` : ''}`,
    {
      userMessage:
        choices.length > 0
          ? { key: 'agent-not-found', args: { name, choices: choices.join(', ') } }
          : { key: 'agent-unknown', args: {} },
    },
  )
