import { budgetsInForce, listBudgets } from '../../domain/costs/budgets.ts'
import { DEFAULT_PERIOD, parsePeriod } from '../../domain/costs/period.ts'
import {
  COST_SCOPES,
  type CostFilter,
  type CostScope,
  costSummary,
  costsOverTime,
} from '../../domain/costs/summary.ts'
import { AppError } from '../../errors.ts'
import { budgetsCard } from '../cards/budgets.ts'
import { type CostSubject, type CostsCardData, costsCard } from '../cards/costs.ts'
import type { Outgoing } from '../chat.ts'
import { costsChart } from './costs-chart.ts'
import type { Drawing } from './index.ts'

type Args = Record<string, string | number>

/** @returns undefined when what is named is gone. */
export const presentCosts = async (
  drawing: Drawing,
  { view, args }: { view: 'costs' | 'budgets'; args: Args },
): Promise<Outgoing | undefined> => {
  const { deps, words, now } = drawing
  if (view === 'budgets') return { card: budgetsCard(words, await listBudgets(deps.db, now)) }

  const period = parsePeriod(String(args.period ?? DEFAULT_PERIOD), now)
  if (!period) throw new AppError('internal', `no period is called ${args.period}`)
  const scope = COST_SCOPES.find((one) => one === args.scope)
  const subject = scope && subjectOf(scope, args)
  const filter = filterOf(args)
  const shown = listsFor(scope, subject)
  const [summaries, slots, budgets] = await Promise.all([
    Promise.all(shown.map((by) => costSummary(deps.db, { period, by, filter }))),
    costsOverTime(deps.db, { period, filter }),
    hasBudget(scope, subject) ? budgetsInForce(deps.db, { projectId: filter.projectId, now }) : [],
  ])
  const data: CostsCardData = {
    subject,
    period,
    total: summaries[0]?.total ?? { calls: 0, inputTokens: 0, outputTokens: 0, cost: 0 },
    lists: shown.map((by, index) => ({ by, lines: summaries[index]?.lines ?? [] })),
    budget: budgets.find(({ projectId }) => projectId === (filter.projectId ?? null)),
  }
  const { letters, file } = await costsChart(drawing, data, slots)
  return { card: costsCard(words, { ...data, chart: letters }), ...(file && { file }) }
}

const subjectOf = (scope: CostScope, { name, reference }: Args): CostSubject | undefined =>
  name === undefined ? undefined : { scope, name: String(name), reference: String(reference ?? name) }

const filterOf = ({ projectId, userId, agent }: Args): CostFilter => ({
  ...(projectId && { projectId: String(projectId) }),
  ...(userId && { userId: String(userId) }),
  ...(agent && { agent: String(agent) }),
})

/** What is looked at as a whole is told by all three; a part of it by what it is made of. */
const listsFor = (scope: CostScope | undefined, subject: CostSubject | undefined): CostScope[] => {
  if (!scope) return [...COST_SCOPES]
  if (!subject) return [scope]
  return scope === 'project' ? ['agent', 'user'] : ['project']
}

/** Budgets are for everything, or for one project. */
const hasBudget = (scope: CostScope | undefined, subject: CostSubject | undefined): boolean =>
  subject === undefined || scope === 'project'
