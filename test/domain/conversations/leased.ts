import { pino } from 'pino'
import type { Database } from '../../../src/db/client.ts'
import { type HeldLease, withLease } from '../../../src/db/lease.ts'
import { conversationLease } from '../../../src/domain/conversations/turns.ts'

/** Does something as whoever answers in a conversation. @throws when somebody else does. */
export const leased = async <T>(
  db: Database,
  conversationId: string,
  work: (lease: HeldLease) => Promise<T>,
): Promise<T> => {
  const outcome = await withLease(
    { db, log: pino({ level: 'silent' }) },
    conversationLease(conversationId),
    { ttlMs: 60_000, renewMs: 20_000, holder: 'test' },
    work,
  )
  if (!outcome.held) throw new Error('somebody else holds the lease')
  return outcome.value
}
