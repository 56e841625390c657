import { incidentsToTell, toldKey } from '../../domain/alerting/to-tell.ts'
import { say } from '../../domain/conversations/outbox.ts'
import type { PoDeps, PoSession } from '../session.ts'

/**
 * Whoever talks to prorab hears first of what is open and theirs (M-13), each incident once. Said before the answer,
 * so it stands before it.
 */
export const tellIncidents = async ({ db, wake }: PoDeps, session: PoSession): Promise<void> => {
  const { conversationId, person, lease } = session
  const open = await incidentsToTell(db, { userId: person.id, conversationId })
  if (open.length === 0) return
  await db.transaction(async (tx) => {
    await lease.assertHeld(tx)
    for (const { id } of open)
      await say(tx, {
        conversationId,
        key: toldKey(id, person.id),
        content: { type: 'view', view: 'incident', args: { id } },
        readerId: person.id,
      })
  })
  await wake.deliver(conversationId)
}
