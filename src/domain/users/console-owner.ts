import type { Database } from '../../db/client.ts'
import type { Lang } from '../../db/schema/users.ts'
import { admit } from './admit.ts'
import { type Person, resolvePerson } from './person.ts'

/**
 * Whoever sits at the terminal already holds the data folder, so the console's person is an owner from the start
 * (B-3). The claim code stays good for the first person who comes by a chat platform.
 */
export const ensureConsoleOwner = (
  db: Database,
  local: { platformUserId: string; name: string; langHint?: Lang },
): Promise<Person> => {
  const identity = { platform: 'console', ...local }
  return db.transaction(
    async (tx) => (await resolvePerson(tx, identity)) ?? (await admit(tx, identity, 'owner')),
  )
}
