import type { ViewContent } from '../../db/shapes/outgoing.ts'
import { setBudget } from '../../domain/costs/budgets.ts'
import { DEFAULT_PERIOD, parsePeriod } from '../../domain/costs/period.ts'
import { requireCaller } from '../../domain/costs/require-caller.ts'
import { COST_SCOPES, type CostScope } from '../../domain/costs/summary.ts'
import { findUser, shortId } from '../../domain/users/find-user.ts'
import { settleQuestions } from '../settle-questions.ts'
import { view } from './answers.ts'
import { usageError, words } from './arguments.ts'
import type { Command } from './command.ts'
import type { CommandContext } from './context.ts'
import { namedProject } from './named-project.ts'

const WORDS_MAX = 12
const NAME_MAX = 64

const costs: Command = {
  name: 'costs',
  family: 'work',
  permission: 'costs.read',
  usage: `/costs [${COST_SCOPES.join('|')}] [NAME] [today|week|month|30d|2026-11]`,
  example: '/costs project url-shortener month',
  run: async (context, args) => {
    const parts = words(costs, args, { min: 0, max: WORDS_MAX })
    const last = parts.at(-1)?.toLowerCase() ?? ''
    const period = parsePeriod(last, context.now) ? last : undefined
    const [first, ...names] = period ? parts.slice(0, -1) : parts
    if (first === undefined) return view('costs', { period: period ?? DEFAULT_PERIOD })
    const scope = COST_SCOPES.find((one) => one === first.toLowerCase() || `${one}s` === first.toLowerCase())
    if (!scope) throw usageError(costs)
    const name = names.join(' ').slice(0, NAME_MAX)
    return view('costs', {
      scope,
      period: period ?? DEFAULT_PERIOD,
      ...(name && (await subject(context, scope, name))),
    })
  },
}

/** Whose costs, so that the card finds them again. @throws AppError not_found, conflict. */
const subject = async (
  { tx }: CommandContext,
  scope: CostScope,
  name: string,
): Promise<ViewContent['args']> => {
  switch (scope) {
    case 'project': {
      const project = await namedProject(tx, name)
      return { name: project.name, projectId: project.id }
    }
    case 'user': {
      const user = await findUser(tx, name)
      return { name: user.name, reference: shortId(user.id), userId: user.id }
    }
    case 'agent': {
      const [, projectName, agent] = /^([^/]+)\/(.+)$/.exec(name) ?? []
      const project = projectName === undefined ? undefined : await namedProject(tx, projectName)
      await requireCaller(tx, agent ?? name)
      return { name, agent: agent ?? name, ...(project && { projectId: project.id }) }
    }
    default:
      return scope satisfies never
  }
}

const AMOUNT = /^\$?(\d{1,7}(?:[.,]\d{1,2})?)\$?$/

const budget: Command = {
  name: 'budget',
  aliases: ['budgets'],
  family: 'work',
  permission: 'budgets.manage',
  usage: '/budget [NAME] [10|off]',
  example: '/budget url-shortener 10',
  run: async (context, args) => {
    const { tx, person, row } = context
    const parts = words(budget, args, { min: 0, max: 2 })
    if (parts.length === 0) return view('budgets')
    const [amount = '', name] = parts.reverse()
    const [, sum] = AMOUNT.exec(amount) ?? []
    if (sum === undefined && amount.toLowerCase() !== 'off') throw usageError(budget)
    const monthlyUsd = sum === undefined ? null : Number(sum.replace(',', '.'))
    const project = name === undefined ? undefined : await namedProject(tx, name)
    await setBudget(tx, { projectId: project?.id, monthlyUsd }, { person, surface: row.platform })
    await settleQuestions(context)
    return view('budgets')
  },
}

export const costCommands = [costs, budget]
