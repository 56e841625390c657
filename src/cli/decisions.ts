import type { Writable } from 'node:stream'
import { Command } from 'commander'
import { decisionFilter } from '../bots/commands/routing-filter.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/client.ts'
import { type DecisionFilter, listDecisions } from '../domain/routing/history.ts'
import type { Decision } from '../domain/routing/route-task.ts'
import { taskNumbers } from '../domain/tasks/task-numbers.ts'
import { findTaskByNumber } from '../domain/tasks/tasks.ts'
import { AppError } from '../errors.ts'
import { columns } from './columns.ts'
import { createSession } from './session.ts'
import { positiveNumber } from './workers.ts'

interface DecisionFlags {
  task?: number
  page: number
  json?: boolean
}

const PAGE_SIZE = 20

/** `prorab decisions …`: what went to which worker, why, and how it came out. */
export const decisionsCommand = (options: { config: Config; output: Writable }): Command => {
  const session = createSession(options)
  return new Command('prorab decisions')
    .description('What went to which worker, why, and how it came out; the newest first.')
    .argument('[name]', 'of an agent (PROJECT/NAME for one of a project), of a worker, or of a kind of work')
    .option('--task <number>', 'only those about this task', positiveNumber)
    .option('--page <page>', `${PAGE_SIZE} decisions each`, positiveNumber, 1)
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, { task, page, json }: DecisionFlags) =>
      session.open(async (db) => {
        const filter = { ...(await namedFilter(db, name)), ...(await taskFilter(db, task)) }
        const { decisions, hasMore } = await listDecisions(db, { ...filter, page, pageSize: PAGE_SIZE })
        const numbers = await taskNumbers(
          db,
          decisions.map(({ taskId }) => taskId),
        )
        const numbered = decisions.map((decision) => ({
          decision,
          number: numbers.get(decision.taskId ?? ''),
        }))
        await session.say(json ? numbered.map(asJson) : table(numbered, hasMore ? page + 1 : undefined))
      }),
    )
}

const namedFilter = async (db: Database, name: string | undefined): Promise<DecisionFilter> => {
  if (name === undefined) return {}
  const named = await decisionFilter(db, name)
  if (!named) throw new AppError('not_found', `There is no agent, worker or kind of work ${name}.`)
  return named.filter
}

const taskFilter = async (db: Database, number: number | undefined): Promise<DecisionFilter> => {
  if (number === undefined) return {}
  const task = await findTaskByNumber(db, number)
  if (!task) throw new AppError('not_found', `There is no task ${number}.`)
  return { taskId: task.id }
}

interface Numbered {
  decision: Decision
  number: number | undefined
}

const table = (decisions: readonly Numbered[], nextPage: number | undefined): string =>
  decisions.length === 0
    ? 'Nothing was decided.'
    : columns([
        ['WHEN', 'TASK', 'WORK', 'AGENT', 'WORKER', 'POINTS', 'ATTEMPT', 'OUTCOME'],
        ...decisions.map(({ decision, number }) => [
          decision.createdAt.toISOString(),
          number === undefined ? '-' : String(number),
          decision.workType,
          decision.performedByName ?? '-',
          decision.selectedAgentName,
          String(Math.round(decision.score * 10) / 10),
          String(decision.attempt),
          decision.outcome,
        ]),
      ]) + (nextPage === undefined ? '' : `\nOlder ones: --page ${nextPage}`)

const asJson = ({ decision, number }: Numbered) => ({ task: number ?? null, ...decision })
