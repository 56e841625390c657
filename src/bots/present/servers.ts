import { serverDetails, serversOverview } from '../../domain/servers/overview.ts'
import { can } from '../../domain/users/permissions.ts'
import { serverCard } from '../cards/server.ts'
import { SERVERS_PAGE_SIZE, serversCard } from '../cards/servers.ts'
import type { Outgoing } from '../chat.ts'
import type { Drawing } from './index.ts'

export type ServerView = 'servers' | 'server'

/** @returns undefined when what is named is gone. */
export const presentServers = async (
  { deps: { db }, words, now, person }: Drawing,
  { view, args }: { view: ServerView; args: Record<string, string | number> },
): Promise<Outgoing | undefined> => {
  switch (view) {
    case 'servers': {
      const page = Number(args.page ?? 1)
      const found = await serversOverview(db, { page, pageSize: SERVERS_PAGE_SIZE })
      return { card: serversCard(words, { ...found, now }) }
    }
    case 'server': {
      const details = await serverDetails(db, String(args.id ?? ''))
      const mayManage = person !== undefined && can(person, 'servers.manage')
      const mayCheck = person !== undefined && can(person, 'sync.run')
      return details && { card: serverCard(words, { details, mayManage, mayCheck, now }) }
    }
    default:
      return view satisfies never
  }
}
