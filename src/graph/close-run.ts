import type { Transaction } from '../db/client.ts'
import type { RunFailure, RunStatus } from '../db/shapes/run.ts'
import { markAnswered } from '../domain/approvals/approvals.ts'
import { cancelApprovals } from '../domain/approvals/timeouts.ts'
import { reviseViews, say } from '../domain/conversations/outbox.ts'
import { currentDeployment } from '../domain/deployments/deployments.ts'
import { releasePort } from '../domain/deployments/ports.ts'
import { moveProject } from '../domain/projects/lifecycle.ts'
import { type Project, requireProject, updateProject } from '../domain/projects/projects.ts'
import { moveRun, type Run, requireRun } from '../domain/runs/runs.ts'
import { openTasks } from '../domain/tasks/open-tasks.ts'
import { type AppError, asAppError, errorText } from '../errors.ts'
import type { WorkTree } from '../forges/forge.ts'
import { abandonTask } from './perform-task.ts'
import { noteRunEnd } from './run-incidents.ts'
import type { DeliveryDeps } from './session.ts'
import type { DeliveryState } from './state.ts'
import { DEFAULT_BRANCH, openWorkTree, removeExports, repositoryOf } from './work-tree.ts'

/** How a run ends. `by` is the person who stopped it. */
export type RunEnd =
  | { status: 'succeeded'; state: DeliveryState }
  | { status: 'rejected'; expired: boolean }
  | { status: 'stopped'; by: { id: string | null; name: string; surface: string } }
  | { status: 'failed'; problem: { key: string; args: Record<string, string | number> }; reference: string }

/** Fits one message of any platform, with the words around it. */
const SHOWN_DIFF_CHARS = 2_500

/** A fence for the writes: the lease of whoever drives the run, or nothing when nobody does. */
type Fence = (tx: Transaction) => Promise<void>

/**
 * Closes a run: its status, what becomes of the project, its open questions, and one message that says how it
 * ended (design rule 9), in one transaction. What was worked on stays in the repository, as a branch or a rescue
 * ref; the work tree goes.
 */
export const closeRun = async (
  deps: DeliveryDeps,
  runId: string,
  end: RunEnd,
  fence: Fence = async () => {},
): Promise<void> => {
  const { db, wake, forge } = deps
  const run = await requireRun(db, runId)
  const project = await requireProject(db, run.projectId)
  const live = await currentDeployment(db, project.id)
  // A worker may be at it still, in another process, when nobody drove the run: it must let go of the tree first.
  for (const task of await openTasks(db, { runId })) await abandonTask(deps, task)
  const tree = await treeOf(deps, project, runId, end)
  const tried = end.status === 'failed' ? await triedIn(tree) : ''
  const diff = live && tried ? shownDiff(tried) : undefined

  if (end.status === 'succeeded' && tree) {
    await tree.push()
    await forge.merge({
      repository: repositoryOf(project),
      branch: tree.branch,
      message: `Merge ${tree.branch}: ${project.title}`,
    })
  }
  const branch = tried === '' ? undefined : await keepBranch(deps, tree, runId)
  const conversations = await db.transaction(async (tx) => {
    await fence(tx)
    await moveRun(
      tx,
      runId,
      end.status,
      patchOf(run, end, { diff, branch, oldVersionRuns: live !== undefined }),
    )
    const by = end.status === 'stopped' ? end.by : { id: null, name: '', surface: 'system' }
    const cancelled = await cancelApprovals(tx, runId, by, deps.clock.now())
    await markAnswered(tx, runId, { now: deps.clock.now() })
    await settleProject(tx, run, end, live !== undefined)
    if (end.status === 'succeeded')
      await updateProject(tx, project.id, {
        traits: { ...project.traits, ...(end.state.plan?.spec ? { spec: end.state.plan.spec } : {}) },
      })
    await say(tx, {
      conversationId: run.conversationId,
      key: `run:${runId}:result`,
      content: { type: 'view', view: 'run-result', args: { id: runId } },
      readerId: run.requestedBy,
    })
    const touched = await Promise.all([
      reviseViews(tx, 'run', { id: runId }),
      ...cancelled.map((approval) => reviseViews(tx, 'approval', { id: approval.id })),
    ])
    const alerted = await noteRunEnd(tx, deps, { project, runId, end })
    return [run.conversationId, ...touched.flat(), ...alerted]
  })
  await Promise.all([...new Set(conversations)].map((id) => wake.deliver(id)))
  await Promise.all([tree?.discard(), removeExports(deps, runId)]).catch((error) =>
    deps.log.warn({ runId, err: errorText(error) }, 'work_tree.discard_failed'),
  )
}

