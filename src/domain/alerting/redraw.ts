import { and, desc, ne } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { outbox } from '../../db/schema/conversations.ts'
import { reviseSaid, reviseViews } from '../conversations/outbox.ts'
import { showing } from '../conversations/showing.ts'

/**
 * An incident is not as it was: its cards are drawn anew, and of its timelines the newest of each conversation.
 * People ask for the timeline again and again; older ones are history, whose buttons say that it moved on.
 *
 * @returns the conversations to wake.
 */
export const redrawIncident = async (tx: Transaction, id: string): Promise<string[]> => [
  ...new Set([
    ...(await reviseViews(tx, 'incident', { id })),
    ...(await reviseSaid(tx, await newestTimelines(tx, id))),
  ]),
]

const newestTimelines = async (tx: Transaction, id: string): Promise<string[]> => {
  const rows = await tx
    .selectDistinctOn([outbox.conversationId], { key: outbox.key })
    .from(outbox)
    .where(and(showing('incident-timeline', { id }), ne(outbox.state, 'failed')))
    .orderBy(outbox.conversationId, desc(outbox.seq))
  return rows.flatMap(({ key }) => (key ? [key] : []))
}
