import type { Writable } from 'node:stream'
import { Command, Option } from 'commander'
import type { Config } from '../config.ts'
import { WORK_TYPES, WORKER_TYPES, type WorkerType, type WorkType } from '../db/shapes/task.ts'
import { type ScoredWorker, scoreCandidates } from '../domain/routing/dry-run.ts'
import { AppError } from '../errors.ts'
import { columns } from './columns.ts'
import { createSession } from './session.ts'

interface RouteFlags {
  dryRun?: boolean
  work: WorkType
  type?: WorkerType
  json?: boolean
}

/** `prorab route --dry-run …`: what every worker would score for a kind of work, without deciding anything (R-4). */
export const routeCommand = (options: { config: Config; output: Writable }): Command => {
  const session = createSession(options)
  return new Command('prorab route')
    .description('Score the workers for a kind of work, as the router would.')
    .option('--dry-run', 'only say it; deciding is for tasks')
    .addOption(
      new Option('--work <work>', 'the kind of work').choices(Object.keys(WORK_TYPES)).makeOptionMandatory(),
    )
    .addOption(
      new Option('--type <type>', 'the type of worker; that of the work without').choices([...WORKER_TYPES]),
    )
    .option('--json', 'as JSON')
    .action(async ({ dryRun, work, type, json }: RouteFlags) => {
      if (!dryRun)
        throw new AppError('invalid', 'Work is routed when there is a task. Add --dry-run to see the scores.')
      const agentType = type ?? WORK_TYPES[work]
      await session.open(async (db) => {
        const workers = await scoreCandidates(db, { agentType, workType: work })
        await session.say(json ? workers.map(asJson) : scoreTable(workers, agentType))
      })
    })
}

const points = (value: number): string => String(Math.round(value * 10) / 10)

const scoreTable = (workers: readonly ScoredWorker[], type: WorkerType): string => {
  if (workers.length === 0) return `There is no worker of the type ${type}.`
  const chosen = workers.find(({ obstacle }) => obstacle === undefined)
  const table = columns([
    [
      'WORKER',
      'POOL',
      'POINTS',
      'SUCCESS',
      'RECENT',
      'SPECIAL',
      'LOAD',
      'IN HAND',
      'EXECUTIONS',
      'CANDIDATE',
    ],
    ...workers.map(({ name, poolName, score, parts, load, executions, obstacle }) => [
      name,
      poolName,
      ...[score, parts.success, parts.context, parts.specialization, parts.load].map(points),
      String(load),
      String(executions),
      obstacle === undefined ? 'yes' : `no: ${obstacle}`,
    ]),
  ])
  return `${table}\n\n${chosen ? `It would go to ${chosen.name}.` : 'It would go to nobody.'} Nothing was decided.`
}

const asJson = ({ obstacle, successRatePercent, ...worker }: ScoredWorker) => ({
  ...worker,
  successRatePercent: successRatePercent ?? null,
  candidate: obstacle === undefined,
  obstacle: obstacle ?? null,
})
