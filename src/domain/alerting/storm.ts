import { sql } from 'drizzle-orm'
import { MINUTE_MS, SECOND_MS } from '../../clock.ts'
import type { Executor, Transaction } from '../../db/client.ts'
import { type Incident, wakesPeople } from '../incidents/incident.ts'
import { alertKey } from './message-keys.ts'

export const STORM_WINDOW_MS = MINUTE_MS
/** So many incidents told in a chat within the window, or waiting there to be shown, are a storm. */
export const STORM_BEGINS = 10
/** A storm is over when fewer came within the window. */
export const STORM_ENDS = 5
/** Of critical ones, so many keep a card of their own: Telegram shows a group no more messages in a minute. */
export const CRITICAL_CARDS_MAX = 20
/** Two reports that see a storm begin at the same moment mean the same one. */
const STORM_BEGIN_MS = 10 * SECOND_MS

/** What a chat has had lately. */
interface Lately {
  conversationId: string
  /** It shows this incident already, in a message of its own. */
  hasCard: boolean
  /** The digest that this incident is in already. */
  collected: string | null
  told: number
  cards: number
  waiting: number
  waitingCritical: number
  /** The digest of the storm that goes on. */
  digest: string | null
  /** A digest that the chat has not seen yet, because its platform makes us wait. */
  unseenDigest: string | null
}

/** How a chat is told of an incident: by a card, by the digest of a storm, or by both. */
export interface Telling {
  conversationId: string
  /** False also when the card is there already. */
  card: boolean
  /** Key of the digest, and whether the storm begins with this. */
  digest?: { key: string; begins: boolean; holdsIt: boolean }
}

/** Decides for each chat how it is told of an incident, so that a storm is one message there and not hundreds. */
export const tellings = async (
  tx: Transaction,
  incident: Incident,
  conversationIds: readonly string[],
  now: Date,
): Promise<Telling[]> =>
  (await lately(tx, incident, conversationIds, now)).map((chat) => tellingOf(chat, incident, now))

const tellingOf = (chat: Lately, incident: Incident, now: Date): Telling => {
  const { conversationId, hasCard, collected, told, cards, waiting, waitingCritical, unseenDigest } = chat
  const digest = chat.digest ?? unseenDigest
  if (hasCard) return { conversationId, card: false }
  const isStorm =
    told >= STORM_BEGINS || waiting >= STORM_BEGINS || (digest && told >= STORM_ENDS) || unseenDigest
  if (!isStorm) return { conversationId, card: true }
  const card = wakesPeople(incident) && Math.max(cards, waitingCritical) < CRITICAL_CARDS_MAX
  const key = digest ?? alertKey.digest(conversationId, beginOf(now))
  return { conversationId, card, digest: { key, begins: digest === null, holdsIt: collected === key } }
}

const beginOf = (now: Date): number => Math.floor(now.getTime() / STORM_BEGIN_MS) * STORM_BEGIN_MS

const lately = async (
  db: Executor,
  { id }: Incident,
  conversationIds: readonly string[],
  now: Date,
): Promise<Lately[]> => {
  const since = new Date(now.getTime() - STORM_WINDOW_MS).toISOString()
  const recent = sql`pages p where p.conversation_id = c.id and p.created_at > ${since}::timestamptz`
  const waiting = sql`outbox o where o.conversation_id = c.id and o.state in ('pending', 'sending')
    and o.delivered_version = 0 and o.content ->> 'view' = 'incident'`
  const rows = await db.execute(sql`
    select c.id::text as "conversationId",
      exists (select from outbox where key = ${alertKey.card(id, '')}::text || c.id::text and state <> 'failed') as "hasCard",
      (select p.outbox_key from pages p where p.incident_id = ${id} and p.conversation_id = c.id
        and p.reason = 'storm' order by p.created_at desc limit 1) as collected,
      (select count(*)::int from (select distinct p.incident_id from ${recent} limit ${STORM_BEGINS}) r) as told,
      (select count(*)::int from (select from ${recent} and p.reason is null limit ${CRITICAL_CARDS_MAX}) r) as cards,
      (select count(*)::int from (select from ${waiting} limit ${STORM_BEGINS}) r) as waiting,
      (select count(*)::int from (select from ${waiting} and o.priority > 10 limit ${CRITICAL_CARDS_MAX}) r)
        as "waitingCritical",
      (select p.outbox_key from ${recent} and p.reason = 'storm' order by p.created_at desc limit 1) as digest,
      (select o.key from outbox o where o.conversation_id = c.id and o.state in ('pending', 'sending')
        and o.delivered_version = 0 and o.content ->> 'view' = 'digest' order by o.seq desc limit 1)
        as "unseenDigest"
    from unnest(${`{${conversationIds.join(',')}}`}::uuid[]) as c(id)`)
  return rows as unknown as Lately[]
}
