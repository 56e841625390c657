import { eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { identities, type UserRole, users } from '../../db/schema/users.ts'
import { asPerson, type Identity, isAccount, type Person, rememberIdentity } from './person.ts'

/**
 * Lets an account in with a role. A person who was here before comes back as the same person. The caller has
 * checked that the account may have the role.
 */
export const admit = async (tx: Transaction, identity: Identity, role: UserRole): Promise<Person> => {
  await rememberIdentity(tx, identity)
  const [account] = await tx.select().from(identities).where(isAccount(identity)).for('update')
  if (!account) throw new Error('an identity vanished while it was being admitted')

  const [user] = account.userId
    ? await tx.update(users).set({ role, disabledAt: null }).where(eq(users.id, account.userId)).returning()
    : await tx.insert(users).values({ name: account.name, role }).returning()
  if (!user) throw new Error('an admitted person has no row')
  if (!account.userId) await tx.update(identities).set({ userId: user.id }).where(isAccount(identity))
  return asPerson(user, account.langHint)
}
