import { and, eq, inArray } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { checks, projects } from '../../db/schema/index.ts'
import type { Check } from '../checks/check.ts'
import { findServer, lastServerEvents, listServers, type Server, type ServerEvent } from './servers.ts'

/** A server as people look at it. */
export interface ServerOverview {
  server: Server
  /** Whether it answers, and how it is; undefined while nobody looks. */
  check: Check | undefined
}

export interface ServerDetails extends ServerOverview {
  /** What else is looked at there; a service with the name of its project. */
  services: { check: Check; project: string | undefined }[]
  /** Newest first. */
  events: ServerEvent[]
}

/** By name, a page of them. */
export const serversOverview = async (
  db: Executor,
  options: { page: number; pageSize: number },
): Promise<{ servers: ServerOverview[]; page: number; hasMore: boolean }> => {
  const found = await listServers(db, options)
  const ids = found.servers.map(({ id }) => id)
  const looks =
    ids.length === 0
      ? []
      : await db
          .select()
          .from(checks)
          .where(and(inArray(checks.serverId, ids), eq(checks.kind, 'ssh')))
  const byServer = new Map(looks.map((check) => [check.serverId, check]))
  return {
    ...found,
    servers: found.servers.map((server) => ({ server, check: byServer.get(server.id) })),
  }
}

export const serverDetails = async (db: Executor, id: string): Promise<ServerDetails | undefined> => {
  const server = await findServer(db, id)
  if (!server) return undefined
  const [looks, events] = await Promise.all([
    db
      .select({ check: checks, project: projects.name })
      .from(checks)
      .leftJoin(projects, eq(projects.id, checks.projectId))
      .where(eq(checks.serverId, id))
      .orderBy(checks.key),
    lastServerEvents(db, id),
  ])
  const own = looks.find(({ check }) => check.kind === 'ssh')
  return {
    server,
    check: own?.check,
    services: looks
      .filter((one) => one !== own)
      .map(({ check, project }) => ({ check, project: project ?? undefined })),
    events,
  }
}
