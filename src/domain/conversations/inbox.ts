import { and, asc, eq, inArray, lte, or, sql } from 'drizzle-orm'
import { type Clock, systemClock } from '../../clock.ts'
import type { Database, Executor } from '../../db/client.ts'
import { inbox } from '../../db/schema/conversations.ts'
import type { InboxBody } from '../../db/shapes/incoming.ts'
import { createGroupCommit } from '../../group-commit.ts'
import { type ConversationAddress, ensureConversations } from './conversations.ts'
import { insertInbox, type NewInboxRow } from './insert-inbox.ts'
import { storable } from './storable.ts'
import { actionClaimEnd } from './take-actions.ts'

export type InboxRow = typeof inbox.$inferSelect
export type Lane = InboxRow['lane']

/** What an adapter hands in; the same as `Incoming` of bots/chat.ts. */
export interface Arrival {
  platform: string
  eventId: string
  messageKey?: string
  conversation: { key: string; kind: ConversationAddress['kind'] }
  platformUserId: string
  body: InboxBody
}

export interface Written {
  id: string
  conversationId: string
  lane: Lane
  /** False for a redelivery: the row was there already. */
  fresh: boolean
  /** True when the taker has it in hand: nobody need be woken. */
  taken: boolean
}

export interface Inbox {
  /**
   * Keeps what arrived (design rule 1). Writes that come together share one statement.
   * Rejects when the row is not in the database.
   */
  write(arrival: Arrival): Promise<Written>
}

/** A platform waits for each write; the next need not wait for the disk that the last one waits for. */
const WRITES_AT_ONCE = 2

/** Texts wait their turn; commands, buttons and forms never do (design rule 2). */
export const laneOf = (body: InboxBody): Lane => (body.kind === 'text' ? 'turn' : 'action')

/** Deals with commands, buttons and forms in this very process: their rows are written taken, see `takeActions`. */
export interface Taker {
  by: string
  /** In order of arrival; each once, and only when its row is in the database. */
  begin(row: InboxRow): void
}

export const createInbox = (
  db: Database,
  { clock = systemClock, taker }: { clock?: Clock; taker?: Taker } = {},
): Inbox => {
  const writes = createGroupCommit<Arrival, Written>(
    (arrivals) => writeAll(db, clock.now(), arrivals, taker),
    { atOnce: WRITES_AT_ONCE, orderBy: ({ conversation }) => conversation.key },
  )
  return { write: (arrival) => writes.add(arrival) }
}

const writeAll = async (
  db: Database,
  receivedAt: Date,
  arrivals: Arrival[],
  taker: Taker | undefined,
): Promise<Written[]> => {
  const ids = await ensureConversations(
    db,
    arrivals.map(({ conversation, platform }) => ({ ...conversation, platform })),
  )
  const inserted = await insertInbox(
    db,
    arrivals.map((arrival) => newRow(arrival, ids.get(arrival.conversation.key) ?? '', receivedAt, taker)),
  )
  if (taker) for (const row of inserted) if (row.claimedBy !== null) taker.begin(row)
  const fresh = new Map(inserted.map((row) => [eventOf(row), row]))
  const again = arrivals.filter((one) => !fresh.has(eventOf(one)))
  const earlier = again.length > 0 ? await findArrivals(db, again) : []
  return arrivals.map((arrival) => {
    const event = eventOf(arrival)
    const first = fresh.get(event)
    const row = first ?? earlier.find((one) => sameMessage(one, arrival))
    if (!row) throw new Error(`the inbox row of ${event} vanished`)
    // A second copy within the same batch is a redelivery too.
    if (first) fresh.delete(event)
    if (first) earlier.push(first)
    const taken = first !== undefined && first.claimedBy !== null
    return {
      id: row.id,
      conversationId: row.conversationId,
      lane: row.lane,
      fresh: first !== undefined,
      taken,
    }
  })
}

const newRow = (
  arrival: Arrival,
  conversationId: string,
  receivedAt: Date,
  taker: Taker | undefined,
): NewInboxRow => {
  const lane = laneOf(arrival.body)
  const taken = lane === 'action' && taker
  return {
    conversationId,
    platform: arrival.platform,
    eventId: arrival.eventId,
    messageKey: arrival.messageKey ?? null,
    lane,
    platformUserId: arrival.platformUserId,
    body: storable(arrival.body),
    state: 'pending',
    attempts: taken ? 1 : 0,
    claimedBy: taken ? taken.by : null,
    claimedUntil: taken ? actionClaimEnd(receivedAt) : null,
    turnId: null,
    receivedAt,
    doneAt: null,
  }
}

