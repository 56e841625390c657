import { eq, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { Transaction } from '../../db/client.ts'
import { incidents } from '../../db/schema/incidents.ts'
import type { Incident } from './incident.ts'

export type RowChange = PgUpdateSetSource<typeof incidents>

/** Changes a row that is locked. */
export const changeRow = async (tx: Transaction, id: string, change: RowChange): Promise<Incident> => {
  const [row] = await tx.update(incidents).set(change).where(eq(incidents.id, id)).returning()
  if (!row) throw new Error(`the incident ${id} vanished`)
  return row
}

/** A move: whoever clicks on what was shown before it is told instead (M-11). */
export const moveRow = (tx: Transaction, id: string, change: RowChange): Promise<Incident> =>
  changeRow(tx, id, { ...change, version: sql`${incidents.version} + 1` })
