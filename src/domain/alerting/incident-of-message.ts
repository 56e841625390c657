import type { Executor } from '../../db/client.ts'
import type { ViewName } from '../../db/shapes/outgoing.ts'
import { repliedMessage } from '../conversations/replied-message.ts'

const VIEWS: ReadonlySet<ViewName> = new Set(['incident', 'incident-timeline', 'incident-call'])

/**
 * The incident that a message of the bot is about, by the platform's reference of the message: its card, its timeline,
 * or a call about it (B-9).
 *
 * @returns the incident's id.
 */
export const incidentOfMessage = async (
  db: Executor,
  reply: { conversationId: string; replyTo: string },
): Promise<string | undefined> => {
  const row = await repliedMessage(db, reply)
  if (!row) return undefined
  const { content, key } = row
  if (content.type === 'view' && VIEWS.has(content.view)) return String(content.args.id)
  return /^incident-(?:call|end):([0-9a-f-]{36}):/.exec(key)?.[1]
}
