import type { Executor } from '../../db/client.ts'
import { checkServerNow } from '../../domain/checks/server-checks.ts'
import {
  beginMaintenance,
  endMaintenance,
  retireByHand,
  trustHostKey,
} from '../../domain/servers/maintenance.ts'
import { findServerByName, listServers, type Server } from '../../domain/servers/servers.ts'
import { requirePermission } from '../../domain/users/permissions.ts'
import { AppError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { clip } from '../cards/plain.ts'
import { notice, view } from './answers.ts'
import { usageError, wholeNumber, words } from './arguments.ts'
import type { Command } from './command.ts'
import type { Answer, CommandContext } from './context.ts'

const PAGE_MAX = 9999
const NAME_SHOWN = 80
const SEARCHED_MAX = 500

const servers: Command = {
  name: 'servers',
  family: 'incidents',
  permission: 'servers.read',
  usage: '/servers [PAGE]',
  example: '/servers',
  shows: (args) => {
    const [page] = words(servers, args, { min: 0, max: 1 })
    return view('servers', { page: wholeNumber(servers, page, { byDefault: 1, max: PAGE_MAX }) })
  },
}

const CHANGES = {
  maintenance: { work: beginMaintenance, said: 'server-maintenance-begun' },
  resume: { work: endMaintenance, said: 'server-maintenance-ended' },
  retire: { work: retireByHand, said: 'server-retired' },
  trust: { work: trustHostKey, said: 'server-key-trusted' },
} as const

/** `/server web-1`, `/server maintenance web-1`, `/server check web-1`. */
const server: Command = {
  name: 'server',
  family: 'incidents',
  permission: 'servers.read',
  usage: '/server [check|maintenance|resume|trust|retire] NAME',
  example: '/server maintenance web-1',
  run: async (context, args) => {
    const parts = words(server, args, { min: 1, max: 2 })
    const verb = parts.length === 2 ? (parts[0]?.toLowerCase() ?? '') : 'show'
    const named = () => namedServer(context.tx, parts.at(-1) ?? '')
    if (verb === 'show') return view('server', { id: (await named()).id })
    if (verb === 'check') return check(context, await named())
    if (!isChange(verb)) throw usageError(server)
    return change(context, await named(), CHANGES[verb])
  },
}

const isChange = (verb: string): verb is keyof typeof CHANGES => Object.hasOwn(CHANGES, verb)

const check = async ({ tx, person }: CommandContext, found: Server): Promise<Answer> => {
  requirePermission(person, 'sync.run')
  const due = await checkServerNow(tx, found.id)
  return notice(due > 0 ? 'server-checking' : 'server-not-checked', { name: found.name })
}

const change = async (
  { tx, deps, row, person, now, afterCommit }: CommandContext,
  found: Server,
  { work, said }: (typeof CHANGES)[keyof typeof CHANGES],
): Promise<Answer> => {
  const wake = await work(tx, found, { person, surface: row.platform, now })
  for (const id of wake) afterCommit(() => deps.wake.deliver(id))
  return notice(said, { name: found.name })
}

/** @throws AppError not_found, with the nearest name that is one. */
const namedServer = async (db: Executor, name: string): Promise<Server> => {
  const found = await findServerByName(db, name)
  if (found) return found
  const { servers: all } = await listServers(db, { pageSize: SEARCHED_MAX })
  const said = clip(name, NAME_SHOWN)
  const near = nearest(
    said,
    all.map((one) => one.name),
  )
  throw new AppError('not_found', `there is no server ${said}`, {
    userMessage: near
      ? { key: 'server-unknown-near', args: { name: said, nearest: near } }
      : { key: 'server-unknown', args: { name: said } },
  })
}

export const serverCommands: readonly Command[] = [servers, server]
