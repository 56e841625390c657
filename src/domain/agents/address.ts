import { and, asc, eq, ne, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { agents, projects } from '../../db/schema/index.ts'
import { AppError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { longUuid, shortUuid } from '../../short-uuid.ts'
import { findProject } from '../projects/projects.ts'
import { type Agent, findAgent, inScope, listAgents, named, unknownAgent } from './agents.ts'

const CHOICES_MAX = 30

/**
 * The agent that somebody names, in use or not: `~` and 22 characters, `PROJECT/NAME`, or `NAME`, looked for in the
 * project given and then among the system's; where none is given, the one project that has it will do.
 * @throws AppError not_found that lists what there is; conflict when several people, or projects, have one of that
 *   name.
 */
export const resolveAgent = async (
  db: Executor,
  reference: string,
  { projectId }: { projectId?: string } = {},
): Promise<Agent> => {
  if (reference.startsWith('~')) {
    const id = longUuid(reference.slice(1))
    const agent = id && (await findAgent(db, id))
    if (!agent) throw unknownAgent(reference)
    return agent
  }
  const [project, name] = reference.includes('/') ? splitOnce(reference) : [undefined, reference]
  const scopes = project === undefined ? [projectId ?? null, null] : [await projectIdOf(db, project)]
  for (const scope of scopes) {
    const found = await db
      .select()
      .from(agents)
      .where(and(inScope(scope), named(scope, name)))
    const [agent] = found.length > 0 ? found : await ownedBySomebody(db, scope, name)
    if (agent) return agent
  }
  const own = project === undefined && projectId === undefined ? await inOneProject(db, name) : undefined
  if (own) return own
  throw await unknownIn(db, name, [...new Set(scopes)])
}

/** `~` and the short id: what buttons carry, and what names an agent whatever it is called. */
export const shortAgentId = ({ id }: Pick<Agent, 'id'>): string => `~${shortUuid(id)}`

/** What a person can type to mean this agent: `PROJECT/NAME`, or `NAME` for one of the system's. */
export const agentReference = ({ name }: Pick<Agent, 'name'>, projectName?: string): string =>
  projectName ? `${projectName}/${name}` : name

/** The same, with the project's name looked up. */
export const agentLabel = async (db: Executor, agent: Agent): Promise<string> => {
  const [project] = agent.projectId
    ? await db.select({ name: projects.name }).from(projects).where(eq(projects.id, agent.projectId))
    : []
  return agentReference(agent, project?.name)
}

const splitOnce = (reference: string): [string, string] => {
  const slash = reference.indexOf('/')
  return [reference.slice(0, slash), reference.slice(slash + 1)]
}

const projectIdOf = async (db: Executor, name: string): Promise<string> => {
  const project = await findProject(db, name)
  if (project) return project.id
  throw new AppError('not_found', `there is no project ${name}`, {
    userMessage: { key: 'error-project-not-found', args: { name } },
  })
}

/** People's own agents are found by name, too, while it is only one person's. */
const ownedBySomebody = async (db: Executor, scope: string | null, name: string): Promise<Agent[]> => {
  const lower = name.toLowerCase()
  const found = (await listAgents(db, scope ?? undefined)).filter((one) => one.name.toLowerCase() === lower)
  if (found.length <= 1) return found
  const choices = found.map(shortAgentId).join(', ')
  throw new AppError('conflict', `several people have an agent ${name}: ${choices}`, {
    userMessage: { key: 'agent-ambiguous', args: { name, choices } },
  })
}

/** The agent of the only project that has one by this name. @throws AppError conflict when several have. */
const inOneProject = async (db: Executor, name: string): Promise<Agent | undefined> => {
  const found = await db
    .select({ agent: agents, project: projects.name })
    .from(agents)
    .innerJoin(projects, eq(projects.id, agents.projectId))
    .where(and(eq(sql`lower(${agents.name})`, sql`lower(${name})`), ne(projects.status, 'archived')))
    .orderBy(asc(projects.name))
    .limit(CHOICES_MAX)
  if (found.length <= 1) return found[0]?.agent
  const choices = found.map(({ agent, project }) => agentReference(agent, project)).join(', ')
  throw new AppError('conflict', `several projects have an agent ${name}: ${choices}`, {
    userMessage: { key: 'agent-in-projects', args: { name, choices } },
  })
}

/** Says what there is, the one that was perhaps meant first. */
const unknownIn = async (db: Executor, name: string, scopes: (string | null)[]): Promise<AppError> => {
  const there = await Promise.all(scopes.map((scope) => listAgents(db, scope ?? undefined)))
  const names = [...new Set(there.flat().map((agent) => agent.name))]
  const meant = nearest(name, names)
  return unknownAgent(name, [...new Set(meant ? [meant, ...names] : names)].slice(0, CHOICES_MAX))
}
