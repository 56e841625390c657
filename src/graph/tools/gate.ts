import type { Database, Executor } from '../../db/client.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import { incidentByNumber } from '../../domain/incidents/find.ts'
import { findProject, type Project, projectById } from '../../domain/projects/projects.ts'
import { findRun } from '../../domain/runs/runs.ts'
import { can, requirePermission } from '../../domain/users/permissions.ts'
import { findPerson, type Person } from '../../domain/users/person.ts'
import { AppError } from '../../errors.ts'
import type { CallIds } from '../models/call-model.ts'
import type { AgentTool, ToolRisk } from './tool.ts'
import { unknownProject } from './unknown-project.ts'

const RISKS: readonly ToolRisk[] = ['LOW', 'MEDIUM', 'HIGH']

/**
 * Whose authority work goes by: who asked for the run, or who speaks (design rule 8). Read anew each time, so that a
 * role that was changed counts at once; undefined when they have no access any more.
 */
export const actingPerson = async (db: Executor, { runId, userId }: CallIds): Promise<Person | undefined> => {
  const id = runId ? (await findRun(db, runId))?.requestedBy : userId
  return id ? findPerson(db, id) : undefined
}

/** The tools an agent has: those its config names, up to its risk level (G-1). */
export const toolsOf = (agent: Agent, tools: readonly AgentTool[]): AgentTool[] =>
  tools.filter(
    ({ name, risk }) =>
      agent.config.tools.includes(name) &&
      RISKS.indexOf(risk) <= RISKS.indexOf(agent.config.metadata.risk_level),
  )

/**
 * What an agent is told of: of the tools it has those that the person may use. What belongs to somebody counts as
 * theirs here: which project it is about, only the call tells.
 */
export const offeredTools = (
  agent: Agent,
  tools: readonly AgentTool[],
  person: Person | undefined,
): AgentTool[] =>
  toolsOf(agent, tools).filter(
    ({ permission }) => !permission || (person && can(person, permission, { ownerId: person.id })),
  )

/**
 * The last check before a tool runs, with what the call is about.
 * @throws AppError forbidden; not_found for a project that is not there.
 */
export const requireMay = async (
  db: Database,
  tool: AgentTool,
  args: Record<string, unknown>,
  ids: CallIds,
): Promise<void> => {
  const project = await subjectOf(db, tool, args, ids)
  if (!tool.permission) return
  const person = await actingPerson(db, ids)
  if (!person) throw new AppError('forbidden', 'who asked for this has no access any more')
  requirePermission(person, tool.permission, project)
}

/**
 * The project that a call names, or that the incident it names is about; else the one that is worked on.
 * @throws AppError not_found for a name nobody has.
 */
export const subjectOf = async (
  db: Executor,
  tool: AgentTool,
  args: Record<string, unknown>,
  { projectId }: CallIds,
): Promise<Project | undefined> => {
  const number = tool.incident?.(args)
  if (number !== undefined) return projectOfIncident(db, number)
  const name = tool.project?.(args)
  if (name === undefined) return projectId ? projectById(db, projectId) : undefined
  const project = await findProject(db, name)
  if (!project) throw unknownProject(name)
  return project
}

const projectOfIncident = async (db: Executor, number: number): Promise<Project | undefined> => {
  const incident = await incidentByNumber(db, number)
  if (!incident) throw new AppError('not_found', `there is no incident ${number}`)
  return incident.projectId ? projectById(db, incident.projectId) : undefined
}
