import { createHash } from 'node:crypto'
import { and, eq, inArray, isNull } from 'drizzle-orm'
import type { Database, Executor } from '../../db/client.ts'
import { conversations, inbox, outbox } from '../../db/schema/conversations.ts'
import type { Lang } from '../../db/schema/users.ts'

export interface Conversation {
  id: string
  /** Platform and address, e.g. `telegram:777:-100123:5`. */
  key: string
  platform: string
  kind: 'private' | 'group'
  lang: Lang | null
}

export interface ConversationAddress {
  key: string
  platform: string
  kind: 'private' | 'group'
}

const columns = {
  id: conversations.id,
  key: conversations.key,
  platform: conversations.platform,
  kind: conversations.kind,
  lang: conversations.lang,
}

/** Enough for a busy installation; beyond it the database is asked again. */
const MAX_KNOWN = 10_000
/** What this process has seen, by database. Ids never change, so a stale entry can only have an old language. */
const knownIds = new WeakMap<object, Map<string, string>>()

/** The conversation at an address; concurrent first messages make one row. */
export const ensureConversation = async (
  db: Executor,
  address: ConversationAddress,
): Promise<Conversation> => {
  const ids = await ensureConversations(db, [address])
  const conversation = await findConversation(db, ids.get(address.key) ?? '')
  if (!conversation) throw new Error(`the conversation ${address.key} vanished`)
  return conversation
}

/** Ids by key, for many addresses at once; those this process has seen cost no query. */
export const ensureConversations = async (
  db: Executor,
  addresses: ConversationAddress[],
): Promise<Map<string, string>> => {
  const known = knownIds.get(db) ?? new Map<string, string>()
  knownIds.set(db, known)
  const unknown = new Map(addresses.filter(({ key }) => !known.has(key)).map((one) => [one.key, one]))
  if (unknown.size > 0) {
    if (known.size > MAX_KNOWN) known.clear()
    // Sorted, so that two processes that meet the same new chats cannot wait for each other in a circle.
    const rows = [...unknown.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
    await db
      .insert(conversations)
      .values(rows.map(({ key, platform, kind }) => ({ id: idOf(key), key, platform, kind })))
      .onConflictDoNothing()
    const found = await db
      .select({ id: conversations.id, key: conversations.key })
      .from(conversations)
      .where(inArray(conversations.key, [...unknown.keys()]))
    for (const { id, key } of found) known.set(key, id)
  }
  return new Map(addresses.map(({ key }) => [key, known.get(key) ?? idOf(key)]))
}

/** Whether anything was ever said there, by a person or by the bot. */
export const isKnownConversation = async (db: Executor, key: string): Promise<boolean> => {
  const rows = await db.select({ id: conversations.id }).from(conversations).where(eq(conversations.key, key))
  return rows.length > 0
}

export const findConversation = async (db: Executor, id: string): Promise<Conversation | undefined> => {
  const [row] = await db.select(columns).from(conversations).where(eq(conversations.id, id))
  return row
}

/**
 * A chat got a new address (a Telegram group became a supergroup). The conversation moves with all it knows. When
 * people already wrote at the new address, that conversation stays as it is, and what is still to be read or
 * shown at the old one moves there.
 *
 * @returns the conversation at the new address, or undefined when neither exists. Moving twice changes nothing.
 */
export const moveConversation = async (
  db: Database,
  fromKey: string,
  toKey: string,
): Promise<Conversation | undefined> => {
  const moved = await db.transaction(async (tx) => {
    const rows = await tx
      .select(columns)
      .from(conversations)
      .where(inArray(conversations.key, [fromKey, toKey]))
      .orderBy(conversations.key)
      .for('update')
    const from = rows.find(({ key }) => key === fromKey)
    const to = rows.find(({ key }) => key === toKey)
    if (!from || fromKey === toKey) return to
    if (!to) {
      const [renamed] = await tx
        .update(conversations)
        .set({ key: toKey })
        .where(eq(conversations.id, from.id))
        .returning(columns)
      return renamed
    }
    await tx
      .update(inbox)
      .set({ conversationId: to.id })
      .where(and(eq(inbox.conversationId, from.id), eq(inbox.state, 'pending'), isNull(inbox.turnId)))
    await tx
      .update(outbox)
      .set({ conversationId: to.id })
      .where(and(eq(outbox.conversationId, from.id), inArray(outbox.state, ['pending', 'sending'])))
    return to
  })
  if (moved) knownIds.get(db)?.set(toKey, moved.id)
  return moved
}

/** The same everywhere for the same key, so that two processes insert the same row. */
const idOf = (key: string): string => {
  const hex = createHash('sha256').update(`conversation:${key}`).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
