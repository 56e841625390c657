import { and, desc, eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { projectEvents, projects } from '../../db/schema/index.ts'
import type { ProjectStatus } from '../../db/shapes/project.ts'
import { heal } from '../incidents/heal.ts'
import { moveProject } from '../projects/lifecycle.ts'
import type { Project } from '../projects/projects.ts'
import { missingKey, unreachableKey } from './incident-keys.ts'
import type { ListedRepository } from './source.ts'

export interface Seen {
  project: Project
  repository: ListedRepository
  /** By the listing; otherwise by asking for it alone, and the next listing is to be looked at again. */
  listed: boolean
}

type Change = Partial<typeof projects.$inferInsert>

/** Whether a project already says what its repository is. */
export const isInLine = ({ project, repository, listed }: Seen): boolean =>
  project.status === 'archived' ||
  (project.status !== 'missing' && Object.keys(changeOf({ project, repository, listed })).length === 0)

/**
 * Brings a project in line with its repository, which is there: renamed, transferred, made private, archived, or back
 * again (M-2, M-5). Nothing else that people or agents said of the project is touched.
 *
 * @returns the conversations to wake.
 */
export const applySeen = async (tx: Transaction, seen: Seen, now: Date): Promise<string[]> => {
  const { project } = seen
  const change = changeOf(seen)
  if (project.status === 'archived') return []
  if (Object.keys(change).length > 0)
    await tx
      .update(projects)
      .set({ ...change, updatedAt: now })
      .where(eq(projects.id, project.id))
  const wasAway = project.missedListings > 0 || project.status === 'missing'
  return wasAway ? comeBack(tx, project, now) : []
}

const changeOf = ({ project, repository, listed }: Seen): Change => {
  const change: Change = {}
  if (listed && project.missedListings > 0) change.missedListings = 0
  // A bare repository of this machine has nothing to tell but its name, and that is how it was found.
  if (repository.id === null) return change
  if (project.githubRepoId !== repository.id) change.githubRepoId = repository.id
  if (project.repository !== repository.repository) change.repository = repository.repository
  if (project.repositoryUrl !== repository.url) change.repositoryUrl = repository.url
  if (project.isPrivate !== repository.isPrivate) change.isPrivate = repository.isPrivate
  if (project.isArchivedThere !== repository.isArchived) change.isArchivedThere = repository.isArchived
  if (isUntouched(project)) {
    if (project.title !== repository.name) change.title = repository.name
    if (project.description !== repository.description) change.description = repository.description
  }
  return change
}

/** Found, and not yet looked after: it is described by its repository alone. */
const isUntouched = ({ status, adoption }: Project): boolean => status === 'discovered' && adoption === null

const comeBack = async (tx: Transaction, project: Project, now: Date): Promise<string[]> => {
  const back = project.status === 'missing' ? await statusBefore(tx, project.id) : undefined
  if (back)
    await moveProject(tx, {
      projectId: project.id,
      to: back,
      actor: 'system',
      reason: 'the repository is there again',
    })
  const healed = [
    await heal(tx, { key: missingKey(project.id), now }),
    await heal(tx, { key: unreachableKey(project.id), now }),
  ]
  return healed.flatMap((one) => one?.wake ?? [])
}

/** Where it was when its repository went missing. */
const statusBefore = async (tx: Transaction, projectId: string): Promise<ProjectStatus> => {
  const [event] = await tx
    .select({ from: projectEvents.from })
    .from(projectEvents)
    .where(and(eq(projectEvents.projectId, projectId), eq(projectEvents.to, 'missing')))
    .orderBy(desc(projectEvents.at))
    .limit(1)
  return event?.from ?? 'discovered'
}
