import { and, asc, eq, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { checks, servers } from '../../db/schema/servers.ts'
import type { Check } from '../checks/check.ts'
import type { Server } from './servers.ts'

/** What stands between a server and its preparation by Ansible (M-9). */
export const LACKS = ['address', 'ssh_key', 'answer', 'way_in'] as const
export type Lack = (typeof LACKS)[number]

/** Where it is noted among the facts of a server, for people: names of `LACKS`, or nothing. */
export const PROVISIONING_LACKS = 'provisioningLacks'

export interface WaitingServer {
  server: Server
  lacks: Lack[]
}

/** Servers that were found and are to be prepared, the oldest first, each with what is missing for that. */
export const serversToProvision = async (
  db: Executor,
  { hasSshKey }: { hasSshKey: boolean },
): Promise<WaitingServer[]> => {
  const rows = await db
    .select({ server: servers, check: checks })
    .from(servers)
    .leftJoin(checks, and(eq(checks.serverId, servers.id), eq(checks.kind, 'ssh')))
    .where(eq(servers.status, 'discovered'))
    .orderBy(asc(servers.createdAt), asc(servers.id))
  return rows.map(({ server, check }) => ({ server, lacks: lacksOf(server, check, hasSshKey) }))
}

const lacksOf = (server: Server, check: Check | null, hasSshKey: boolean): Lack[] => [
  ...(server.address ? [] : (['address'] as const)),
  ...(hasSshKey ? [] : (['ssh_key'] as const)),
  ...(server.address && check?.state !== 'ok' ? (['answer'] as const) : []),
  // It answers and tells nothing: whoever has the key is not let in.
  ...(hasSshKey && check?.state === 'ok' && check.facts.diskUsedPercent === undefined
    ? (['way_in'] as const)
    : []),
]

/** Notes for people what a server waits for. @returns whether that is news. */
export const noteLacks = async (tx: Executor, { server, lacks }: WaitingServer): Promise<boolean> => {
  const text = lacks.join(' ')
  if (server.facts[PROVISIONING_LACKS] === text) return false
  await tx
    .update(servers)
    .set({ facts: sql`${servers.facts} || ${JSON.stringify({ [PROVISIONING_LACKS]: text })}::jsonb` })
    .where(eq(servers.id, server.id))
  return true
}
