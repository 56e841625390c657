import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Transaction } from '../../db/client.ts'
import { budgetAllowances, budgets } from '../../db/schema/index.ts'
import type { ApprovalRequest } from '../../db/shapes/approval.ts'
import type { BudgetState } from './budgets.ts'

/** What a run asks when a budget is nearly or wholly used. Sums in US dollars. */
export const budgetQuestion = z.strictObject({
  budgetId: z.uuid(),
  scope: z.enum(['installation', 'project']),
  level: z.enum(['near', 'used']),
  month: z.string().regex(/^\d{4}-\d{2}$/),
  spent: z.number(),
  budget: z.number(),
  /** Up to here, when the answer is yes. */
  next: z.number(),
  nextPercent: z.number().int(),
})
export type BudgetQuestion = z.infer<typeof budgetQuestion>

/** @returns undefined while nothing has to be asked. */
export const questionAbout = (state: BudgetState | undefined): BudgetQuestion | undefined =>
  state && state.level !== 'fine'
    ? {
        budgetId: state.id,
        scope: state.projectId ? 'project' : 'installation',
        level: state.level,
        month: state.month,
        spent: state.spentUsd,
        budget: state.monthlyUsd,
        next: (state.monthlyUsd * state.nextPercent) / 100,
        nextPercent: state.nextPercent,
      }
    : undefined

/** A yes to this counts for every project, so that no project's owner may give it. */
export const isAboutInstallation = ({ kind, facts }: ApprovalRequest): boolean =>
  kind === 'budget' && facts.scope !== 'project'

/**
 * Writes down what a yes allows, in the transaction of the yes. Nothing is written when the budget has another amount
 * by now, or when as much or more was allowed already (compare-and-set).
 */
export const allowBudget = async (
  tx: Transaction,
  facts: ApprovalRequest['facts'],
  grantedBy: string,
): Promise<void> => {
  const { budgetId, month, budget, nextPercent } = budgetQuestion.strip().parse(facts)
  const [asked] = await tx.select().from(budgets).where(eq(budgets.id, budgetId)).for('update')
  if (asked?.monthlyUsd !== budget) return
  await tx
    .insert(budgetAllowances)
    .values({ budgetId, month, percent: nextPercent, grantedBy })
    .onConflictDoUpdate({
      target: [budgetAllowances.budgetId, budgetAllowances.month],
      set: { percent: nextPercent, grantedBy, createdAt: sql`now()` },
      setWhere: sql`${budgetAllowances.percent} < ${nextPercent}`,
    })
}
