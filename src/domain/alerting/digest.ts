import { eq, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { incidents } from '../../db/schema/incidents.ts'
import type { Incident } from '../incidents/incident.ts'

/** What one digest of a storm holds, as it is now. */
export interface DigestContents {
  worst: Incident[]
  counts: { critical: number; warning: number; info: number; acknowledged: number; resolved: number }
}

const WORST_MAX = 10

/** @param key of the digest in the outbox. */
export const digestContents = async (
  db: Executor,
  { key, conversationId }: { key: string; conversationId: string },
): Promise<DigestContents> => {
  const held = sql`${incidents.id} in (select incident_id from pages
    where conversation_id = ${conversationId} and outbox_key = ${key} and reason = 'storm')`
  const isOpen = sql`${incidents.state} <> 'resolved' and ${incidents.parentId} is null`
  const [counted] = await db
    .select({
      critical: tally(sql`${isOpen} and ${incidents.severity} = 'critical'`),
      warning: tally(sql`${isOpen} and ${incidents.severity} = 'warning'`),
      info: tally(sql`${isOpen} and ${incidents.severity} = 'info'`),
      acknowledged: tally(sql`${isOpen} and ${incidents.state} = 'acknowledged'`),
      resolved: tally(eq(incidents.state, 'resolved')),
    })
    .from(incidents)
    .where(held)
  const worst = await db
    .select()
    .from(incidents)
    .where(sql`${held} and ${isOpen}`)
    .orderBy(
      sql`array_position(array['critical', 'warning', 'info'], ${incidents.severity})`,
      sql`array_position(array['open', 'acknowledged', 'silenced'], ${incidents.state})`,
      incidents.openedAt,
      incidents.number,
    )
    .limit(WORST_MAX)
  const none = { critical: 0, warning: 0, info: 0, acknowledged: 0, resolved: 0 }
  return { worst, counts: counted ?? none }
}

const tally = (condition: ReturnType<typeof sql>) => sql<number>`(count(*) filter (where ${condition}))::int`
