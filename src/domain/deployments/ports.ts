import { eq } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { ports } from '../../db/schema/index.ts'
import { AppError } from '../../errors.ts'

export interface PortRange {
  first: number
  last: number
}

const SERVICE_PORTS: PortRange = { first: 8001, last: 8999 }

/**
 * Gives a project its port; asking again gives the same one. The primary key keeps two projects apart even when
 * both ask at once.
 * @param usable tells whether the machine itself can still listen there; checked outside the database.
 * @throws AppError conflict when none is left.
 */
export const allocatePort = async (
  tx: Transaction,
  projectId: string,
  usable: (port: number) => Promise<boolean>,
  { first, last }: PortRange = SERVICE_PORTS,
): Promise<number> => {
  const [own] = await tx.select().from(ports).where(eq(ports.projectId, projectId))
  if (own) return own.port
  const taken = new Set((await tx.select({ port: ports.port }).from(ports)).map((row) => row.port))
  for (let port = first; port <= last; port++) {
    if (taken.has(port) || !(await usable(port))) continue
    const [row] = await tx.insert(ports).values({ port, projectId }).onConflictDoNothing().returning()
    if (row) return row.port
    const [concurrent] = await tx.select().from(ports).where(eq(ports.projectId, projectId))
    if (concurrent) return concurrent.port
  }
  throw new AppError('conflict', 'no port is free for another service', {
    userMessage: { key: 'no-port-free', args: { first, last } },
  })
}

export const portOf = async (db: Executor, projectId: string): Promise<number | undefined> => {
  const [row] = await db.select().from(ports).where(eq(ports.projectId, projectId))
  return row?.port
}

export const releasePort = async (db: Executor, projectId: string): Promise<void> => {
  await db.delete(ports).where(eq(ports.projectId, projectId))
}
