import { and, eq } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { identities, type Lang, type UserRole, users } from '../../db/schema/users.ts'

/** Somebody who may talk to prorab. */
export interface Person {
  id: string
  name: string
  role: UserRole
  /** What they chose with /lang, else what they write in, else what their platform says, else English. */
  lang: Lang
}

/** An account on a chat platform, as the platform tells it. */
export interface Identity {
  platform: string
  platformUserId: string
  name: string
  langHint?: Lang
}

export const DEFAULT_LANG: Lang = 'en'
const NAME_MAX_LENGTH = 64

/**
 * Who is behind an account. Remembers the account and its present name on the way; one query when nothing changed.
 *
 * @returns undefined for a stranger, and for a person whose access was withdrawn (B-8).
 */
export const resolvePerson = async (db: Executor, identity: Identity): Promise<Person | undefined> => {
  const [known] = await db
    .select({ account: identities, user: users })
    .from(identities)
    .leftJoin(users, eq(users.id, identities.userId))
    .where(isAccount(identity))
  const account = isUpToDate(known?.account, identity) ? known?.account : await rememberIdentity(db, identity)
  const user = known?.user
  return user && !user.disabledAt ? asPerson(user, account?.langHint) : undefined
}

/** Whether everything the platform tells about an account is remembered. An id in place of a name tells nothing. */
const isUpToDate = (account: Account | undefined, { name, platformUserId, langHint }: Identity): boolean =>
  account !== undefined &&
  (account.name === personName(name) || name === platformUserId) &&
  (!langHint || account.langHint === langHint)

type Account = typeof identities.$inferSelect

/** Inserts the account or brings its name and language up to date. An unknown language keeps the known one. */
export const rememberIdentity = async (db: Executor, identity: Identity): Promise<Account> => {
  const { platform, platformUserId, langHint } = identity
  const name = personName(identity.name)
  const [account] = await db
    .insert(identities)
    .values({ platform, platformUserId, name, langHint: langHint ?? null })
    .onConflictDoUpdate({
      target: [identities.platform, identities.platformUserId],
      set: { name, ...(langHint && { langHint }) },
    })
    .returning()
  if (!account) throw new Error('an upsert of an identity returned no row')
  if (account.userId && name !== platformUserId)
    await nameWhoHadNone(db, account.userId, platformUserId, name)
  return account
}

/** Slack's first message of a person is signed with an id; their name follows. */
const nameWhoHadNone = async (db: Executor, userId: string, platformUserId: string, name: string) => {
  await db
    .update(users)
    .set({ name })
    .where(and(eq(users.id, userId), eq(users.name, platformUserId)))
}

/** Who is behind an account, as far as that is known; nothing is remembered. */
export const findAccountHolder = async (
  db: Executor,
  account: Pick<Identity, 'platform' | 'platformUserId'>,
): Promise<Person | undefined> => {
  const [known] = await db
    .select({ user: users, langHint: identities.langHint })
    .from(identities)
    .innerJoin(users, eq(users.id, identities.userId))
    .where(isAccount(account))
  return known && !known.user.disabledAt ? asPerson(known.user, known.langHint) : undefined
}

/** Undefined when there is nobody by that id, or their access was withdrawn. */
export const findPerson = async (db: Executor, userId: string): Promise<Person | undefined> => {
  const [user] = await db.select().from(users).where(eq(users.id, userId))
  return user && !user.disabledAt ? asPerson(user) : undefined
}

/** @param langHint used when the person chose no language. */
export const asPerson = (
  user: Pick<typeof users.$inferSelect, 'id' | 'name' | 'role' | 'lang' | 'langHeard'>,
  langHint?: Lang | null,
): Person => ({
  id: user.id,
  name: user.name,
  role: user.role,
  lang: user.lang ?? user.langHeard ?? langHint ?? DEFAULT_LANG,
})

export const isAccount = ({ platform, platformUserId }: Pick<Identity, 'platform' | 'platformUserId'>) =>
  and(eq(identities.platform, platform), eq(identities.platformUserId, platformUserId))

/** One line without control or direction characters: names are shown inside other people's messages. */
export const personName = (raw: string): string => {
  const line = raw
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return [...line].slice(0, NAME_MAX_LENGTH).join('') || '?'
}
