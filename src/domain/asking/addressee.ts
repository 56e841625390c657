import type { Executor } from '../../db/client.ts'
import { longUuid } from '../../short-uuid.ts'
import { type Agent, findAgent, listAgents } from '../agents/agents.ts'

/** `off`: there is one by that name, and it is out of use. */
export type Addressee =
  | { state: 'found'; agent: Agent }
  | { state: 'off'; agent: Agent }
  | { state: 'unknown'; names: string[] }

/**
 * The agent somebody calls by name: the project's, else the system's; of several by one name the person's own.
 * Capitals do not matter.
 */
export const addressee = async (
  db: Executor,
  name: string,
  { projectId, userId }: { projectId: string | undefined; userId: string | undefined },
): Promise<Addressee> => {
  const there = await agentsInReach(db, { projectId, userId })
  const wanted = name.toLowerCase()
  const named = name.startsWith('~')
    ? await byShortId(db, name.slice(1), userId)
    : there.filter((agent) => agent.name.toLowerCase() === wanted)
  const agent = named.find(isInUse) ?? named[0]
  if (!agent) return { state: 'unknown', names: [...new Set(there.filter(isInUse).map((one) => one.name))] }
  return { state: isInUse(agent) ? 'found' : 'off', agent }
}

const byShortId = async (db: Executor, short: string, userId: string | undefined): Promise<Agent[]> => {
  const id = longUuid(short)
  const agent = id ? await findAgent(db, id) : undefined
  return agent && (agent.userId === null || agent.userId === userId) ? [agent] : []
}

/** Whom a person can ask: the project's agents, then the system's. Other people's own are theirs. */
const agentsInReach = async (
  db: Executor,
  { projectId, userId }: { projectId: string | undefined; userId: string | undefined },
): Promise<Agent[]> => {
  const scopes = await Promise.all([...(projectId ? [listAgents(db, projectId)] : []), listAgents(db)])
  return scopes.flatMap((agents) => [
    ...agents.filter((agent) => agent.userId !== null && agent.userId === userId),
    ...agents.filter((agent) => agent.userId === null),
  ])
}

/**
 * Those among whom somebody is chosen for a question: the project's agents that are in use, else the system's. Not
 * those who choose.
 */
export const answerers = async (
  db: Executor,
  { projectId, userId }: { projectId: string | undefined; userId: string | undefined },
): Promise<Agent[]> => {
  const usable = (await agentsInReach(db, { projectId, userId })).filter(
    (agent) => isInUse(agent) && agent.role !== 'orchestrator',
  )
  const own = usable.filter((agent) => agent.projectId !== null)
  return own.length > 0 ? own : usable
}

export const isInUse = ({ isActive, status }: Agent): boolean => isActive && status === 'ready'