const identity = {
  id: inbox.id,
  conversationId: inbox.conversationId,
  lane: inbox.lane,
  platform: inbox.platform,
  eventId: inbox.eventId,
  messageKey: inbox.messageKey,
}

type Identified = Pick<InboxRow, keyof typeof identity>

const eventOf = ({ platform, eventId }: { platform: string; eventId: string }) => `${platform} ${eventId}`

const sameMessage = (row: Identified, arrival: Arrival): boolean =>
  row.platform === arrival.platform &&
  (row.eventId === arrival.eventId ||
    (arrival.messageKey !== undefined && row.messageKey === arrival.messageKey))

const findArrivals = (db: Database, arrivals: Arrival[]): Promise<Identified[]> =>
  db
    .select(identity)
    .from(inbox)
    .where(
      or(
        ...arrivals.map((one) =>
          and(
            eq(inbox.platform, one.platform),
            or(
              eq(inbox.eventId, one.eventId),
              one.messageKey === undefined ? undefined : eq(inbox.messageKey, one.messageKey),
            ),
          ),
        ),
      ),
    )

/** Marks what was dealt with. A row that is done already stays as it is. */
export const completeInbox = (db: Executor, ids: string[], now = new Date()): Promise<void> =>
  finish(db, ids, 'done', now)

/** Marks what could not be dealt with; the person must have been told (design rule 9). */
export const failInbox = (db: Executor, ids: string[], now = new Date()): Promise<void> =>
  finish(db, ids, 'failed', now)

const finish = async (db: Executor, ids: string[], state: 'done' | 'failed', doneAt: Date) => {
  if (ids.length === 0) return
  await db
    .update(inbox)
    .set({ state, doneAt, claimedBy: null, claimedUntil: null })
    .where(and(inArray(inbox.id, ids), eq(inbox.state, 'pending')))
}

export const findInbox = async (db: Executor, id: string): Promise<InboxRow | undefined> => {
  const [row] = await db.select().from(inbox).where(eq(inbox.id, id))
  return row
}

/** Keeps what was in the file that came with a row, for whoever has to go on with it. */
export const keepAttachmentText = async (db: Executor, id: string, text: string): Promise<void> => {
  await db
    .update(inbox)
    .set({ body: sql`jsonb_set(${inbox.body}, '{attachment,text}', to_jsonb(${text}::text))` })
    .where(and(eq(inbox.id, id), sql`${inbox.body} ? 'attachment'`))
}

/** For the sweeper: conversations whose texts no job came for, longest waiting first. */
export const conversationsLeftWaiting = async (
  db: Executor,
  { olderThanMs, now = new Date(), limit = 500 }: { olderThanMs: number; now?: Date; limit?: number },
): Promise<string[]> => {
  const rows = await db
    .select({ id: inbox.conversationId })
    .from(inbox)
    .where(pendingOlder('turn', olderThanMs, now))
    .groupBy(inbox.conversationId)
    .orderBy(asc(sql`min(${inbox.seq})`))
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** For the sweeper: actions no job came for, and those whose claim ran out. */
export const actionsLeftWaiting = async (
  db: Executor,
  { olderThanMs, now = new Date(), limit = 500 }: { olderThanMs: number; now?: Date; limit?: number },
): Promise<string[]> => {
  const rows = await db
    .select({ id: inbox.id })
    .from(inbox)
    .where(
      and(
        pendingOlder('action', olderThanMs, now),
        or(sql`${inbox.claimedUntil} is null`, lte(inbox.claimedUntil, now)),
      ),
    )
    .orderBy(asc(inbox.seq))
    .limit(limit)
  return rows.map(({ id }) => id)
}

const pendingOlder = (lane: Lane, olderThanMs: number, now: Date) =>
  and(
    eq(inbox.lane, lane),
    eq(inbox.state, 'pending'),
    lte(inbox.receivedAt, new Date(now.getTime() - olderThanMs)),
  )
