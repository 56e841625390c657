import type { Executor } from '../db/client.ts'
import type { FormBody, InboxBody } from '../db/shapes/incoming.ts'
import type { InboxRow } from '../domain/conversations/inbox.ts'
import { findByPart } from '../domain/conversations/outbox.ts'

/** A text, or a file, that replies to a question of the bot is the answer to it: the form that the button asked for. */
export const asForm = async (
  db: Executor,
  { body, conversationId }: Pick<InboxRow, 'body' | 'conversationId'>,
): Promise<FormBody | undefined> => {
  if (body.kind === 'form') return body
  const text = saidBy(body)
  if (text === undefined || !body.replyTo) return undefined
  const asked = await findByPart(db, conversationId, body.replyTo)
  if (asked?.content.type !== 'ask') return undefined
  const { author, messageRef, replyTo, receipt, attachment, omitted } = body
  const common = { author, messageRef, replyTo, receipt, attachment, omitted }
  return { ...common, kind: 'form', action: asked.content.action, text }
}

/** What a person said that is no command. Of a file without words, nothing: that is how adapters hand it in. */
const saidBy = (body: InboxBody): string | undefined => {
  if (body.kind === 'text') return body.text
  return body.kind === 'command' && body.name === 'unsupported' && body.attachment ? '' : undefined
}
