import type { Database } from '../../src/db/client.ts'
import { alertSubscriptions } from '../../src/db/schema/incidents.ts'
import { ensureConversations } from '../../src/domain/conversations/conversations.ts'
import { BOT_ID } from '../support/bot-api.ts'
import { personId } from '../support/updates.ts'

/** Private chats that hear of everything. */
export const hearingChats = async (
  db: Database,
  { from, count }: { from: number; count: number },
): Promise<void> => {
  const ids = await ensureConversations(
    db,
    Array.from({ length: count }, (_, i) => ({
      key: `telegram:${BOT_ID}:${personId(from + i)}:0`,
      platform: 'telegram',
      kind: 'private' as const,
    })),
  )
  await db
    .insert(alertSubscriptions)
    .values([...ids.values()].map((conversationId) => ({ conversationId, least: 'info' as const })))
}