/** What a failed run changed, '' when it came to nothing; undefined when git cannot tell. */
const triedIn = async (tree: WorkTree | undefined): Promise<string | undefined> =>
  tree ? tree.diff(DEFAULT_BRANCH).catch(() => undefined) : ''

/** What was tried is pushed, so that it has a name people can look at. */
const keepBranch = async (
  deps: DeliveryDeps,
  tree: WorkTree | undefined,
  runId: string,
): Promise<string | undefined> => {
  try {
    await tree?.commit({ message: 'What was tried' })
    await tree?.push()
    return tree?.branch
  } catch (error) {
    deps.log.warn({ runId, err: errorText(error) }, 'work_tree.push_failed')
    return undefined
  }
}

/** What of a diff a card shows: whole lines, and how many more there are. The repository keeps all of it. */
const shownDiff = (diff: string): string => {
  if (diff.length <= SHOWN_DIFF_CHARS) return diff
  const end = diff.lastIndexOf('\n', SHOWN_DIFF_CHARS)
  const shown = diff.slice(0, end < 0 ? SHOWN_DIFF_CHARS : end)
  const left = diff.slice(shown.length).split('\n').length - 1
  return `${shown}\n[… +${left}]`
}

/** A run that failed must be closed also when its work tree is what failed; a success needs it. */
const treeOf = async (
  deps: DeliveryDeps,
  project: Project,
  runId: string,
  end: RunEnd,
): Promise<WorkTree | undefined> => {
  if (!project.repository) return undefined
  try {
    return await openWorkTree(deps, project, runId)
  } catch (error) {
    if (end.status === 'succeeded') throw error
    deps.log.warn({ runId, err: errorText(error) }, 'work_tree.open_failed')
    return undefined
  }
}

const patchOf = (
  run: Run,
  end: RunEnd,
  facts: { diff?: string; branch?: string; oldVersionRuns: boolean },
): Partial<Run> => {
  switch (end.status) {
    case 'succeeded':
      return {
        result: {
          url: end.state.deployed?.url,
          version: end.state.deployed?.version,
          testsPassed: end.state.tests?.passed,
        },
      }
    case 'failed': {
      const failure: RunFailure = { ...end.problem, reference: end.reference, ...facts }
      return { failure }
    }
    case 'stopped':
      return { stoppedBy: end.by.id ?? run.stoppedBy }
    case 'rejected':
      return end.expired ? { result: { expired: true } } : {}
    default:
      return end satisfies never
  }
}

/**
 * A live project goes back to `active`, with its new version or its old one (M-14). One that was never built is
 * archived, and leaves nothing behind. One that stopped half way stays where it is, to be continued.
 */
const settleProject = async (tx: Transaction, run: Run, end: RunEnd, live: boolean): Promise<void> => {
  const project = await requireProject(tx, run.projectId)
  const move = (to: 'active' | 'maintenance' | 'archived' | 'verified', reason: string) =>
    moveProject(tx, { projectId: project.id, to, actor: `run:${run.id}`, reason })
  const unbuilt = project.status === 'draft' || project.status === 'estimated'
  if (end.status === 'succeeded') return move('active', 'deployed and answering')
  if (live || project.status === 'maintenance') {
    if (project.status === 'deploying') await move('maintenance', reasonOf(end.status))
    return project.status === 'active' ? undefined : move('active', reasonOf(end.status))
  }
  if (unbuilt) {
    await releasePort(tx, project.id)
    return move('archived', reasonOf(end.status))
  }
  if (project.status === 'deploying') await move('verified', reasonOf(end.status))
}

const reasonOf = (status: RunStatus): string =>
  status === 'rejected'
    ? 'the plan was rejected'
    : status === 'stopped'
      ? 'stopped by a person'
      : 'the run failed'

/** Any error as the end of a run, with the reference that finds it in the logs. */
export const failureOf = (error: unknown): Extract<RunEnd, { status: 'failed' }> => {
  const known: AppError = asAppError(error)
  return { status: 'failed', problem: known.userMessage, reference: known.reference }
}
