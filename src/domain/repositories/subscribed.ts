import { isNull } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { alertSubscriptions } from '../../db/schema/incidents.ts'

/** The chats that hear of everything, not only of one project (B-7). */
export const chatsThatHearOfAll = async (db: Executor): Promise<string[]> => {
  const rows = await db
    .selectDistinct({ conversationId: alertSubscriptions.conversationId })
    .from(alertSubscriptions)
    .where(isNull(alertSubscriptions.projectId))
  return rows.map(({ conversationId }) => conversationId)
}
