import type { Transaction } from '../../db/client.ts'
import { heal } from '../incidents/heal.ts'
import { serviceCheckKey } from './check.ts'
import { enableCheck, ensureCheck, removeCheck } from './ensure.ts'

export interface DeployedService {
  projectId: string
  /** The address of the service; `/healthz` is asked. */
  url: string
  /** What the answer must name as `version`. */
  version: string
  /** The server it runs on; null for this machine. */
  serverId?: string | null
}

/** A service runs, or another version of it: it is looked at from now on, and begins with a clean record (M-8). */
export const ensureServiceCheck = async (
  tx: Transaction,
  { projectId, url, version, serverId = null }: DeployedService,
  now = new Date(),
): Promise<void> => {
  await ensureCheck(
    tx,
    {
      key: serviceCheckKey(projectId),
      kind: 'http',
      target: { url: new URL('/healthz', url).href, version },
      projectId,
      serverId,
      now,
    },
    { anew: true },
  )
}

/**
 * A service was stopped on purpose: nobody is to be alerted, and what was wrong with it is over. It is looked at
 * again once `ensureServiceCheck` says so.
 * @returns conversations to wake once the transaction has committed.
 */
export const pauseServiceCheck = async (
  tx: Transaction,
  projectId: string,
  now = new Date(),
): Promise<string[]> => {
  await enableCheck(tx, serviceCheckKey(projectId), false, now)
  return endIncidents(tx, projectId, now)
}

/**
 * The service is gone for good.
 * @returns conversations to wake once the transaction has committed.
 */
export const removeServiceCheck = async (
  tx: Transaction,
  projectId: string,
  now = new Date(),
): Promise<string[]> => {
  await removeCheck(tx, serviceCheckKey(projectId))
  return endIncidents(tx, projectId, now)
}

const endIncidents = async (tx: Transaction, projectId: string, now: Date): Promise<string[]> => {
  const wake: string[] = []
  for (const kind of ['service_unhealthy', 'tls_expiring'] as const)
    wake.push(
      ...((await heal(tx, { key: `${kind}:${projectId}`, now, resolution: 'unwatched' }))?.wake ?? []),
    )
  return [...new Set(wake)]
}
