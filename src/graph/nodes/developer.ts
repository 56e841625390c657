import { isUnderConstruction } from '../../domain/projects/lifecycle.ts'
import { requireProject } from '../../domain/projects/projects.ts'
import { AppError } from '../../errors.ts'
import { reportProgress } from '../progress.ts'
import { runTask } from '../run-task.ts'
import type { DeliveryDeps, RunSession } from '../session.ts'
import type { DeliveryState } from '../state.ts'

const ACTOR = 'agent:developer'

/**
 * Does one task of the plan, or, when all are done and the tests sent the work back, one repair. One task is one
 * node execution and one commit: after a crash only the task at hand is done again, over its own files.
 */
export const developer = (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
  const { plan } = state
  if (!plan) throw new AppError('internal', 'there is no plan to build')
  const work = state.engineering ?? { status: 'idle' as const, task: 0, round: 0 }
  const project = await requireProject(deps.db, state.projectId)
  const task = plan.tasks[work.task]
  const build = { done: Math.min(work.task, plan.tasks.length), total: plan.tasks.length }
  await reportProgress(deps, session, state.runId, {
    step: 'build',
    progress: { state: 'running', ...build, note: task?.title ?? '' },
    ...(isUnderConstruction(project.status)
      ? { project: { id: project.id, to: ['implementing'], actor: ACTOR, reason: 'work began' } }
      : {}),
  })
  await runTask(deps, session, state, {
    workType: task ? 'implement' : 'repair',
    title: task?.title ?? project.title,
    input: { wishes: state.wishes, plan, ...(task ? { task } : { testOutput: state.tests?.output ?? '' }) },
    role: 'code',
  })
  const next = task ? work.task + 1 : work.task
  await reportProgress(deps, session, state.runId, {
    step: 'build',
    progress: { state: next >= plan.tasks.length ? 'done' : 'running', done: next, total: plan.tasks.length },
  })
  return { engineering: { status: 'working' as const, task: next, round: work.round } }
}

export const hasTasksLeft = (state: DeliveryState): boolean =>
  (state.engineering?.task ?? 0) < (state.plan?.tasks.length ?? 0)
