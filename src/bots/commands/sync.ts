import { recordAudit } from '../../domain/audit/audit.ts'
import { listSyncJobs } from '../../domain/sync/sync-jobs.ts'
import { requirePermission } from '../../domain/users/permissions.ts'
import { AppError } from '../../errors.ts'
import { clip } from '../cards/plain.ts'
import { notice, view } from './answers.ts'
import { usageError, words } from './arguments.ts'
import type { Command } from './command.ts'
import type { Answer, CommandContext } from './context.ts'
import { discoveredCommands } from './discovered.ts'

const NAME_SHOWN = 60

/** `/sync`, and `/sync run github_sync`. */
const sync: Command = {
  name: 'sync',
  family: 'incidents',
  permission: 'sync.read',
  usage: '/sync [run NAME]',
  example: '/sync run github_sync',
  run: async (context, args) => {
    const [verb, name = ''] = words(sync, args, { min: 0, max: 2 })
    if (verb === undefined) return view('sync')
    if (verb.toLowerCase() !== 'run' || name === '') throw usageError(sync)
    return runNow(context, name.toLowerCase())
  },
}

/** Has it run at once, by whichever process does such things. @throws AppError not_found with the names there are. */
const runNow = async (
  { tx, deps, person, row, afterCommit }: CommandContext,
  name: string,
): Promise<Answer> => {
  requirePermission(person, 'sync.run')
  const names = (await listSyncJobs(tx)).map((job) => job.name)
  if (!names.includes(name))
    throw new AppError('not_found', 'nothing of that name happens by itself', {
      userMessage: {
        key: 'sync-unknown',
        args: { name: clip(name, NAME_SHOWN), names: names.join(', ') },
      },
    })
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface: row.platform,
    action: 'sync.run',
    subject: name,
    result: 'ok',
  })
  afterCommit(() => deps.wake.sync(name))
  return notice('sync-started', { name })
}

export const syncCommands: readonly Command[] = [sync, ...discoveredCommands]
