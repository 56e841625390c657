import { inArray } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { tasks } from '../../db/schema/index.ts'

/** The numbers that people say, by id. */
export const taskNumbers = async (
  db: Executor,
  ids: readonly (string | null)[],
): Promise<Map<string, number>> => {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .select({ id: tasks.id, number: tasks.number })
    .from(tasks)
    .where(inArray(tasks.id, wanted))
  return new Map(rows.map(({ id, number }) => [id, number]))
}
