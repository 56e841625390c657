import { isDeepStrictEqual } from 'node:util'
import { eq, inArray, ne } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { serverEvents, servers } from '../../db/schema/servers.ts'
import type { ServerSource } from '../../db/shapes/server.ts'
import { ensureServerCheck, removeServerChecks } from '../checks/server-checks.ts'
import type { ListedServer } from './inventory.ts'
import { moveServer } from './lifecycle.ts'
import { retireServer } from './retire.ts'
import type { Server } from './servers.ts'
import { PROVISIONING_LACKS } from './to-provision.ts'

/** A server that is missing in so many complete listings in a row is gone. */
export const MISSED_LISTINGS_MAX = 3

const SSH_PORT = 22
const SSH_USER = 'root'
const OWN_FACTS = [PROVISIONING_LACKS]

/** What a listing changed, in numbers. `returned`: retired ones that are listed again. */
export interface ListingChanges {
  discovered: number
  changed: number
  returned: number
  missing: number
  retired: number
}

/**
 * Brings the servers of a source in step with a complete listing (M-3, M-8): new ones are `discovered`, changed ones
 * updated under the identity their source gives them, missing ones counted and in the end retired. An empty listing
 * where there were servers is the caller's to refuse.
 * @returns what changed, and the conversations to wake.
 */
export const applyListing = async (
  tx: Transaction,
  { source, listed, now }: { source: ServerSource; listed: readonly ListedServer[]; now: Date },
): Promise<{ changes: ListingChanges; wake: string[] }> => {
  const changes = { discovered: 0, changed: 0, returned: 0, missing: 0, retired: 0 }
  const wake: string[] = []
  const rows = await tx
    .select()
    .from(servers)
    .where(eq(servers.source, source))
    .orderBy(servers.id)
    .for('update')
  const names = await namesInUse(tx)
  const known = new Map(rows.map((row) => [row.externalId, row]))

  const unique = [...new Map(listed.map((one) => [one.externalId, one])).values()]
  for (const one of unique) {
    const row = known.get(one.externalId)
    const change = row
      ? await update(tx, names, { row, listed: one, now })
      : await discover(tx, names, { source, listed: one, now })
    if (change) changes[change] += 1
  }
  const listedIds = new Set(unique.map(({ externalId }) => externalId))
  const present = rows.filter(({ externalId }) => listedIds.has(externalId))
  await markListed(tx, present, now)
  for (const row of rows) {
    if (listedIds.has(row.externalId) || row.status === 'retired') continue
    const missed = row.missedListings + 1
    await tx.update(servers).set({ missedListings: missed }).where(eq(servers.id, row.id))
    changes.missing += 1
    if (missed < MISSED_LISTINGS_MAX) continue
    const reason = `missing in ${missed} listings of ${source}`
    wake.push(...(await retireServer(tx, row.id, { actor: 'system', reason, now })))
    changes.retired += 1
  }
  return { changes, wake }
}

const markListed = async (tx: Transaction, present: readonly Server[], now: Date): Promise<void> => {
  if (present.length === 0) return
  const ids = present.map(({ id }) => id)
  await tx.update(servers).set({ lastListedAt: now, missedListings: 0 }).where(inArray(servers.id, ids))
}

const discover = async (
  tx: Transaction,
  names: Names,
  { source, listed, now }: { source: ServerSource; listed: ListedServer; now: Date },
): Promise<'discovered'> => {
  const [server] = await tx
    .insert(servers)
    .values({
      ...columnsOf(listed),
      name: names.take(listed.name, source),
      source,
      externalId: listed.externalId,
      lastListedAt: now,
    })
    .returning()
  if (!server) throw new Error('an insert returns its row')
  await tx
    .insert(serverEvents)
    .values({ serverId: server.id, to: 'discovered', actor: 'system', reason: `listed by ${source}` })
  if (server.address) await ensureServerCheck(tx, server, now)
  return 'discovered'
}

const update = async (
  tx: Transaction,
  names: Names,
  { row, listed, now }: { row: Server; listed: ListedServer; now: Date },
): Promise<'changed' | 'returned' | undefined> => {
  const returns = row.status === 'retired'
  const wanted = {
    ...columnsOf(listed, row),
    name: names.take(listed.name, row.source, returns ? undefined : row.name),
  }
  if (!returns && !differs(row, wanted)) return undefined
  const [server] = await tx
    .update(servers)
    .set({ ...wanted, updatedAt: now })
    .where(eq(servers.id, row.id))
    .returning()
  if (!server) throw new Error('an update of a locked row returns it')
  if (returns)
    await moveServer(tx, {
      serverId: row.id,
      to: 'discovered',
      actor: 'system',
      reason: `listed by ${row.source} again`,
    })
  if (server.address) await ensureServerCheck(tx, server, now)
  else await removeServerChecks(tx, server.id)
  return returns ? 'returned' : 'changed'
}

const columnsOf = (listed: ListedServer, row?: Server) => ({
  address: listed.address,
  sshPort: listed.sshPort ?? SSH_PORT,
  sshUser: listed.sshUser ?? SSH_USER,
  // What prorab itself noted about it stays.
  facts: { ...listed.facts, ...pick(row?.facts, OWN_FACTS) },
})

const differs = (row: Server, wanted: ReturnType<typeof columnsOf> & { name: string }): boolean =>
  (['name', 'address', 'sshPort', 'sshUser'] as const).some((column) => row[column] !== wanted[column]) ||
  !isDeepStrictEqual(row.facts, wanted.facts)

const pick = (facts: Server['facts'] = {}, names: readonly string[]): Server['facts'] =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => names.includes(name)))

interface Names {
  /**
   * The name a server gets: its own, or with its source and a number behind where another has that.
   * @param current what it is called now, which nobody else can be.
   */
  take(wanted: string, source: ServerSource, current?: string): string
}

/** Two sources may call different servers, or the same one, alike. */
const namesInUse = async (tx: Transaction): Promise<Names> => {
  const rows = await tx.select({ name: servers.name }).from(servers).where(ne(servers.status, 'retired'))
  const taken = new Set(rows.map(({ name }) => name.toLowerCase()))
  return {
    take: (wanted, source, current) => {
      const isFree = (name: string) =>
        name.toLowerCase() === current?.toLowerCase() || !taken.has(name.toLowerCase())
      let name = wanted
      for (let n = 1; !isFree(name); n++) name = n === 1 ? `${wanted}-${source}` : `${wanted}-${source}-${n}`
      if (current !== undefined) taken.delete(current.toLowerCase())
      taken.add(name.toLowerCase())
      return name
    },
  }
}
