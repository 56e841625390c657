import { and, eq, gt, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm'
import type { Database, Transaction } from '../../db/client.ts'
import { approvals, projects } from '../../db/schema/index.ts'
import type { Project } from '../projects/projects.ts'
import type { ListedRepository, RepositorySource } from './source.ts'

type Kind = RepositorySource['kind']

/** Projects of a forge that have, or are about to have, a repository there. */
const live = (kind: Kind) => and(eq(projects.forge, kind), ne(projects.status, 'archived'))

/**
 * The projects that some repositories belong to: by the forge's id, and where there is none, by name. An archived
 * project keeps its repository on GitHub, so that it is not found anew.
 */
export const projectsOf = async (
  db: Database,
  kind: Kind,
  repositories: readonly ListedRepository[],
): Promise<Project[]> => {
  if (repositories.length === 0) return []
  // In one parameter each: a statement with hundreds takes longer to put together than to answer.
  const names = sql`(select jsonb_array_elements_text(${JSON.stringify(repositories.map(({ repository }) => repository))}::jsonb))`
  const ids = repositories.flatMap(({ id }) => (id === null ? [] : [id]))
  const byName = or(
    sql`${projects.repository} in ${names}`,
    // Being made just now: prorab names a repository of this machine after its project.
    and(isNull(projects.repository), sql`${projects.name} in ${names}`),
  )
  return db
    .select()
    .from(projects)
    .where(
      or(
        sql`${projects.githubRepoId} in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::bigint)`,
        and(live(kind), isNull(projects.githubRepoId), byName),
      ),
    )
}

/** Finds the project of a repository among some. */
export const projectFinder = (known: readonly Project[]) => {
  const byId = new Map(known.flatMap((one) => (one.githubRepoId === null ? [] : [[one.githubRepoId, one]])))
  const byName = new Map(
    known.flatMap((one) => (one.githubRepoId === null ? [[one.repository ?? one.name, one]] : [])),
  )
  return ({ id, repository }: ListedRepository): Project | undefined =>
    (id === null ? undefined : byId.get(id)) ?? byName.get(repository)
}

/** Projects whose repository should be there, with what tells it from others. */
export const projectsWithRepository = (
  db: Database,
  kind: Kind,
): Promise<Pick<Project, 'id' | 'githubRepoId' | 'repository'>[]> =>
  db
    .select({ id: projects.id, githubRepoId: projects.githubRepoId, repository: projects.repository })
    .from(projects)
    .where(and(live(kind), isNotNull(projects.repository)))

/** One more listing in a row without these. */
export const countMissed = async (tx: Transaction, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  await tx
    .update(projects)
    .set({ missedListings: sql`${projects.missedListings} + 1` })
    .where(inArray(projects.id, [...ids]))
}

/** Those that the last listings did not show, or that are known to be gone. */
export const missedProjects = (db: Database, kind: Kind): Promise<Project[]> =>
  db
    .select()
    .from(projects)
    .where(
      and(
        live(kind),
        isNotNull(projects.repository),
        or(gt(projects.missedListings, 0), eq(projects.status, 'missing')),
      ),
    )

/** Projects that somebody said yes to deleting: their repository goes before their row says so. */
export const projectsBeingDeleted = async (db: Database): Promise<ReadonlySet<string>> => {
  const rows = await db
    .select({ projectId: approvals.projectId })
    .from(approvals)
    .where(
      and(
        eq(approvals.state, 'approved'),
        isNull(approvals.appliedAt),
        sql`${approvals.request} ->> 'kind' = 'delete_project'`,
      ),
    )
  return new Set(rows.flatMap(({ projectId }) => (projectId === null ? [] : [projectId])))
}
