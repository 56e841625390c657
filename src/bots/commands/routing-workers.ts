import { reviseLists, reviseViews } from '../../domain/conversations/outbox.ts'
import { othersTakeWork } from '../../domain/routing/others-take-work.ts'
import type { Worker } from '../../domain/routing/registry.ts'
import { drainWorker, findWorker, resumeWorker } from '../../domain/routing/workers.ts'
import { requirePermission } from '../../domain/users/permissions.ts'
import { AppError } from '../../errors.ts'
import { clip } from '../cards/plain.ts'
import { notice, view } from './answers.ts'
import { usageError, wholeNumber, words } from './arguments.ts'
import type { Command } from './command.ts'
import type { CommandContext } from './context.ts'

const PAGE_MAX = 9999
const NAME_SHOWN = 80

export const workers: Command = {
  name: 'workers',
  family: 'agents',
  permission: 'agents.read',
  usage: '/workers [PAGE]',
  example: '/workers',
  shows: (args) => {
    const [page] = words(workers, args, { min: 0, max: 1 })
    return view('workers', { page: wholeNumber(workers, page, { byDefault: 1, max: PAGE_MAX }) })
  },
}

/** `/worker build-1.code`, `/worker drain build-1.code`, `/worker resume build-1.code`. */
export const worker: Command = {
  name: 'worker',
  family: 'agents',
  permission: 'agents.read',
  usage: '/worker [drain|resume] NAME',
  example: '/worker drain build-1.code',
  run: async (context, args) => {
    const parts = words(worker, args, { min: 1, max: 2 })
    const name = parts.at(-1) ?? ''
    const verb = parts.length === 2 ? parts[0]?.toLowerCase() : 'show'
    switch (verb) {
      case 'show': {
        const found = await findWorker(context.tx, name)
        if (!found) throw unknownWorker(name)
        return view('worker', { id: found.agentId })
      }
      case 'drain': {
        const drained = await change(context, name, drainWorker)
        if (await othersTakeWork(context.tx, drained)) return notice('worker-drained', { name: drained.name })
        return notice('worker-drained-last', { name: drained.name, type: drained.agentType })
      }
      case 'resume':
        return notice('worker-resumed', { name: (await change(context, name, resumeWorker)).name })
      default:
        throw usageError(worker)
    }
  },
}

const change = async (
  { tx, deps, row, person, afterCommit }: CommandContext,
  name: string,
  work: typeof drainWorker,
): Promise<Worker> => {
  requirePermission(person, 'workers.manage')
  const changed = await work(tx, name, { person, surface: row.platform })
  const touched = [
    ...(await reviseViews(tx, 'worker', { id: changed.agentId })),
    ...(await reviseLists(tx, 'workers')),
  ]
  for (const id of new Set(touched)) afterCommit(() => deps.wake.deliver(id))
  return changed
}

const unknownWorker = (name: string): AppError =>
  new AppError('not_found', `there is no worker ${name}`, {
    userMessage: { key: 'error-worker-not-found', args: { name: clip(name, NAME_SHOWN) } },
  })
