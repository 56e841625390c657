import { and, asc, eq, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { incidents, servers } from '../../db/schema/index.ts'
import type { IncidentKind } from '../../db/shapes/incident.ts'
import { announce } from '../alerting/announce.ts'
import { moveRow } from './change-row.ts'
import { addEvent } from './events.ts'
import type { Incident } from './incident.ts'
import { lockIncident, lockName } from './locks.ts'
import { raiseAbove } from './raise.ts'
import { armTimers, removeTimers } from './timers.ts'
import { RETURN_GRACE_MS } from './times.ts'

/** What a server that is down explains, of what is on it. */
const OF_SERVER: readonly IncidentKind[] = ['service_unhealthy', 'tls_expiring', 'disk_full']
/** What a provider that is out explains, of what it provides. */
const OF_PROVIDER: readonly IncidentKind[] = ['server_down', 'repo_unreachable', 'sync_failing']
const PROVIDER_PREFIX = 'provider_outage:'

type Thing = Pick<Incident, 'kind' | 'key' | 'serverId' | 'facts'>

export const mayExplain = ({ kind }: Pick<Incident, 'kind'>): boolean =>
  kind === 'server_down' || kind === 'provider_outage'

/**
 * Keeps a parent and its children from missing each other when they are reported at the same moment: both sides lock
 * the family first. The provider's comes before the server's.
 */
export const lockFamilies = async (tx: Transaction, thing: Thing): Promise<void> => {
  const concernsProvider = thing.kind === 'provider_outage' || OF_PROVIDER.includes(thing.kind)
  const concernsServer = thing.kind === 'server_down' || OF_SERVER.includes(thing.kind)
  const provider = concernsProvider ? await providerOf(tx, thing) : undefined
  if (provider) await lockName(tx, `provider:${provider}`)
  if (concernsServer && thing.serverId) await lockName(tx, `server:${thing.serverId}`)
}

/** By `facts.source`, or by where its server comes from. */
const providerOf = async (
  db: Executor,
  { kind, key, facts, serverId }: Thing,
): Promise<string | undefined> => {
  if (kind === 'provider_outage') return key.slice(PROVIDER_PREFIX.length)
  if (typeof facts.source === 'string') return facts.source
  if (!serverId) return undefined
  const [server] = await db.select({ source: servers.source }).from(servers).where(eq(servers.id, serverId))
  return server?.source
}

/** The bigger incident that explains this one, locked; the families are locked already. */
export const lockParent = async (tx: Transaction, thing: Thing): Promise<Incident | undefined> => {
  let isParent: SQL | undefined
  if (OF_SERVER.includes(thing.kind) && thing.serverId)
    isParent = and(eq(incidents.kind, 'server_down'), eq(incidents.serverId, thing.serverId))
  if (OF_PROVIDER.includes(thing.kind)) {
    const provider = await providerOf(tx, thing)
    isParent = provider ? eq(incidents.key, `${PROVIDER_PREFIX}${provider}`) : undefined
  }
  if (!isParent) return undefined
  const [parent] = await tx
    .select()
    .from(incidents)
    .where(and(isParent, ne(incidents.state, 'resolved')))
    .limit(1)
    .for('no key update')
  return parent
}

/**
 * A parent that was just reported, or is open again, takes what it explains; only the parent is told of from here.
 *
 * @returns conversations to wake.
 */
export const adoptChildren = async (tx: Transaction, parent: Incident, now: Date): Promise<string[]> => {
  const explained = await explainedBy(tx, parent)
  if (!explained) return []
  const children = await tx
    .select({ id: incidents.id })
    .from(incidents)
    .where(
      and(
        explained,
        ne(incidents.state, 'resolved'),
        isNull(incidents.parentId),
        ne(incidents.id, parent.id),
      ),
    )
    .orderBy(asc(incidents.id))
    .for('no key update')
  const wake: string[] = []
  for (const { id } of children) {
    const child = await moveRow(tx, id, { parentId: parent.id })
    wake.push(...(await swallow(tx, child, parent, now)))
    wake.push(...(await raiseAbove(tx, child, now)))
  }
  return wake
}

/** What was told of this child is drawn anew, and its timers end. */
export const swallow = async (
  tx: Transaction,
  child: Incident,
  parent: Incident,
  now: Date,
): Promise<string[]> => {
  await removeTimers(tx, [child.id])
  await addEvent(tx, child.id, { kind: 'adopted', detail: { parent: parent.number }, now })
  return announce(tx, { incident: child, change: 'swallowed', now })
}

/** A parent is over: what of its children is still wrong stands for itself again, and is told of. */
export const giveBackChildren = async (tx: Transaction, parent: Incident, now: Date): Promise<string[]> => {
  const children = await tx
    .select({ id: incidents.id })
    .from(incidents)
    .where(and(eq(incidents.parentId, parent.id), ne(incidents.state, 'resolved')))
    .orderBy(asc(incidents.id))
  const wake: string[] = []
  for (const { id } of children) {
    const child = await lockIncident(tx, id)
    if (child?.parentId !== parent.id || child.state === 'resolved') continue
    const free = await moveRow(tx, id, { parentId: null })
    await addEvent(tx, id, { kind: 'reopened', detail: { parent: parent.number }, now })
    const armed = await armTimers(tx, free, { now, graceMs: RETURN_GRACE_MS })
    wake.push(...(await announce(tx, { incident: armed, change: 'returned', now })))
  }
  return wake
}

const explainedBy = async (tx: Transaction, parent: Incident): Promise<SQL | undefined> => {
  if (parent.kind === 'server_down' && parent.serverId)
    return and(inArray(incidents.kind, [...OF_SERVER]), eq(incidents.serverId, parent.serverId))
  const provider = parent.kind === 'provider_outage' ? await providerOf(tx, parent) : undefined
  if (!provider) return undefined
  return and(
    inArray(incidents.kind, [...OF_PROVIDER]),
    sql`coalesce(${incidents.facts} ->> 'source', (select s.source from servers s where s.id = ${incidents.serverId})) = ${provider}`,
  )
}
