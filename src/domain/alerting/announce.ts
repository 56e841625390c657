import { and, eq, isNotNull, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { outbox } from '../../db/schema/conversations.ts'
import { pages } from '../../db/schema/incidents.ts'
import { PRIORITY, reviseSaid, sayAll } from '../conversations/outbox.ts'
import { showing } from '../conversations/showing.ts'
import { type Incident, type IncidentChange, wakesPeople } from '../incidents/incident.ts'
import { userNames } from '../users/reader.ts'
import { alertKey } from './message-keys.ts'
import { redrawIncident } from './redraw.ts'
import { chatsThatHear } from './subscriptions.ts'
import { digestsWith, tell } from './tell.ts'

export interface Announcement {
  incident: Incident
  change: IncidentChange
  now: Date
}

/**
 * Tells the chats that want to hear of it (B-7), one message per incident and chat, draws anew what already shows
 * the incident, and tells everybody who was called for it when it is over.
 *
 * @returns the conversations to wake once the transaction has committed.
 */
export const announce = async (
  tx: Transaction,
  { incident, change, now }: Announcement,
): Promise<string[]> => {
  const wake = new Set<string>()
  if (change === 'worse' && wakesPeople(incident)) await overtake(tx, incident)
  if (isNews(change)) {
    const conversationIds = await chatsThatHear(tx, incident)
    await tell(tx, { incident, conversationIds, now })
    for (const id of conversationIds) wake.add(id)
  }
  const redrawn = [
    ...(await redrawIncident(tx, incident.id)),
    ...(await reviseSaid(tx, await digestsWith(tx, [incident.id]))),
    ...(change === 'resolved' ? await tellOfEnd(tx, incident) : []),
  ]
  for (const id of redrawn) wake.add(id)
  return [...wake]
}

/** Whether it may concern chats that have not heard of it yet. */
const isNews = (change: IncidentChange): boolean =>
  change === 'opened' || change === 'worse' || change === 'reopened' || change === 'returned'

/** What has become critical waits behind nothing that is not. */
const overtake = async (tx: Transaction, { id }: Incident): Promise<void> => {
  await tx
    .update(outbox)
    .set({ priority: PRIORITY.critical })
    .where(and(showing('incident', { id }), eq(outbox.deliveredVersion, 0)))
}

/** Whoever was woken should know that they can sleep again; who ended it themselves knows. */
const tellOfEnd = async (tx: Transaction, incident: Incident): Promise<string[]> => {
  const { id, version, number, subject, resolution, resolvedBy, openedAt, resolvedAt } = incident
  const called = await tx
    .selectDistinctOn([pages.conversationId], {
      conversationId: pages.conversationId,
      userId: pages.userId,
      outboxKey: pages.outboxKey,
      parts: outbox.parts,
    })
    .from(pages)
    .innerJoin(outbox, eq(outbox.key, pages.outboxKey))
    .where(
      and(
        eq(pages.incidentId, id),
        isNotNull(pages.userId),
        resolvedBy ? ne(pages.userId, resolvedBy) : undefined,
        // Who was not reached yet will only ever see that it is over.
        sql`${outbox.deliveredVersion} > 0`,
      ),
    )
    .orderBy(pages.conversationId)
  const told = called.flatMap(({ conversationId, userId, parts }) =>
    conversationId ? [{ conversationId, userId, replyTo: parts[0]?.ref ?? null }] : [],
  )
  const who = (await userNames(tx, [resolvedBy])).get(resolvedBy ?? '') ?? ''
  await sayAll(
    tx,
    told.map(({ conversationId, userId, replyTo }) => ({
      conversationId,
      key: alertKey.end(id, version, conversationId),
      content: {
        type: 'notice',
        key:
          resolution === 'person' && who ? 'incident-over-person' : `incident-over-${resolution ?? 'healed'}`,
        args: { number, subject, who, took: (resolvedAt ?? openedAt).getTime() - openedAt.getTime() },
      },
      priority: PRIORITY.alert,
      readerId: userId,
      replyTo,
    })),
  )
  return told.map(({ conversationId }) => conversationId)
}
