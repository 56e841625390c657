import { sql } from 'drizzle-orm'
import type { Database } from './client.ts'

/**
 * Frees what a process held when it was killed. Only right when no other process can be alive, as behind the lock
 * of an embedded database: otherwise leases and claims run out by themselves.
 */
export const forgetDeadProcesses = async (db: Database): Promise<void> => {
  await db.transaction(async (tx) => {
    await tx.execute(
      sql`update leases set expires_at = clock_timestamp() where expires_at > clock_timestamp()`,
    )
    await tx.execute(sql`update outbox set claimed_until = now() where state = 'sending'`)
    await tx.execute(
      sql`update inbox set claimed_until = now() where state = 'pending' and claimed_until is not null`,
    )
    await tx.execute(sql`update checks set claimed_until = now() where claimed_until is not null`)
    await tx.execute(sql`update incident_timers set claimed_until = now() where claimed_until is not null`)
    // What they had in hand is taken back by whoever registers next, or looks for lost workers.
    await tx.execute(
      sql`update agent_registry set status = 'offline', last_heartbeat_at = null where status <> 'offline'`,
    )
  })
}
