import { type SQL, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { AppError } from '../../errors.ts'
import { recordAudit } from '../audit/audit.ts'
import { requireProject } from '../projects/projects.ts'
import { requirePermission } from '../users/permissions.ts'
import type { Person } from '../users/person.ts'
import { type BudgetLevel, budgetLevel, nextPercent, spentPercent } from './budget-rules.ts'
import { monthBounds, monthOf } from './month.ts'

/** A budget in a month, with what was spent of it. All sums in US dollars. */
export interface BudgetState {
  id: string
  /** Null: for the whole installation. */
  projectId: string | null
  projectName: string | null
  /** e.g. `2026-11`. */
  month: string
  monthlyUsd: number
  spentUsd: number
  percent: number
  /** What a person allowed this month, in per cent of the budget. */
  allowedPercent: number | null
  level: BudgetLevel
  /** What a person would be asked to allow now. */
  nextPercent: number
}

export const BUDGET_MAX_USD = 1_000_000
const BUDGET_MIN_USD = 0.01

/** Who sets a budget, and by which surface. */
export interface BudgetChange {
  person: Person
  surface: string
}

/**
 * Sets what a calendar month may cost, for one project or for the installation; `null` takes the budget away. A new
 * amount begins anew: what was allowed beyond the old one does not count for it.
 *
 * @throws AppError forbidden; invalid for an amount that is no budget; not_found.
 */
export const setBudget = async (
  tx: Transaction,
  { projectId, monthlyUsd }: { projectId?: string; monthlyUsd: number | null },
  { person, surface }: BudgetChange,
): Promise<void> => {
  requirePermission(person, 'budgets.manage')
  const project = projectId ? await requireProject(tx, projectId) : undefined
  if (monthlyUsd === null)
    await tx.execute(sql`delete from budgets where project_id is not distinct from ${projectId ?? null}`)
  else {
    if (!(monthlyUsd >= BUDGET_MIN_USD && monthlyUsd <= BUDGET_MAX_USD))
      throw new AppError('invalid', `a budget of ${monthlyUsd} US dollars`, {
        userMessage: { key: 'budget-out-of-bounds', args: { min: BUDGET_MIN_USD, max: BUDGET_MAX_USD } },
      })
    await tx.execute(sql`
      with changed as (
        insert into budgets (project_id, monthly_usd, updated_by)
        values (${projectId ?? null}, ${monthlyUsd}, ${person.id})
        on conflict (coalesce(project_id, '00000000-0000-0000-0000-000000000000'::uuid))
        do update set monthly_usd = excluded.monthly_usd, updated_by = excluded.updated_by, updated_at = now()
        returning id
      )
      delete from budget_allowances using changed where budget_id = changed.id`)
  }
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: 'budget.set',
    subject: project ? `project:${project.name}` : 'installation',
    result: 'ok',
    detail: { monthlyUsd },
  })
}

/**
 * The budgets that work on a project must keep to, the most pressing first; the project's own before the
 * installation's where both are alike. Without a project the installation's alone.
 */
export const budgetsInForce = async (
  db: Executor,
  { projectId, now }: { projectId?: string; now: Date },
): Promise<BudgetState[]> => {
  const states = await readBudgets(db, now, sql`b.project_id is null or b.project_id = ${projectId ?? null}`)
  return states.sort(
    (a, b) =>
      URGENCY[a.level] - URGENCY[b.level] || Number(a.projectId === null) - Number(b.projectId === null),
  )
}

/** The budget that matters most now; undefined where there is none. One indexed query. */
export const budgetState = async (
  db: Executor,
  about: { projectId?: string; now: Date },
): Promise<BudgetState | undefined> => (await budgetsInForce(db, about))[0]

/** Every budget, the installation's first, then by the project's name. */
export const listBudgets = (db: Executor, now: Date): Promise<BudgetState[]> =>
  readBudgets(db, now, sql`p.status is distinct from 'archived'`)

const URGENCY: Record<BudgetLevel, number> = { used: 0, near: 1, fine: 2 }

interface BudgetRow extends Record<string, unknown> {
  id: string
  project_id: string | null
  project_name: string | null
  monthly_usd: number
  percent: number | null
  spent: number
}

/** What was spent is summed in the same statement, over an index of its own for each kind of budget. */
const readBudgets = async (db: Executor, now: Date, which: SQL): Promise<BudgetState[]> => {
  const month = monthOf(now)
  const { from, to } = monthBounds(month)
  const inMonth = sql`m.at >= ${from.toISOString()}::timestamptz and m.at < ${to.toISOString()}::timestamptz`
  const rows = await db.execute<BudgetRow>(sql`
    select b.id, b.project_id, p.name as project_name, b.monthly_usd, a.percent,
      case when b.project_id is null
        then (select coalesce(sum(m.cost), 0) from model_calls m where ${inMonth})
        else (select coalesce(sum(m.cost), 0) from model_calls m where m.project_id = b.project_id and ${inMonth})
      end as spent
    from budgets b
    left join projects p on p.id = b.project_id
    left join budget_allowances a on a.budget_id = b.id and a.month = ${month}
    where ${which}
    order by b.project_id is not null, p.name`)
  return rows.map((row) => stateOf(row, month))
}

const stateOf = (row: BudgetRow, month: string): BudgetState => {
  const percent = spentPercent(row.spent, row.monthly_usd)
  return {
    id: row.id,
    projectId: row.project_id,
    projectName: row.project_name,
    month,
    monthlyUsd: row.monthly_usd,
    spentUsd: row.spent,
    percent,
    allowedPercent: row.percent,
    level: budgetLevel(percent, row.percent),
    nextPercent: nextPercent(percent),
  }
}
