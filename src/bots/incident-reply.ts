import type { Executor } from '../db/client.ts'
import type { CommandBody } from '../db/shapes/incoming.ts'
import { incidentOfMessage } from '../domain/alerting/incident-of-message.ts'
import type { InboxRow } from '../domain/conversations/inbox.ts'

/** What somebody says with one thumb, half asleep. Everything else is talk with the product owner. */
const SAID: readonly [RegExp, string][] = [
  [
    /^(?:ack|acknowledged?|mine|on it|i(?:'ve| have)? got it|got it|беру|мой|моё|взял[а]?|занимаюсь)[.!]?$/iu,
    'ack',
  ],
  [/^(?:resolved?|done|fixed|закры(?:ть|то)|решено|готово|починил[а]?)[.!]?$/iu, 'resolve'],
  [/^(?:note|заметка):\s*([\s\S]+)$/iu, 'note'],
]

/**
 * A text that replies to the message of an incident and moves it, as the command it stands for (B-9).
 * @returns undefined for everything else.
 */
export const asIncidentMove = async (
  db: Executor,
  { body, conversationId }: Pick<InboxRow, 'body' | 'conversationId'>,
): Promise<CommandBody | undefined> => {
  if (body.kind !== 'text' || !body.replyTo) return undefined
  const { text, replyTo, ...common } = body
  for (const [pattern, name] of SAID) {
    const found = pattern.exec(text.trim())
    if (!found) continue
    if (!(await incidentOfMessage(db, { conversationId, replyTo }))) return undefined
    return { ...common, replyTo, kind: 'command', name, args: found[1] ?? '' }
  }
  return undefined
}
