import { asc, desc, eq, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { serverEvents, servers } from '../../db/schema/servers.ts'

export type Server = typeof servers.$inferSelect
export type ServerEvent = typeof serverEvents.$inferSelect

export const findServer = async (db: Executor, id: string): Promise<Server | undefined> => {
  const [server] = await db.select().from(servers).where(eq(servers.id, id))
  return server
}

/** By its name; of several that had it, the one that is not retired. */
export const findServerByName = async (db: Executor, name: string): Promise<Server | undefined> => {
  const [server] = await db
    .select()
    .from(servers)
    .where(sql`lower(${servers.name}) = ${name.toLowerCase()}`)
    .orderBy(sql`${servers.status} = 'retired'`, desc(servers.updatedAt))
    .limit(1)
  return server
}

export interface ServerPage {
  servers: Server[]
  /** Counted from 1. */
  page: number
  hasMore: boolean
}

/** By name, the retired ones left out. */
export const listServers = async (
  db: Executor,
  { page = 1, pageSize = 10 }: { page?: number; pageSize?: number } = {},
): Promise<ServerPage> => {
  const rows = await db
    .select()
    .from(servers)
    .where(sql`${servers.status} <> 'retired'`)
    .orderBy(asc(sql`lower(${servers.name})`))
    .limit(pageSize + 1)
    .offset((page - 1) * pageSize)
  return { servers: rows.slice(0, pageSize), page, hasMore: rows.length > pageSize }
}

/** What was done to a server last, newest first. */
export const lastServerEvents = (db: Executor, serverId: string, limit = 5): Promise<ServerEvent[]> =>
  db
    .select()
    .from(serverEvents)
    .where(eq(serverEvents.serverId, serverId))
    .orderBy(desc(serverEvents.at))
    .limit(limit)
