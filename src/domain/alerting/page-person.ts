import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { pages } from '../../db/schema/incidents.ts'
import type { PageOutcome } from '../../db/shapes/incident.ts'
import { findSaid, PRIORITY, say } from '../conversations/outbox.ts'
import type { Incident } from '../incidents/incident.ts'
import { callInGroups } from './call-in-groups.ts'
import { channelsOf } from './channels.ts'
import { alertKey } from './message-keys.ts'
import { STORM_WINDOW_MS } from './storm.ts'
import { tell } from './tell.ts'
import { reportUnreachable } from './unreachable.ts'

export interface Page {
  incident: Incident
  userId: string
  /** Tells a repetition after a crash from a page of a later step; `remind:…` asks whether they still have it. */
  occasion: string
  now: Date
}

/**
 * Reaches one person in private, where they talked to the bot last, and calls them in groups. With the same occasion they are reached once.
 * When that message cannot be delivered, `settlePages` goes on to the next place. Nowhere to reach them is an
 * incident of its own.
 *
 * @returns conversations to wake once the transaction has committed.
 */
export const pagePerson = async (
  tx: Transaction,
  page: Page,
): Promise<{ outcome: PageOutcome; wake: string[] }> => {
  const { incident, userId, occasion } = page
  const [before] = await tx
    .select({ outcome: pages.outcome })
    .from(pages)
    .where(and(eq(pages.incidentId, incident.id), eq(pages.userId, userId), eq(pages.occasion, occasion)))
    .orderBy(desc(pages.attempt))
    .limit(1)
  if (before) return { outcome: before.outcome, wake: [] }
  const { outcome, wake } = await pageAt(tx, page, { channel: (await channelsOf(tx, userId))[0], attempt: 0 })
  if (outcome !== 'queued' || isReminder(page)) return { outcome, wake }
  return { outcome, wake: [...wake, ...(await callInGroups(tx, page))] }
}

const isReminder = ({ occasion }: Pick<Page, 'occasion'>): boolean => occasion.startsWith('remind')

/** @param channel the place of the person to try; undefined when there is none left. */
export const pageAt = async (
  tx: Transaction,
  page: Page,
  { channel, attempt }: { channel: string | undefined; attempt: number },
): Promise<{ outcome: PageOutcome; wake: string[] }> => {
  const { incident, userId, occasion, now } = page
  const row = { incidentId: incident.id, userId, occasion, attempt, createdAt: now }
  if (channel === undefined) {
    await tx.insert(pages).values({ ...row, outcome: 'no_channel', reason: 'nowhere', settledAt: now })
    return { outcome: 'no_channel', wake: await reportUnreachable(tx, page) }
  }
  const outboxKey = await call(tx, { ...page, conversationId: channel })
  await tx.insert(pages).values({ ...row, conversationId: channel, outboxKey, outcome: 'queued' })
  return { outcome: 'queued', wake: [channel] }
}

/** Asks a chat, as a step of an escalation does. With the same occasion it is asked once. */
export const pageChat = async (
  tx: Transaction,
  about: Omit<Page, 'userId'> & { conversationId: string },
): Promise<{ outcome: PageOutcome; wake: string[] }> => {
  const { incident, occasion, conversationId, now } = about
  const [before] = await tx
    .select({ outcome: pages.outcome })
    .from(pages)
    .where(
      and(
        eq(pages.incidentId, incident.id),
        eq(pages.conversationId, conversationId),
        eq(pages.occasion, occasion),
        isNull(pages.userId),
      ),
    )
    .limit(1)
  if (before) return { outcome: before.outcome, wake: [] }
  const outboxKey = await call(tx, about)
  await tx.insert(pages).values({
    incidentId: incident.id,
    conversationId,
    occasion,
    outboxKey,
    outcome: 'queued',
    createdAt: now,
  })
  return { outcome: 'queued', wake: [conversationId] }
}

/**
 * Makes a phone ring: by the card, when it is new there; else by a line that points at the card, because a change of a
 * message makes no sound. A card that came a moment ago has just made one.
 *
 * @returns the key of the message that does it.
 */
const call = async (
  tx: Transaction,
  {
    incident,
    occasion,
    conversationId,
    userId,
    now,
  }: Omit<Page, 'userId'> & { conversationId: string; userId?: string },
): Promise<string> => {
  const [told] = await tell(tx, { incident, conversationIds: [conversationId], userId, now })
  if (!told) throw new Error(`nothing was told in ${conversationId}`)
  const asksAgain = isReminder({ occasion })
  if (told.fresh || (!asksAgain && (await cameJustNow(tx, incident.id, conversationId, now))))
    return told.outboxKey
  const card = await findSaid(tx, told.outboxKey)
  const key = alertKey.call(incident.id, occasion, conversationId)
  await say(tx, {
    conversationId,
    key,
    content: {
      type: 'notice',
      key: asksAgain ? 'incident-call-remind' : 'incident-call',
      args: { number: incident.number, subject: incident.subject, when: incident.openedAt.toISOString() },
    },
    priority: PRIORITY.critical,
    readerId: userId ?? null,
    replyTo: card?.parts[0]?.ref ?? null,
  })
  return key
}

const cameJustNow = async (
  tx: Transaction,
  incidentId: string,
  conversationId: string,
  now: Date,
): Promise<boolean> => {
  const since = new Date(now.getTime() - STORM_WINDOW_MS).toISOString()
  const [row] = await tx
    .select({ id: pages.id })
    .from(pages)
    .where(
      and(
        eq(pages.incidentId, incidentId),
        eq(pages.conversationId, conversationId),
        sql`${pages.createdAt} > ${since}::timestamptz`,
      ),
    )
    .limit(1)
  return row !== undefined
}
