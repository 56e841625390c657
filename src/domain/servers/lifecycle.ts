import { eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { serverEvents, servers } from '../../db/schema/servers.ts'
import type { ServerStatus } from '../../db/shapes/server.ts'
import { AppError } from '../../errors.ts'

/**
 * Where a server may go from where it is (M-3). `unreachable` is a server in use that does not answer; what was never
 * in use stays `discovered`. From `maintenance` it goes back to what it was. A `retired` server that is listed again
 * begins anew.
 */
export const SERVER_MOVES: Record<ServerStatus, readonly ServerStatus[]> = {
  discovered: ['provisioning', 'maintenance', 'retired'],
  provisioning: ['ready', 'error', 'retired'],
  ready: ['unreachable', 'maintenance', 'provisioning', 'error', 'retired'],
  error: ['provisioning', 'maintenance', 'retired'],
  unreachable: ['ready', 'maintenance', 'provisioning', 'error', 'retired'],
  maintenance: ['discovered', 'ready', 'error', 'provisioning', 'retired'],
  retired: ['discovered'],
}

export interface ServerMove {
  serverId: string
  to: ServerStatus
  /** `user:<id>` or `system`. */
  actor: string
  reason: string
}

/**
 * Moves a server and records the move, under a row lock. Moving to where it already is changes nothing.
 * @throws AppError not_found, or conflict for a move that the table does not allow.
 */
export const moveServer = async (
  tx: Transaction,
  { serverId, to, actor, reason }: ServerMove,
): Promise<void> => {
  const [server] = await tx
    .select({ status: servers.status, version: servers.version })
    .from(servers)
    .where(eq(servers.id, serverId))
    .for('update')
  if (!server) throw new AppError('not_found', `server ${serverId} does not exist`)
  if (server.status === to) return
  if (!SERVER_MOVES[server.status].includes(to))
    throw new AppError('conflict', `a server cannot go from ${server.status} to ${to}`, {
      userMessage: { key: 'server-move-impossible', args: {} },
    })
  await tx
    .update(servers)
    .set({ status: to, version: server.version + 1, updatedAt: new Date() })
    .where(eq(servers.id, serverId))
  await tx.insert(serverEvents).values({ serverId, from: server.status, to, actor, reason })
}
