import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { leases, projects, runs } from '../../db/schema/index.ts'
import type { RunKind, RunProgress, RunStatus, RunStep, StepProgress } from '../../db/shapes/run.ts'
import { AppError } from '../../errors.ts'

export type Run = typeof runs.$inferSelect

export const LIVE_RUN_STATUSES = ['queued', 'running', 'waiting'] as const satisfies readonly RunStatus[]

export const isLive = (run: Run): boolean => (LIVE_RUN_STATUSES as readonly RunStatus[]).includes(run.status)

export interface NewRun {
  projectId: string
  conversationId: string
  requestedBy: string
  kind: RunKind
  request: string
  /** Asking again with the same key finds the same run: a repeated tool call starts nothing twice. */
  originKey: string
}

/** @throws AppError conflict while another run works on the project; not_found when it was deleted meanwhile. */
export const createRun = async (tx: Transaction, input: NewRun): Promise<{ run: Run; fresh: boolean }> => {
  const [run] = await tx
    .insert(runs)
    .values({ ...input, progress: { steps: {} } })
    .onConflictDoNothing()
    .returning()
  if (run) {
    // Read after the insert, which waits for a deletion under way: nothing may be built for what is gone.
    const [project] = await tx
      .select({ status: projects.status, forge: projects.forge, name: projects.name })
      .from(projects)
      .where(eq(projects.id, input.projectId))
    if (project?.status === 'archived') throw new AppError('not_found', 'the project was deleted')
    if (project?.forge === 'github')
      throw new AppError('conflict', `${project.name} is on GitHub, where prorab only reads`, {
        userMessage: { key: 'run-not-on-github', args: { name: project.name } },
      })
    return { run, fresh: true }
  }
  const existing = await findRunByOrigin(tx, input.originKey)
  if (existing) return { run: existing, fresh: false }
  throw new AppError('conflict', 'another run is working on this project', {
    userMessage: { key: 'run-already-live', args: {} },
  })
}

export const findRunByOrigin = async (db: Executor, originKey: string): Promise<Run | undefined> => {
  const [run] = await db.select().from(runs).where(eq(runs.originKey, originKey))
  return run
}

export const findRun = async (db: Executor, id: string): Promise<Run | undefined> => {
  const [run] = await db.select().from(runs).where(eq(runs.id, id))
  return run
}

/** @throws AppError not_found. */
export const requireRun = async (db: Executor, id: string): Promise<Run> => {
  const run = await findRun(db, id)
  if (!run) throw new AppError('not_found', `run ${id} does not exist`)
  return run
}

/** Runs that are not over, oldest first; of one conversation or of all. */
export const liveRuns = (
  db: Executor,
  { conversationId }: { conversationId?: string } = {},
): Promise<Run[]> =>
  db
    .select()
    .from(runs)
    .where(
      and(
        inArray(runs.status, [...LIVE_RUN_STATUSES]),
        conversationId ? eq(runs.conversationId, conversationId) : undefined,
      ),
    )
    .orderBy(runs.createdAt)

export const lastRuns = (db: Executor, projectId: string, limit = 5): Promise<Run[]> =>
  db.select().from(runs).where(eq(runs.projectId, projectId)).orderBy(desc(runs.createdAt)).limit(limit)

/** The lease under which a run is driven. */
export const runLease = (id: string): string => `run:${id}`

/** Who asked for the stop; read when the run is closed. */
export const noteStopper = async (db: Executor, id: string, userId: string): Promise<void> => {
  await db.update(runs).set({ stoppedBy: userId }).where(eq(runs.id, id))
}

/** Runs that should be going on but that no process holds: for the sweeper. */
export const runsLeftAlone = async (db: Executor): Promise<string[]> => {
  const rows = await db
    .select({ id: runs.id })
    .from(runs)
    .leftJoin(leases, eq(leases.key, sql`'run:' || ${runs.id}`))
    .where(
      and(
        inArray(runs.status, ['queued', 'running']),
        sql`coalesce(${leases.expiresAt}, '-infinity') < clock_timestamp()`,
      ),
    )
  return rows.map(({ id }) => id)
}

/** Where a run may go from where it is. */
const RUN_MOVES: Record<RunStatus, readonly RunStatus[]> = {
  queued: ['running', 'stopped', 'failed'],
  running: ['waiting', 'succeeded', 'failed', 'rejected', 'stopped'],
  waiting: ['running', 'rejected', 'stopped', 'failed'],
  succeeded: [],
  failed: [],
  rejected: [],
  stopped: [],
}

/**
 * Moves a run under a row lock; moving to where it is only applies the patch.
 * @throws AppError conflict for a move the table does not allow (a stopped run stays stopped).
 */
export const moveRun = async (
  tx: Transaction,
  id: string,
  to: RunStatus,
  patch: Partial<Pick<Run, 'plan' | 'result' | 'failure' | 'stoppedBy' | 'autoApprovedBy'>> = {},
): Promise<Run> => {
  const [run] = await tx.select().from(runs).where(eq(runs.id, id)).for('update')
  if (!run) throw new AppError('not_found', `run ${id} does not exist`)
  if (run.status !== to && !RUN_MOVES[run.status].includes(to))
    throw new AppError('conflict', `a run cannot go from ${run.status} to ${to}`)
  const now = new Date()
  const over = RUN_MOVES[to].length === 0
  const [moved] = await tx
    .update(runs)
    .set({
      ...patch,
      status: to,
      startedAt: run.startedAt ?? (to === 'running' ? now : null),
      finishedAt: over ? (run.finishedAt ?? now) : null,
    })
    .where(eq(runs.id, id))
    .returning()
  return moved ?? run
}

/** Notes how far a step is; what a person sees of it is drawn from here. */
export const noteStep = async (
  tx: Transaction,
  id: string,
  step: RunStep,
  progress: StepProgress,
): Promise<Run> => {
  const [run] = await tx.select().from(runs).where(eq(runs.id, id)).for('update')
  if (!run) throw new AppError('not_found', `run ${id} does not exist`)
  const next: RunProgress = { steps: { ...run.progress.steps, [step]: progress } }
  await tx.update(runs).set({ progress: next }).where(eq(runs.id, id))
  return { ...run, progress: next }
}
