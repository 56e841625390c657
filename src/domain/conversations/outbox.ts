import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { outbox } from '../../db/schema/conversations.ts'
import type { OutboxContent, ViewName } from '../../db/shapes/outgoing.ts'
import { showing } from './showing.ts'
import { storable } from './storable.ts'

export type OutboxRow = typeof outbox.$inferSelect

/** Alerts overtake talk within a conversation (design rule 5), and what is critical overtakes other alerts. */
export const PRIORITY = { talk: 0, alert: 10, critical: 20 } as const

export interface Saying {
  conversationId: string
  /** Idempotency key: saying it again after a crash finds the row already there. */
  key: string
  content: OutboxContent
  priority?: number
  /** Platform reference of the message this one answers. */
  replyTo?: string | null
  /** The person whose language is used, and the only one who sees `onlyToReader` contents. */
  readerId?: string | null
  /** More of it is coming, see bots/streamer.ts. */
  streaming?: boolean
}

/** Due from the first moment, whatever the clock of the machine that delivers says. */
const AT_ONCE = new Date(0)

/**
 * Puts something into the outbox. Wake delivery once the transaction has committed.
 *
 * @returns `fresh: false` when it was said before; the row is left as it is.
 */
export const say = async (tx: Executor, saying: Saying): Promise<{ id: string; fresh: boolean }> => {
  const [row] = await tx
    .insert(outbox)
    .values({ ...saying, content: storable(saying.content), notBefore: AT_ONCE })
    .onConflictDoNothing({ target: outbox.key })
    .returning({ id: outbox.id })
  if (row) return { id: row.id, fresh: true }
  const earlier = await findSaid(tx, saying.key)
  if (!earlier) throw new Error(`the outbox row ${saying.key} vanished`)
  return { id: earlier.id, fresh: false }
}

/** Says many things at once, see `say`. @returns the keys of those that were not said before. */
export const sayAll = async (tx: Executor, sayings: readonly Saying[]): Promise<Set<string>> => {
  if (sayings.length === 0) return new Set()
  const rows = await tx
    .insert(outbox)
    .values(
      // In one order for everybody, so that nobody who says the same waits in a circle.
      [...sayings]
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map((saying) => ({ ...saying, content: storable(saying.content), notBefore: AT_ONCE })),
    )
    .onConflictDoNothing({ target: outbox.key })
    .returning({ key: outbox.key })
  return new Set(rows.map(({ key }) => key))
}

export const findSaid = async (db: Executor, key: string): Promise<OutboxRow | undefined> => {
  const [row] = await db.select().from(outbox).where(eq(outbox.key, key))
  return row
}

/** A new version is to be shown: the row is due again. What is just being sent stays claimed. */
const raised = {
  version: sql`${outbox.version} + 1`,
  state: sql`case when ${outbox.state} = 'delivered' then 'pending' else ${outbox.state} end`,
}

/**
 * Changes what a message shows, in place. A message that could not be delivered stays as it is.
 *
 * @returns the conversation to wake, or undefined when there is nothing to show it in.
 */
export const revise = async (
  tx: Executor,
  id: string,
  { content, streaming }: { content?: OutboxContent; streaming?: boolean },
): Promise<string | undefined> => {
  const [row] = await tx
    .update(outbox)
    .set({ ...raised, content: content && storable(content), streaming })
    .where(and(eq(outbox.id, id), ne(outbox.state, 'failed')))
    .returning({ conversationId: outbox.conversationId })
  return row?.conversationId
}

/**
 * Something that views show has changed: every message that shows it is drawn anew.
 *
 * @param args the ones that must match; a view with more args matches too.
 * @returns the conversations to wake.
 */
export const reviseViews = async (
  tx: Executor,
  view: ViewName,
  args: Record<string, string | number>,
): Promise<string[]> => {
  const rows = await tx
    .update(outbox)
    .set(raised)
    .where(and(showing(view, args), ne(outbox.state, 'failed')))
    .returning({ conversationId: outbox.conversationId })
  return [...new Set(rows.map(({ conversationId }) => conversationId))]
}

