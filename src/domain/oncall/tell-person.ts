import type { Transaction } from '../../db/client.ts'
import type { OutboxContent } from '../../db/shapes/outgoing.ts'
import { channelsOf } from '../alerting/channels.ts'
import { say } from '../conversations/outbox.ts'

/**
 * Says something to one person where they talked to the bot last, alone.
 *
 * @param key of the outbox: said once, in whatever chat.
 * @returns the conversations to wake; none when it was said before, undefined when there is nowhere to say it.
 */
export const tellPerson = async (
  tx: Transaction,
  { userId, key, content }: { userId: string; key: string; content: OutboxContent },
): Promise<string[] | undefined> => {
  const [conversationId] = await channelsOf(tx, userId)
  if (!conversationId) return undefined
  const { fresh } = await say(tx, { conversationId, readerId: userId, key, content })
  return fresh ? [conversationId] : []
}
