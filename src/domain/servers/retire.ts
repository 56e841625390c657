import type { Transaction } from '../../db/client.ts'
import { checksOfServer, removeServerChecks } from '../checks/server-checks.ts'
import { heal } from '../incidents/heal.ts'
import { moveServer } from './lifecycle.ts'

/**
 * A server is not prorab's any more: nobody looks at it, and what was wrong with it is over. Its row and its history
 * stay.
 * @returns conversations to wake once the transaction has committed.
 */
export const retireServer = async (
  tx: Transaction,
  serverId: string,
  { actor, reason, now }: { actor: string; reason: string; now: Date },
): Promise<string[]> => {
  await moveServer(tx, { serverId, to: 'retired', actor, reason })
  const services = (await checksOfServer(tx, serverId)).flatMap(({ projectId }) => projectId ?? [])
  await removeServerChecks(tx, serverId)
  return endServerIncidents(tx, serverId, { now, services })
}

/** Ends what is open about a server and the services on it; the bigger first. */
export const endServerIncidents = async (
  tx: Transaction,
  serverId: string,
  { now, services = [] }: { now: Date; services?: readonly string[] },
): Promise<string[]> => {
  const keys = [
    `server_down:${serverId}`,
    `disk_full:${serverId}`,
    ...services.map((id) => `service_unhealthy:${id}`),
  ]
  const wake: string[] = []
  for (const key of keys) wake.push(...((await heal(tx, { key, now, resolution: 'unwatched' }))?.wake ?? []))
  return [...new Set(wake)]
}
