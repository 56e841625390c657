import { questionAbout } from '../../domain/costs/budget-question.ts'
import { budgetState } from '../../domain/costs/budgets.ts'
import { asAppError } from '../../errors.ts'
import { askHuman } from '../human.ts'
import type { DeliveryDeps, RunSession } from '../session.ts'
import type { DeliveryState } from '../state.ts'

/** Looks at the budgets before a model works on the project (G-12). */
export const checkBudget = (deps: DeliveryDeps) => async (state: DeliveryState) => {
  const { projectId } = state
  const tightest = await budgetState(deps.db, { projectId, now: deps.clock.now() })
  return { budget: questionAbout(tightest), overspent: false }
}

export const hasBudgetQuestion = (state: DeliveryState): boolean => state.budget !== undefined

/** The budget card. The interrupt is all there is in this node; a yes is written down together with the decision. */
export const askBudget =
  () =>
  async (state: DeliveryState): Promise<Partial<DeliveryState>> => {
    const { verb, by } = askHuman({
      v: 1,
      kind: 'budget',
      risk: 'low',
      allow: ['approve', 'reject'],
      facts: { ...state.budget },
    })
    if (verb === 'approve') return { budget: undefined }
    const { spent = 0, budget = 0 } = state.budget ?? {}
    return {
      budget: undefined,
      problem:
        verb === 'expire'
          ? { key: 'run-budget-unanswered', args: { spent, budget } }
          : { key: 'run-budget-stopped', args: { spent, budget, who: by } },
    }
  }

type Work = (state: DeliveryState, session: RunSession) => Promise<Partial<DeliveryState>>

/** A step whose model was refused for lack of budget has not failed: a person is asked, and it is done again. */
export const withinBudget =
  (work: Work): Work =>
  async (state, session) => {
    try {
      return await work(state, session)
    } catch (error) {
      if (asAppError(error).code !== 'budget_exceeded') throw error
      return { overspent: true }
    }
  }

export const isOverspent = (state: DeliveryState): boolean => state.overspent === true
