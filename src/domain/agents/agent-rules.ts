import { and, asc, count, eq, inArray } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { agents, projects, runs, tasks, users } from '../../db/schema/index.ts'
import type { AgentRole } from '../../db/shapes/agent.ts'
import { AppError } from '../../errors.ts'
import { LIVE_RUN_STATUSES } from '../runs/runs.ts'
import { type Agent, inScope, unknownAgent } from './agents.ts'
import type { ConfigProblem } from './config-problems.ts'

/** What of which there must always be one in use: without it everybody's, or the project's, work stops. */
const NEEDED_ROLES = {
  system: ['product_owner', 'brainstorm', 'zavhoz', 'architect', 'tester', 'devops'],
  project: ['orchestrator'],
} as const satisfies Record<string, readonly AgentRole[]>

/** The roles that take part in a run, of the project or of the system. */
const RUN_ROLES: readonly AgentRole[] = [
  'architect',
  'orchestrator',
  'code',
  'debug',
  'zavhoz',
  'tester',
  'devops',
]

const NAME = /^[\p{L}\p{M}\p{N}_-]{1,40}$/u

const isName = (name: string): boolean => NAME.test(name) && name === name.normalize('NFC')

/** What is wrong with a name, among the problems of the config that came with it. */
export const nameProblems = (name: string): ConfigProblem[] =>
  isName(name)
    ? []
    : [
        {
          path: 'name',
          problem: 'must have 1 to 40 letters, digits, _ and -, and no spaces',
          text: { key: 'config-name', args: {} },
          example: '"Reviewer"',
        },
      ]

/** @throws AppError invalid. */
export const requireName = (name: string): void => {
  if (isName(name)) return
  throw new AppError('invalid', 'a name has 1 to 40 letters, digits, _ and -', {
    userMessage: { key: 'agent-name-invalid', args: { name: name.slice(0, 60) } },
  })
}

/** An agent and the others of its scope, held until the transaction ends: nobody changes any of them meanwhile. */
export interface Held {
  agent: Agent
  others: Agent[]
}

/**
 * @param against `work` holds against new tasks as well: for what must not be done while there are any.
 * @throws AppError not_found.
 */
export const holdScope = async (
  tx: Transaction,
  id: string,
  against: 'changes' | 'work' = 'changes',
): Promise<Held> => {
  const [found] = await tx.select({ projectId: agents.projectId }).from(agents).where(eq(agents.id, id))
  // In one order, so that two who change agents of one scope wait for each other and not in a circle.
  const all = found
    ? await tx
        .select()
        .from(agents)
        .where(inScope(found.projectId))
        .orderBy(asc(agents.id))
        .for(against === 'work' ? 'update' : 'no key update')
    : []
  const agent = all.find((one) => one.id === id)
  if (!agent) throw unknownAgent(id)
  return { agent, others: all.filter((one) => one !== agent && one.userId === agent.userId) }
}

/**
 * Asked before an agent gets another role, is taken out of use or deleted.
 * @throws AppError conflict when it is the last in use of a role that its project, or the system, cannot do without.
 */
export const requireAnother = ({ agent, others }: Held): void => {
  const needed: readonly AgentRole[] = NEEDED_ROLES[agent.projectId === null ? 'system' : 'project']
  if (agent.userId !== null || !isInUse(agent) || !needed.includes(agent.role)) return
  if (others.some((one) => isInUse(one) && one.role === agent.role)) return
  throw new AppError('conflict', `${agent.name} is the last ${agent.role} in use`, {
    userMessage: { key: 'agent-last-of-role', args: { name: agent.name, role: agent.role } },
  })
}

const isInUse = ({ isActive, status }: Agent) => isActive && status === 'ready'

/** @throws AppError conflict that counts the tasks and runs that need it. */
export const requireIdle = async (tx: Transaction, agent: Agent): Promise<void> => {
  const [open, live] = await Promise.all([openTasks(tx, agent), liveRunsOf(tx, agent)])
  if (open + live === 0) return
  throw new AppError('conflict', `${agent.name} is at work: ${open} task(s), ${live} run(s)`, {
    userMessage: { key: 'agent-busy', args: { name: agent.name, tasks: open, runs: live } },
  })
}

const openTasks = async (tx: Transaction, { id }: Agent): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(tasks)
    .where(and(eq(tasks.agentId, id), inArray(tasks.state, ['waiting', 'routed'])))
  return row?.count ?? 0
}

const liveRunsOf = async (tx: Transaction, { projectId, role }: Agent): Promise<number> => {
  if (!RUN_ROLES.includes(role)) return 0
  const [row] = await tx
    .select({ count: count() })
    .from(runs)
    .where(
      and(
        inArray(runs.status, [...LIVE_RUN_STATUSES]),
        projectId === null ? undefined : eq(runs.projectId, projectId),
      ),
    )
  return row?.count ?? 0
}

/** @throws AppError not_found when the project is not there (any more), or the person. */
export const requireScope = async (
  tx: Transaction,
  { projectId, userId }: { projectId: string | null; userId: string | null },
): Promise<void> => {
  if (projectId !== null) {
    const [project] = await tx
      .select({ status: projects.status })
      .from(projects)
      .where(eq(projects.id, projectId))
      .for('key share')
    if (!project || project.status === 'archived') throw new AppError('not_found', 'there is no such project')
  }
  if (userId !== null) {
    const [user] = await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('key share')
    if (!user) throw new AppError('not_found', 'no such user')
  }
}
