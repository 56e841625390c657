import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Executor } from '../db/client.ts'
import { settings } from '../db/schema/settings.ts'

const KEY = 'installation'

/** What tells this installation from others that use the same Redis: the same for every process on its database. */
export const installationId = async (db: Executor): Promise<string> => {
  await db
    .insert(settings)
    .values({ key: KEY, value: { id: randomUUID() } })
    .onConflictDoNothing()
  const [row] = await db.select().from(settings).where(eq(settings.key, KEY))
  if (!row) throw new Error('an installation has an id')
  return (row.value as { id: string }).id
}
