import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { pages } from '../../db/schema/incidents.ts'
import { PRIORITY, reviseSaid, type Saying, sayAll } from '../conversations/outbox.ts'
import { type Incident, wakesPeople } from '../incidents/incident.ts'
import { alertKey } from './message-keys.ts'
import { STORM_WINDOW_MS, type Telling, tellings } from './storm.ts'
import { subscribersOf } from './subscriptions.ts'

export interface Told {
  conversationId: string
  /** The message that shows it: its card, or the digest of a storm. */
  outboxKey: string
  /** Something new appears in the chat; otherwise the message was there already. */
  fresh: boolean
}

/**
 * Shows an incident in chats: a card in each, or one digest for each in a storm. What is shown already stays one
 * message and is drawn anew.
 *
 * @param about.userId the person who is called there: their language is used, and the caller writes down the call.
 */
export const tell = async (
  tx: Transaction,
  {
    incident,
    conversationIds,
    userId,
    now,
  }: {
    incident: Incident
    conversationIds: readonly string[]
    userId?: string | undefined
    now: Date
  },
): Promise<Told[]> => {
  if (conversationIds.length === 0) return []
  const decided = await tellings(tx, incident, conversationIds, now)
  const readers = userId === undefined ? await subscribersOf(tx, conversationIds) : undefined
  const begun = decided.filter(({ digest }) => digest?.begins)
  await gatherWhatWaits(tx, begun, now)
  const fresh = await sayAll(
    tx,
    decided.flatMap((one) => sayingsOf(incident, one, userId ?? readers?.get(one.conversationId))),
  )
  await writeDown(tx, incident, decided, { cards: userId === undefined ? fresh : new Set(), now })
  const digests = decided.flatMap(({ digest }) => (digest && !fresh.has(digest.key) ? [digest.key] : []))
  await reviseSaid(tx, digests)
  return decided.map(({ conversationId, digest }) => {
    const card = alertKey.card(incident.id, conversationId)
    const shownBy = fresh.has(card) || !digest ? card : digest.key
    return { conversationId, outboxKey: shownBy, fresh: fresh.has(shownBy) }
  })
}

const sayingsOf = (
  incident: Incident,
  { conversationId, card, digest }: Telling,
  readerId: string | undefined,
): Saying[] => {
  const common = { conversationId, readerId: readerId ?? null }
  const sayings: Saying[] = []
  if (card)
    sayings.push({
      ...common,
      key: alertKey.card(incident.id, conversationId),
      content: { type: 'view', view: 'incident', args: { id: incident.id } },
      priority: wakesPeople(incident) ? PRIORITY.critical : PRIORITY.alert,
    })
  if (digest)
    sayings.push({
      ...common,
      key: digest.key,
      content: { type: 'view', view: 'digest', args: { id: conversationId, key: digest.key } },
      priority: PRIORITY.alert,
    })
  return sayings
}

/** A row for every message that was to reach a chat, so that what became of it can be seen. */
const writeDown = async (
  tx: Transaction,
  { id }: Incident,
  decided: readonly Telling[],
  { cards, now }: { cards: ReadonlySet<string>; now: Date },
) => {
  const rows = decided.flatMap(({ conversationId, digest }) => {
    const row = {
      incidentId: id,
      conversationId,
      outcome: 'queued',
      occasion: 'told',
      createdAt: now,
    } as const
    const card = alertKey.card(id, conversationId)
    return [
      ...(cards.has(card) ? [{ ...row, outboxKey: card }] : []),
      ...(digest && !digest.holdsIt ? [{ ...row, outboxKey: digest.key, reason: 'storm' }] : []),
    ]
  })
  if (rows.length > 0) await tx.insert(pages).values(rows)
}

/**
 * A storm begins: cards that were not sent yet and are not critical will never be, and everything of the last minute
 * is in the digest.
 */
const gatherWhatWaits = async (tx: Transaction, begun: readonly Telling[], now: Date) => {
  for (const { conversationId, digest } of begun) {
    if (!digest) continue
    await tx.execute(sql`
      delete from outbox where id in (
        select id from outbox where conversation_id = ${conversationId} and state = 'pending'
          and delivered_version = 0 and parts = '[]'::jsonb and priority = ${PRIORITY.alert}
          and content ->> 'view' = 'incident'
        for update skip locked)`)
    const since = new Date(now.getTime() - STORM_WINDOW_MS)
    const gathered = await tx
      .selectDistinct({ incidentId: pages.incidentId })
      .from(pages)
      .where(
        and(
          eq(pages.conversationId, conversationId),
          sql`(${pages.createdAt} > ${since.toISOString()}::timestamptz or (${pages.outcome} = 'queued'
            and not exists (select from outbox where key = ${pages.outboxKey})))`,
        ),
      )
    if (gathered.length === 0) continue
    await tx.insert(pages).values(
      gathered.map(({ incidentId }) => ({
        incidentId,
        conversationId,
        outcome: 'queued' as const,
        occasion: 'told',
        outboxKey: digest.key,
        reason: 'storm',
        createdAt: now,
      })),
    )
    await tx
      .update(pages)
      .set({ outcome: 'skipped', reason: 'withdrawn', settledAt: now })
      .where(
        and(
          eq(pages.conversationId, conversationId),
          eq(pages.outcome, 'queued'),
          sql`not exists (select from outbox where key = ${pages.outboxKey})`,
          sql`${pages.outboxKey} <> ${digest.key}`,
        ),
      )
  }
}

/** The digests that an incident is in. */
export const digestsWith = async (tx: Transaction, incidentIds: readonly string[]): Promise<string[]> => {
  const rows = await tx
    .selectDistinct({ key: pages.outboxKey })
    .from(pages)
    .where(and(inArray(pages.incidentId, [...incidentIds]), eq(pages.reason, 'storm')))
  return rows.flatMap(({ key }) => (key ? [key] : []))
}
