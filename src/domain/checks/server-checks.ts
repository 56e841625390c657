import { and, eq, inArray, sql } from 'drizzle-orm'
import { MINUTE_MS } from '../../clock.ts'
import type { Executor, Transaction } from '../../db/client.ts'
import { checks } from '../../db/schema/servers.ts'
import { AT_ONCE, type Check, serverCheckKey } from './check.ts'
import { ensureCheck } from './ensure.ts'

export interface CheckedServer {
  id: string
  address: string
  sshPort: number
  sshUser: string
}

/** A server is looked at by SSH: whether it answers, and, where prorab has a key, how it is (M-8). */
export const ensureServerCheck = async (
  tx: Executor,
  { id, address, sshPort, sshUser }: CheckedServer,
  now: Date,
): Promise<void> => {
  await ensureCheck(tx, {
    key: serverCheckKey(id),
    kind: 'ssh',
    target: { host: address, port: sshPort, user: sshUser },
    serverId: id,
    intervalMs: MINUTE_MS,
    now,
  })
}

/** What is looked at on a server, its services included. */
export const checksOfServer = (db: Executor, serverId: string): Promise<Check[]> =>
  db.select().from(checks).where(eq(checks.serverId, serverId)).orderBy(checks.key)

/** Looks at a server at the next round, a few seconds from now. @returns how many checks that are. */
export const checkServerNow = async (tx: Transaction, serverId: string): Promise<number> => {
  const due = (await lockChecks(tx, serverId)).filter(({ enabled }) => enabled).map(({ id }) => id)
  if (due.length > 0) await tx.update(checks).set({ nextAt: AT_ONCE }).where(inArray(checks.id, due))
  return due.length
}

/** A server is gone: nobody looks any more. */
export const removeServerChecks = async (tx: Transaction, serverId: string): Promise<void> => {
  await lockChecks(tx, serverId)
  await tx.delete(checks).where(eq(checks.serverId, serverId))
}

/** In the order of their ids, as everybody does who takes more than one. */
const lockChecks = (tx: Transaction, serverId: string) =>
  tx
    .select({ id: checks.id, enabled: checks.enabled })
    .from(checks)
    .where(eq(checks.serverId, serverId))
    .orderBy(checks.id)
    .for('update')

/** The next host key that a server shows is the right one. */
export const forgetHostKey = async (tx: Executor, serverId: string): Promise<void> => {
  await tx
    .update(checks)
    .set({ facts: sql`${checks.facts} - 'hostKey'`, claim: null, claimedUntil: null })
    .where(and(eq(checks.serverId, serverId), eq(checks.kind, 'ssh')))
}
