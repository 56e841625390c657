import { isUnderConstruction } from '../../domain/projects/lifecycle.ts'
import { requireProject } from '../../domain/projects/projects.ts'
import { moveRun } from '../../domain/runs/runs.ts'
import { askHuman } from '../human.ts'
import { reportProgress } from '../progress.ts'
import { runTask } from '../run-task.ts'
import type { DeliveryDeps, RunSession } from '../session.ts'
import type { DeliveryState } from '../state.ts'
import { planResult } from '../work/plan-work.ts'
import { isOverspent } from './budget.ts'
import { planRequest } from './threshold.ts'

/** Plans the work. An architect that hands in no plan has said why it cannot; that becomes the run's problem. */
export const architect = (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
  const { kind, lang, wishes, plan } = state
  const { title } = await requireProject(deps.db, state.projectId)
  await reportProgress(deps, session, state.runId, { step: 'design', progress: { state: 'running' } })
  const result = planResult.parse(
    await runTask(deps, session, state, {
      workType: 'plan_work',
      title,
      input: { kind, lang, wishes, ...(plan && { plan }) },
      role: 'architect',
    }),
  )
  if ('plan' in result) return { plan: result.plan, problem: undefined }
  await reportProgress(deps, session, state.runId, { step: 'design', progress: { state: 'failed' } })
  return { problem: { key: 'run-cannot-plan', args: { reason: result.reason } } }
}

/** Both are done: the plan, if there is one, is written down and the project moves, so that the card can be drawn from rows. */
export const presentPlan = (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
  if (isOverspent(state) || state.problem) return {}
  const { status } = await requireProject(deps.db, state.projectId)
  await reportProgress(
    deps,
    session,
    state.runId,
    {
      step: 'design',
      progress: { state: 'done' },
      project: {
        id: state.projectId,
        to: isUnderConstruction(status) ? ['estimated'] : [],
        actor: 'agent:architect',
        reason: 'a plan is ready',
      },
    },
    async (tx) => {
      await moveRun(tx, state.runId, 'running', { plan: state.plan ?? null })
    },
  )
  return {}
}

/** The plan card. The interrupt is all there is in this node (design rule 4). */
export const approvePlan = () => async (state: DeliveryState) => {
  const decision = askHuman(planRequest(state))
  const wishes = decision.verb === 'change' && decision.text ? [...state.wishes, decision.text] : state.wishes
  return { decision, wishes }
}
