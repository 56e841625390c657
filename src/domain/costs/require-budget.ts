import type { Executor } from '../../db/client.ts'
import { AppError } from '../../errors.ts'
import { budgetState } from './budgets.ts'

/**
 * To be asked before every call of a model (G-12). One small query where there is no budget.
 * @throws AppError budget_exceeded once one is wholly used, unless a person allowed more this month.
 */
export const requireBudget = async (
  db: Executor,
  about: { projectId?: string; now: Date },
): Promise<void> => {
  const state = await budgetState(db, about)
  if (state?.level !== 'used') return
  const { projectName, spentUsd, monthlyUsd, month } = state
  const args = { spent: spentUsd, budget: monthlyUsd }
  throw new AppError(
    'budget_exceeded',
    `the budget of ${projectName ?? 'the installation'} for ${month} is used`,
    {
      userMessage: projectName
        ? { key: 'budget-used-project', args: { ...args, project: projectName } }
        : { key: 'budget-used', args },
    },
  )
}
