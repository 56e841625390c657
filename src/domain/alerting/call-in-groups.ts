import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { pages } from '../../db/schema/incidents.ts'
import { PRIORITY, sayAll } from '../conversations/outbox.ts'
import { type Incident, wakesPeople } from '../incidents/incident.ts'
import { alertKey } from './message-keys.ts'
import { STORM_WINDOW_MS } from './storm.ts'
import { chatsThatHear } from './subscriptions.ts'

/** A group that shows the card of an incident to everybody but who has to see it. */
interface Group {
  conversationId: string
  readerId: string | null
  /** Of the card there. */
  ref: string | null
}

/**
 * Mentions somebody who is called in the groups that show the incident, where they have an account. A change of a
 * message mentions nobody anew, so it is a line that points at the card; a card that is not shown yet does it itself.
 * Each person once in an escalation and, whatever breaks, once in a minute: a storm does not become a storm of lines.
 *
 * @returns conversations to wake.
 */
export const callInGroups = async (
  tx: Transaction,
  { incident, userId, now }: { incident: Incident; userId: string; now: Date },
): Promise<string[]> => {
  if (!wakesPeople(incident)) return []
  const occasion = `mention:${incident.version}:${userId}`
  const groups = await groupsToCall(tx, { incident, userId, occasion, now })
  // Several people may be called in one breath: one line mentions them all.
  const key = ({ conversationId }: Group) =>
    alertKey.call(incident.id, `mention:${incident.version}:${now.getTime()}`, conversationId)
  await sayAll(
    tx,
    groups.map((group) => ({
      conversationId: group.conversationId,
      key: key(group),
      content: { type: 'view', view: 'incident-call', args: { id: incident.id } },
      priority: PRIORITY.critical,
      readerId: group.readerId,
      replyTo: group.ref,
    })),
  )
  if (groups.length > 0)
    await tx.insert(pages).values(
      groups.map((group) => ({
        incidentId: incident.id,
        conversationId: group.conversationId,
        occasion,
        outboxKey: key(group),
        outcome: 'queued' as const,
        createdAt: now,
      })),
    )
  return groups.map(({ conversationId }) => conversationId)
}

const groupsToCall = async (
  tx: Transaction,
  { incident, userId, occasion, now }: { incident: Incident; userId: string; occasion: string; now: Date },
): Promise<Group[]> => {
  const cards = (await chatsThatHear(tx, incident)).map((chat) => alertKey.card(incident.id, chat))
  if (cards.length === 0) return []
  const since = new Date(now.getTime() - STORM_WINDOW_MS).toISOString()
  // Locked, so that a card that waits to be shown is drawn when this call is written down.
  const rows = await tx.execute(sql`
    select o.conversation_id as "conversationId", o.reader_id as "readerId", o.parts -> 0 ->> 'ref' as ref
    from outbox o join conversations c on c.id = o.conversation_id and c.kind = 'group'
    where o.key = any(${`{${cards.join(',')}}`}::text[])
      and o.state <> 'failed' and not (o.state = 'pending' and o.parts = '[]'::jsonb)
      and exists (select from identities i where i.user_id = ${userId} and i.platform = c.platform)
      and not exists (select from pages p where p.incident_id = ${incident.id} and p.occasion = ${occasion}
        and p.conversation_id = c.id)
      and not exists (select from pages p where p.conversation_id = c.id
        and p.created_at > ${since}::timestamptz and p.occasion like ${`mention:%:${userId}`})
    order by o.key for update of o`)
  return rows as unknown as Group[]
}
