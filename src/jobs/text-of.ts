import type { Executor } from '../db/client.ts'
import type { TextBody } from '../db/shapes/incoming.ts'
import { incidentOfMessage } from '../domain/alerting/incident-of-message.ts'
import type { InboxRow } from '../domain/conversations/inbox.ts'
import { findIncident } from '../domain/incidents/find.ts'

/** What a person said, as the product owner reads it: "fix it" in reply to an incident names the incident (B-9). */
export const textOf = async (
  db: Executor,
  { id, conversationId }: Pick<InboxRow, 'id' | 'conversationId'>,
  { text, replyTo }: TextBody,
): Promise<{ id: string; text: string }> => {
  const incidentId = replyTo ? await incidentOfMessage(db, { conversationId, replyTo }) : undefined
  const incident = incidentId ? await findIncident(db, incidentId) : undefined
  return { id, text: incident ? `#${incident.number}: ${text}` : text }
}
