import { eq } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { onCallSwaps, projects, rotations } from '../../db/schema/index.ts'
import { loadRosters } from './rosters.ts'
import { type Shift, shiftsOf } from './shifts.ts'
import type { Span } from './turns.ts'

export type Swap = typeof onCallSwaps.$inferSelect

export const findSwap = async (db: Executor, id: string): Promise<Swap | undefined> => {
  const [swap] = await db.select().from(onCallSwaps).where(eq(onCallSwaps.id, id))
  return swap
}

/** What the rotation of a swap is for, and by which clock. */
export const swapScope = async (
  db: Executor,
  rotationId: string,
): Promise<{ projectId: string | null; projectName: string | null; timeZone: string } | undefined> => {
  const [row] = await db
    .select({ projectId: rotations.projectId, projectName: projects.name, timeZone: rotations.timeZone })
    .from(rotations)
    .leftJoin(projects, eq(projects.id, rotations.projectId))
    .where(eq(rotations.id, rotationId))
  return row
}

/** What somebody is on call for within a span, by the rotation itself. */
export const shiftsToGive = async (
  tx: Transaction,
  { projectId, userId, from, until }: Span & { projectId: string | null; userId: string },
): Promise<Shift[]> => {
  if (until <= from) return []
  const [roster] = await loadRosters(tx, { from, until }, { scopes: [projectId] })
  return roster ? shiftsOf(roster, { from, until }).filter((shift) => shift.userId === userId) : []
}
