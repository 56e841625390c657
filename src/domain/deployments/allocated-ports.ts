import type { Executor } from '../../db/client.ts'
import { ports } from '../../db/schema/deployments.ts'

/** The ports of this machine that belong to services. */
export const allocatedPorts = async (db: Executor): Promise<Set<number>> =>
  new Set((await db.select({ port: ports.port }).from(ports)).map(({ port }) => port))
