import { and, asc, eq, sql } from 'drizzle-orm'
import { MINUTE_MS } from '../../clock.ts'
import type { Database, Transaction } from '../../db/client.ts'
import { outbox } from '../../db/schema/conversations.ts'
import { pages } from '../../db/schema/incidents.ts'
import type { Incident } from '../incidents/incident.ts'
import { lockIncident } from '../incidents/locks.ts'
import { channelsOf } from './channels.ts'
import { pageAt } from './page-person.ts'
import { healReached, reportDeafChat } from './unreachable.ts'

/** How often this is to be done. */
export const SETTLE_INTERVAL_MS = 5_000
/** A person who could not be reached for so long is tried at their next place, even while the first may still work. */
export const PAGE_PATIENCE_MS = MINUTE_MS
const AT_ONCE = 500

type PageRow = typeof pages.$inferSelect

/**
 * Writes down what became of what was sent to people and chats, and goes on to the next place of a person where it
 * failed (M-11). What failed for good is an incident. May run in many processes at once.
 *
 * @returns conversations to wake.
 */
export const settlePages = async (db: Database, now: Date): Promise<string[]> => {
  const wake: string[] = []
  for (let settled = AT_ONCE; settled === AT_ONCE; ) {
    const done = await db.transaction((tx) => settleDelivered(tx, now))
    settled = done.settled
    wake.push(...done.wake)
  }
  for (const page of await failedPages(db, now))
    wake.push(...(await db.transaction((tx) => settleFailed(tx, page, now))))
  return [...new Set(wake)]
}

const settleDelivered = async (tx: Transaction, now: Date): Promise<{ settled: number; wake: string[] }> => {
  const rows = await tx.execute(sql`
    update pages set outcome = 'delivered', settled_at = ${now.toISOString()}::timestamptz
    where id in (
      select p.id from pages p join outbox o on o.key = p.outbox_key
      where p.outcome = 'queued' and o.delivered_version > 0
      limit ${AT_ONCE} for update of p skip locked)
    returning user_id as "userId", conversation_id as "conversationId"`)
  const ids = (name: 'userId' | 'conversationId') => [
    ...new Set(rows.flatMap((row) => (row[name] ? [row[name] as string] : []))),
  ]
  const reached = { userIds: ids('userId'), conversationIds: ids('conversationId') }
  return { settled: rows.length, wake: await healReached(tx, reached, now) }
}

interface FailedPage {
  page: PageRow
  /** Undefined while it is only late. */
  error: string | undefined
}

const failedPages = async (db: Database, now: Date): Promise<FailedPage[]> => {
  const late = new Date(now.getTime() - PAGE_PATIENCE_MS).toISOString()
  const rows = await db
    .select({ page: pages, state: outbox.state, error: outbox.error })
    .from(pages)
    .leftJoin(outbox, eq(outbox.key, pages.outboxKey))
    .where(
      and(
        eq(pages.outcome, 'queued'),
        sql`(${outbox.id} is null or (${outbox.state} = 'failed' and ${outbox.deliveredVersion} = 0)
          or (${pages.userId} is not null and ${outbox.deliveredVersion} = 0
            and ${pages.createdAt} <= ${late}::timestamptz))`,
      ),
    )
    .orderBy(asc(pages.createdAt))
    .limit(AT_ONCE)
  return rows.map(({ page, state, error }) => ({
    page,
    error: state === 'failed' ? (error ?? 'failed') : state === null ? 'gone' : undefined,
  }))
}

const settleFailed = async (tx: Transaction, { page, error }: FailedPage, now: Date): Promise<string[]> => {
  const { userId, conversationId, occasion, attempt } = page
  const incident = await lockIncident(tx, page.incidentId)
  if (!incident) return []
  const channel = userId ? await untriedChannel(tx, { ...page, userId }) : undefined
  // What is only late may still come, and there is nowhere else to go.
  if (!error && !channel) return []
  const [ours] = await tx
    .update(pages)
    .set({ outcome: 'failed', reason: error ? reasonOf(error) : 'late', settledAt: now })
    .where(and(eq(pages.id, page.id), eq(pages.outcome, 'queued')))
    .returning({ id: pages.id })
  if (!ours) return []
  if (!userId) return error && conversationId ? reportDeafChat(tx, { conversationId, error, now }) : []
  if (!stillWants(incident, userId)) return []
  const next = await pageAt(tx, { incident, userId, occasion, now }, { channel, attempt: attempt + 1 })
  return next.wake
}

/** Nobody is called for what somebody else has in hand, or what is quiet or over. */
const stillWants = ({ state, acknowledgedBy }: Incident, userId: string): boolean =>
  state === 'open' || (state === 'acknowledged' && acknowledgedBy === userId)

const untriedChannel = async (
  tx: Transaction,
  { incidentId, occasion, userId }: PageRow & { userId: string },
): Promise<string | undefined> => {
  const tried = await tx
    .select({ id: pages.conversationId })
    .from(pages)
    .where(and(eq(pages.incidentId, incidentId), eq(pages.occasion, occasion), eq(pages.userId, userId)))
  return (await channelsOf(tx, userId)).find((channel) => !tried.some(({ id }) => id === channel))
}

/** `platform_refused: Telegram answered …` in one short word. */
const reasonOf = (error: string): string => /^[a-z_]+/.exec(error)?.[0] ?? 'failed'
