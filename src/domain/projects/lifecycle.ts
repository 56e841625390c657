import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { projectEvents, projects } from '../../db/schema/index.ts'
import type { ProjectStatus } from '../../db/shapes/project.ts'
import { AppError } from '../../errors.ts'

/**
 * Where a project may go from where it is (M-1). A change to a live project stays in `maintenance` while it is
 * worked on, because its old version is still running; only a finished one goes through `deploying`.
 * A run that failed before the first deployment leaves the project where it stopped; the next run starts
 * implementing again from there.
 */
export const PROJECT_MOVES: Record<ProjectStatus, readonly ProjectStatus[]> = {
  draft: ['estimated', 'archived'],
  estimated: ['draft', 'provisioning', 'archived'],
  provisioning: ['initialized', 'archived', 'missing'],
  initialized: ['designing', 'archived', 'missing'],
  designing: ['designed', 'archived', 'missing'],
  designed: ['designing', 'implementing', 'archived', 'missing'],
  implementing: ['implemented', 'designing', 'archived', 'missing'],
  implemented: ['verifying', 'implementing', 'designing', 'archived', 'missing'],
  verifying: ['verified', 'implementing', 'designing', 'archived', 'missing'],
  verified: ['deploying', 'implementing', 'designing', 'archived', 'missing'],
  deploying: ['active', 'verified', 'implementing', 'designing', 'maintenance', 'archived', 'missing'],
  active: ['maintenance', 'archived', 'missing'],
  maintenance: ['active', 'deploying', 'archived', 'missing'],
  // Back to where it was when its repository went missing.
  missing: [
    'discovered',
    'provisioning',
    'initialized',
    'designing',
    'designed',
    'implementing',
    'implemented',
    'verifying',
    'verified',
    'deploying',
    'active',
    'maintenance',
    'archived',
  ],
  discovered: ['initialized', 'active', 'missing', 'archived'],
  archived: [],
}

/** From the request to the running service. */
export const WAY: readonly ProjectStatus[] = [
  'draft',
  'estimated',
  'provisioning',
  'initialized',
  'designing',
  'designed',
  'implementing',
  'implemented',
  'verifying',
  'verified',
  'deploying',
  'active',
]

/** On its way to the first deployment: whatever the next run is asked for, it goes on along that way. */
export const isUnderConstruction = (status: ProjectStatus): boolean =>
  status !== 'active' && WAY.includes(status)

export interface ProjectMove {
  projectId: string
  to: ProjectStatus
  /** `user:<id>`, `agent:<role>` or `system`. */
  actor: string
  reason: string
}

/**
 * Moves a project and records the move, under a row lock. Moving to where it already is changes nothing, so a
 * step that is repeated after a crash is harmless.
 * @throws AppError not_found, or conflict for a move that the table does not allow.
 */
export const moveProject = async (tx: Transaction, move: ProjectMove): Promise<void> => {
  const [project] = await tx
    .select({ status: projects.status, version: projects.version })
    .from(projects)
    .where(eq(projects.id, move.projectId))
    .for('update')
  if (!project) throw new AppError('not_found', `project ${move.projectId} does not exist`)
  if (project.status === move.to) return
  if (!PROJECT_MOVES[project.status].includes(move.to))
    throw new AppError('conflict', `a project cannot go from ${project.status} to ${move.to}`)
  await tx
    .update(projects)
    .set({ status: move.to, version: project.version + 1, updatedAt: new Date() })
    .where(and(eq(projects.id, move.projectId), eq(projects.version, project.version)))
  await tx.insert(projectEvents).values({
    projectId: move.projectId,
    from: project.status,
    to: move.to,
    actor: move.actor,
    reason: move.reason,
  })
}

/**
 * Moves a project on through several statuses. A step that is repeated after a crash finds the project somewhere
 * on the way or at its end, and catches up from there.
 * @throws AppError not_found, or conflict for a move that the table does not allow and that was not made before.
 */
export const advanceProject = async (
  tx: Transaction,
  { to, ...move }: Omit<ProjectMove, 'to'> & { to: readonly ProjectStatus[] },
): Promise<void> => {
  const [project] = await tx
    .select({ status: projects.status })
    .from(projects)
    .where(eq(projects.id, move.projectId))
    .for('update')
  let status = project?.status
  for (const next of to.slice(status ? to.indexOf(status) + 1 : 0)) {
    if (status && wasPassed(next, status)) continue
    await moveProject(tx, { ...move, to: next })
    status = next
  }
}

/** Going back is a move of its own where the table has it: then it is meant. */
const wasPassed = (next: ProjectStatus, status: ProjectStatus): boolean =>
  WAY.includes(next) && WAY.indexOf(next) < WAY.indexOf(status) && !PROJECT_MOVES[status].includes(next)
