import type { Writable } from 'node:stream'
import { Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config.ts'
import { othersTakeWork } from '../domain/routing/others-take-work.ts'
import { drainWorker, listWorkers, resumeWorker, type WorkerView } from '../domain/routing/workers.ts'
import { columns } from './columns.ts'
import { createSession } from './session.ts'

const PAGE_SIZE = 50

/** `prorab workers …`: the registry, and taking workers out of it and back (R-1). */
export const workersCommand = (options: { config: Config; output: Writable }): Command => {
  const session = createSession(options)
  const command = new Command('prorab workers').description('See the workers, and give them work or none.')
  const sub = (usage: string, description: string) =>
    command.command(usage).description(description).option('--json', 'as JSON')

  command
    .command('list', { isDefault: true })
    .description('every worker: what it can do, what it has in hand, when it was last heard of')
    .option('--json', 'as JSON')
    .option('--page <page>', `${PAGE_SIZE} workers each`, positiveNumber, 1)
    .action(({ page, json }) =>
      session.open(async (db) => {
        const { workers, hasMore } = await listWorkers(db, { page, pageSize: PAGE_SIZE })
        await session.say(
          json ? workers.map(workerJson) : workerTable(workers, hasMore ? page + 1 : undefined),
        )
      }),
    )

  sub('drain <name>', 'give it nothing new; it finishes what it has').action((name, { json }) =>
    session.change(async (tx, by) => {
      const worker = await drainWorker(tx, name, by)
      const isLast = !(await othersTakeWork(tx, worker))
      await session.say(
        json
          ? { name: worker.name, draining: worker.draining, lastOfItsType: isLast }
          : `${worker.name} gets nothing new; what it has in hand it finishes.${
              isLast
                ? `\nWarning: it was the last worker of the type ${worker.agentType}. Such work fails until one comes back: prorab workers resume ${worker.name}`
                : ''
            }`,
      )
    }),
  )

  sub('resume <name>', 'give it work again').action((name, { json }) =>
    session.change(async (tx, by) => {
      const worker = await resumeWorker(tx, name, by)
      await session.say(
        json ? { name: worker.name, draining: worker.draining } : `${worker.name} gets work again.`,
      )
    }),
  )
  return command
}

/** @throws InvalidArgumentError, which commander tells. */
export const positiveNumber = (word: string): number => {
  const number = Number(word)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It is to be a number from 1.')
  return number
}

const workerTable = (workers: readonly WorkerView[], nextPage: number | undefined): string =>
  workers.length === 0
    ? 'No worker has ever been here. A process with the role "workers" brings them.'
    : columns([
        ['NAME', 'TYPE', 'POOL', 'STATE', 'IN HAND', 'HEARD', 'CAN DO'],
        ...workers.map((worker) => [
          worker.name,
          worker.agentType,
          worker.poolName,
          worker.draining && worker.status !== 'offline' ? `${worker.status}, draining` : worker.status,
          worker.concurrencyLimit === null
            ? String(worker.load)
            : `${worker.load}/${worker.concurrencyLimit}`,
          worker.heartbeatAgeMs === undefined ? '-' : `${Math.round(worker.heartbeatAgeMs / 1000)} s ago`,
          worker.capabilities.join(','),
        ]),
      ]) + (nextPage === undefined ? '' : `\nMore: --page ${nextPage}`)

const workerJson = (worker: WorkerView) => ({
  id: worker.agentId,
  name: worker.name,
  type: worker.agentType,
  pool: worker.poolName,
  status: worker.status,
  draining: worker.draining,
  load: worker.load,
  concurrencyLimit: worker.concurrencyLimit,
  heartbeatAgeMs: worker.heartbeatAgeMs ?? null,
  capabilities: worker.capabilities,
  specializations: worker.specializations,
  lastOutcomes: worker.lastOutcomes,
})
