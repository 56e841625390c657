import { and, desc, eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { serverEvents } from '../../db/schema/servers.ts'
import type { ServerStatus } from '../../db/shapes/server.ts'
import { recordAudit } from '../audit/audit.ts'
import { checkServerNow, checksOfServer, forgetHostKey } from '../checks/server-checks.ts'
import { reviseLists, reviseViews } from '../conversations/outbox.ts'
import { requirePermission } from '../users/permissions.ts'
import type { Person } from '../users/person.ts'
import { moveServer } from './lifecycle.ts'
import { endServerIncidents, retireServer } from './retire.ts'
import type { Server } from './servers.ts'

export interface ServerChange {
  person: Person
  surface: string
  now: Date
}

/**
 * Somebody works on a server: whatever happens there, nobody is alerted, and what was open about it is over.
 * @returns conversations to wake once the transaction has committed.
 * @throws AppError forbidden; conflict where it cannot be.
 */
export const beginMaintenance = (tx: Transaction, server: Server, change: ServerChange): Promise<string[]> =>
  byPerson(tx, server, { ...change, action: 'server.maintenance' }, async (actor) => {
    await moveServer(tx, { serverId: server.id, to: 'maintenance', actor, reason: 'asked for in chat' })
    const services = (await checksOfServer(tx, server.id)).flatMap(({ projectId }) => projectId ?? [])
    return endServerIncidents(tx, server.id, { now: change.now, services })
  })

/** The server is what it was before, and is looked at right away. @throws AppError forbidden; conflict. */
export const endMaintenance = (tx: Transaction, server: Server, change: ServerChange): Promise<string[]> =>
  byPerson(tx, server, { ...change, action: 'server.resume' }, async (actor) => {
    if (server.status !== 'maintenance') return []
    const to = await statusBefore(tx, server.id)
    await moveServer(tx, { serverId: server.id, to, actor, reason: 'asked for in chat' })
    await checkServerNow(tx, server.id)
    return []
  })

/** Takes a server out of use for good, until its source lists it as new. @throws AppError forbidden. */
export const retireByHand = (tx: Transaction, server: Server, change: ServerChange): Promise<string[]> =>
  byPerson(tx, server, { ...change, action: 'server.retire' }, (actor) =>
    retireServer(tx, server.id, { actor, reason: 'asked for in chat', now: change.now }),
  )

/** Believes the host key that the server shows next: somebody knows why it changed. @throws AppError forbidden. */
export const trustHostKey = (tx: Transaction, server: Server, change: ServerChange): Promise<string[]> =>
  byPerson(tx, server, { ...change, action: 'server.trust' }, async () => {
    await forgetHostKey(tx, server.id)
    await checkServerNow(tx, server.id)
    return []
  })

const byPerson = async (
  tx: Transaction,
  server: Server,
  { person, surface, action }: ServerChange & { action: string },
  work: (actor: string) => Promise<string[]>,
): Promise<string[]> => {
  requirePermission(person, 'servers.manage')
  const wake = await work(`user:${person.id}`)
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action,
    subject: `server:${server.name}`,
    result: 'ok',
    detail: { serverId: server.id },
  })
  const shown = [
    ...(await reviseViews(tx, 'server', { id: server.id })),
    ...(await reviseLists(tx, 'servers')),
  ]
  return [...new Set([...wake, ...shown])]
}

/** A server that was found unreachable before somebody worked on it is hoped to be ready again. */
const statusBefore = async (tx: Transaction, serverId: string): Promise<ServerStatus> => {
  const [event] = await tx
    .select({ from: serverEvents.from })
    .from(serverEvents)
    .where(and(eq(serverEvents.serverId, serverId), eq(serverEvents.to, 'maintenance')))
    .orderBy(desc(serverEvents.at))
    .limit(1)
  return event?.from === 'unreachable' ? 'ready' : (event?.from ?? 'discovered')
}