/** Older lists are history, and people have scrolled on. */
const LIST_FRESH_HOURS = 24

/**
 * Something in a list has changed. People ask for a list again and again: of each conversation only the newest is
 * drawn anew, and only one of the last day.
 *
 * @returns the conversations to wake.
 */
export const reviseLists = async (tx: Executor, view: ViewName): Promise<string[]> => {
  const newest = tx
    .selectDistinctOn([outbox.conversationId], { id: outbox.id })
    .from(outbox)
    .where(
      and(
        showing(view),
        ne(outbox.state, 'failed'),
        sql`${outbox.createdAt} > clock_timestamp() - make_interval(hours => ${LIST_FRESH_HOURS})`,
      ),
    )
    .orderBy(outbox.conversationId, desc(outbox.seq))
  const rows = await tx
    .update(outbox)
    .set(raised)
    .where(inArray(outbox.id, newest))
    .returning({ conversationId: outbox.conversationId })
  return rows.map(({ conversationId }) => conversationId)
}

/**
 * Draws messages anew by their keys.
 *
 * @returns the conversations to wake.
 */
export const reviseSaid = async (tx: Executor, keys: readonly string[]): Promise<string[]> => {
  if (keys.length === 0) return []
  const locked = tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(inArray(outbox.key, [...keys]), ne(outbox.state, 'failed')))
    .orderBy(outbox.key)
    .for('update')
  const rows = await tx
    .update(outbox)
    .set(raised)
    .where(inArray(outbox.id, locked))
    .returning({ conversationId: outbox.conversationId })
  return [...new Set(rows.map(({ conversationId }) => conversationId))]
}

/** Which message of the bot a person replied to. */
export const findByPart = async (
  db: Executor,
  conversationId: string,
  ref: string,
): Promise<OutboxRow | undefined> => {
  const [row] = await db
    .select()
    .from(outbox)
    .where(
      and(
        eq(outbox.conversationId, conversationId),
        sql`${outbox.parts} @> ${JSON.stringify([{ ref }])}::jsonb`,
      ),
    )
    .orderBy(desc(outbox.seq))
    .limit(1)
  return row
}

/**
 * A copy of a message that nobody here knows of: it was sent, and the process died before it could write that down.
 * It becomes the last part of its row, so that delivery takes it away as surplus, or draws it anew when it is the
 * only one.
 * @returns the conversation to wake, or undefined when the copy is known or shows nothing of ours.
 */
export const adoptCopy = async (
  tx: Executor,
  {
    conversationId,
    view,
    args,
    ref,
  }: { conversationId: string; view: ViewName; args: Record<string, string>; ref: string },
): Promise<string | undefined> => {
  if (await findByPart(tx, conversationId, ref)) return undefined
  const [row] = await tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        eq(outbox.conversationId, conversationId),
        sql`${outbox.content} @> ${JSON.stringify({ type: 'view', view, args })}::jsonb`,
        ne(outbox.state, 'failed'),
      ),
    )
    .orderBy(desc(outbox.seq))
    .limit(1)
  if (!row) return undefined
  // Asked again in the update itself: a fast finger presses before the sending is written down.
  const [adopted] = await tx
    .update(outbox)
    .set({ ...raised, parts: sql`${outbox.parts} || ${JSON.stringify([{ ref, hash: '' }])}::jsonb` })
    .where(and(eq(outbox.id, row.id), sql`not ${outbox.parts} @> ${JSON.stringify([{ ref }])}::jsonb`))
    .returning({ id: outbox.id })
  return adopted && conversationId
}

/** Messages that were not shown yet, or not in their last version. */
export const undelivered = (db: Executor, conversationId?: string): Promise<OutboxRow[]> =>
  db
    .select()
    .from(outbox)
    .where(
      and(
        inArray(outbox.state, ['pending', 'sending']),
        conversationId ? eq(outbox.conversationId, conversationId) : undefined,
      ),
    )
    .orderBy(outbox.seq)
