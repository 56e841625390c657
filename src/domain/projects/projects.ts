import { and, count, desc, eq, like, ne, or, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { projectEvents, projects } from '../../db/schema/index.ts'
import { AppError } from '../../errors.ts'
import type { AgentSeed } from '../agents/seed.ts'
import { createStarterPack } from '../agents/starter-pack.ts'
import { assertProjectName } from './name.ts'

export type Project = typeof projects.$inferSelect

export interface NewProject {
  name: string
  title: string
  description: string
  ownerId: string
  conversationId: string
}

/**
 * Creates a draft project together with its agents: nothing outside the database happens before a person
 * approved the plan.
 * @param starterPack the agents it gets.
 * @throws AppError invalid for a bad name, conflict (with a free name in the message) for one that is taken.
 */
export const createProject = async (
  tx: Transaction,
  input: NewProject,
  starterPack: readonly AgentSeed[],
): Promise<Project> => {
  assertProjectName(input.name)
  const [project] = await tx.insert(projects).values(input).onConflictDoNothing().returning()
  if (!project) {
    const suggestion = await freeName(tx, input.name)
    throw new AppError('conflict', `there is already a project ${input.name}; ${suggestion} is free`, {
      userMessage: { key: 'project-name-taken', args: { name: input.name, suggestion } },
    })
  }
  await tx.insert(projectEvents).values({
    projectId: project.id,
    to: 'draft',
    actor: `user:${input.ownerId}`,
    reason: 'asked for in chat',
  })
  await createStarterPack(tx, project.id, starterPack)
  return project
}

/** The name itself, or with the smallest number behind it that makes it free. */
export const freeName = async (db: Executor, name: string): Promise<string> => {
  const taken = await db
    .select({ name: projects.name })
    .from(projects)
    .where(
      and(ne(projects.status, 'archived'), or(eq(projects.name, name), like(projects.name, `${name}-%`))),
    )
  const names = new Set(taken.map((row) => row.name))
  if (!names.has(name)) return name
  for (let number = 2; ; number++) if (!names.has(`${name}-${number}`)) return `${name}-${number}`
}

export const findProject = async (db: Executor, name: string): Promise<Project | undefined> => {
  const [project] = await db
    .select()
    .from(projects)
    .where(and(eq(projects.name, name), ne(projects.status, 'archived')))
  return project
}

export const projectById = async (db: Executor, id: string): Promise<Project | undefined> => {
  const [project] = await db.select().from(projects).where(eq(projects.id, id))
  return project
}

/** @throws AppError not_found. */
export const requireProject = async (db: Executor, id: string): Promise<Project> => {
  const project = await projectById(db, id)
  if (!project) throw new AppError('not_found', `project ${id} does not exist`)
  return project
}

/** Not archived, and not to be left alone. */
export const isShown = and(
  ne(projects.status, 'archived'),
  sql`${projects.adoption} is distinct from 'ignored'`,
)

/** Newest first; those that were found and that nobody decided about come last, so that an organisation full of them hides nothing. */
export const shownOrder = [sql`${projects.status} = 'discovered'`, desc(projects.createdAt)]

export interface ProjectPage {
  projects: Project[]
  total: number
}

/** Without the archived ones and those that are to be left alone. `page` counts from 1. */
export const listProjects = async (
  db: Executor,
  { page = 1, pageSize = 10 }: { page?: number; pageSize?: number } = {},
): Promise<ProjectPage> => {
  const rows = await db
    .select({ project: projects, total: sql<number>`(count(*) over ())::int` })
    .from(projects)
    .where(isShown)
    .orderBy(...shownOrder)
    .limit(pageSize)
    .offset((page - 1) * pageSize)
  // A page behind the last one has no row to tell how many there are.
  const [all] =
    rows.length > 0 || page === 1 ? rows : await db.select({ total: count() }).from(projects).where(isShown)
  return { projects: rows.map(({ project }) => project), total: all?.total ?? 0 }
}

/** Remembers what planning needs next time, or where the repository is. */
export const updateProject = async (
  db: Executor,
  id: string,
  change: Partial<Pick<Project, 'title' | 'description' | 'repository' | 'traits'>>,
): Promise<void> => {
  await db
    .update(projects)
    .set({ ...change, updatedAt: new Date() })
    .where(eq(projects.id, id))
}
