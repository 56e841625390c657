import type { Transaction } from '../../db/client.ts'
import { listOpenApprovals } from '../approvals/approvals.ts'
import { decideApproval } from '../approvals/decide.ts'
import { type BudgetChange, listBudgets } from './budgets.ts'

/**
 * Somebody allowed more, or set another budget: the questions that this answers, too, are answered with it, and other
 * runs that wait go on.
 *
 * @returns the approvals to be applied and drawn anew.
 */
export const settleBudgetQuestions = async (
  tx: Transaction,
  { person, surface }: BudgetChange,
  now: Date,
): Promise<string[]> => {
  const open = (await listOpenApprovals(tx)).filter(({ request }) => request.kind === 'budget')
  if (open.length === 0) return []
  const pressing = new Set(
    (await listBudgets(tx, now)).filter(({ level }) => level !== 'fine').map(({ id }) => id),
  )
  const settled: string[] = []
  for (const { id, request } of open) {
    if (pressing.has(String(request.facts.budgetId))) continue
    const { outcome } = await decideApproval(tx, { id, verb: 'approve', person, surface, now })
    if (outcome === 'decided') settled.push(id)
  }
  return settled
}
