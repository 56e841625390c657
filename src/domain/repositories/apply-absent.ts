import { inArray } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { projects } from '../../db/schema/index.ts'
import { AppError, asAppError } from '../../errors.ts'
import { report } from '../incidents/report.ts'
import { moveProject } from '../projects/lifecycle.ts'
import type { Project } from '../projects/projects.ts'
import { applySeen } from './apply-known.ts'
import { missingKey, unreachableKey } from './incident-keys.ts'
import { missedProjects, projectsBeingDeleted } from './known-projects.ts'
import type { LookedUp } from './source.ts'
import { type RepositorySync, write } from './sync-deps.ts'

export interface AbsentSummary {
  missing: number
  unreachable: number
  healed: number
}

/** A repository that is known to be gone is asked for in each of the first listings without it, then once an hour. */
const ASKED_EACH_TIME = 12
/** When the forge fails this often for single repositories, it is away. */
const FAILURES_MAX = 3

/**
 * Asks the forge for every repository that its listing left out (M-5): only what it itself calls gone is missing.
 * An answer that is none leaves the project as it is, and fails the sync once the others are done.
 *
 * @throws AppError platform_unavailable.
 */
export const applyAbsent = async (sync: RepositorySync): Promise<AbsentSummary> => {
  const { db, source, signal } = sync
  const summary: AbsentSummary = { missing: 0, unreachable: 0, healed: 0 }
  const [absent, beingDeleted] = await Promise.all([
    missedProjects(db, source.kind),
    projectsBeingDeleted(db),
  ])
  const failures: AppError[] = []
  for (const project of absent) {
    if (beingDeleted.has(project.id) || !isDue(project)) continue
    if (failures.length >= FAILURES_MAX) break
    try {
      const found = await source.lookUp(refOf(project), signal)
      await applyLookUp(sync, project, found, summary)
    } catch (error) {
      signal.throwIfAborted()
      const known = asAppError(error)
      if (!known.retryable) throw error
      failures.push(known)
    }
  }
  const [first] = failures
  if (first) throw new AppError(first.code, first.message, { cause: first })
  return summary
}

const isDue = ({ status, missedListings }: Project): boolean =>
  status !== 'missing' || missedListings <= ASKED_EACH_TIME || missedListings % ASKED_EACH_TIME === 0

export const refOf = ({ githubRepoId, repository, name }: Project) => ({
  id: githubRepoId,
  repository: repository ?? name,
})

/** What the forge said of one repository, put into its project; the incident and the move are one step. */
export const applyLookUp = async (
  sync: RepositorySync,
  { id }: Project,
  found: LookedUp,
  summary: AbsentSummary,
): Promise<void> => {
  await write(sync, async (tx) => {
    const [project] = await tx
      .select()
      .from(projects)
      .where(inArray(projects.id, [id]))
      .for('update')
    if (!project || project.status === 'archived') return []
    const now = sync.clock.now()
    switch (found.state) {
      case 'there': {
        if (project.status === 'missing') summary.healed++
        return applySeen(tx, { project, repository: found.repository, listed: false }, now)
      }
      case 'gone': {
        if (project.status !== 'missing') summary.missing++
        return markMissing(tx, project, sync, now)
      }
      case 'refused': {
        summary.unreachable++
        return tellUnreachable(tx, project, found, sync, now)
      }
      default:
        return found satisfies never
    }
  })
}

const markMissing = async (
  tx: Transaction,
  project: Project,
  { source }: RepositorySync,
  now: Date,
): Promise<string[]> => {
  if (project.status === 'missing') return []
  await moveProject(tx, {
    projectId: project.id,
    to: 'missing',
    actor: 'system',
    reason: 'the repository is gone',
  })
  // Nobody wants to be woken for what they said to leave alone.
  if (project.adoption === 'ignored') return []
  const { wake } = await report(tx, {
    kind: 'repo_missing',
    key: missingKey(project.id),
    severity: 'critical',
    subject: project.name,
    projectId: project.id,
    facts: factsOf(project, source.kind),
    now,
  })
  return wake
}

const tellUnreachable = async (
  tx: Transaction,
  project: Project,
  { status, reason }: Extract<LookedUp, { state: 'refused' }>,
  { source }: RepositorySync,
  now: Date,
): Promise<string[]> => {
  if (project.adoption === 'ignored') return []
  const { wake } = await report(tx, {
    kind: 'repo_unreachable',
    key: unreachableKey(project.id),
    severity: 'warning',
    subject: project.name,
    projectId: project.id,
    facts: { ...factsOf(project, source.kind), status, reason },
    now,
  })
  return wake
}

const factsOf = ({ repository, repositoryUrl }: Project, source: string) => ({
  source,
  repository,
  ...(repositoryUrl && { url: repositoryUrl }),
})
