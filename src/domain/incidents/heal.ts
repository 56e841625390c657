import type { Transaction } from '../../db/client.ts'
import { incidents } from '../../db/schema/incidents.ts'
import type { IncidentFacts } from '../../db/shapes/incident.ts'
import { close } from './close.ts'
import { BY_SYSTEM, type Incident } from './incident.ts'
import { isOpenWith, lockOpen } from './locks.ts'
import { lockFamilies, mayExplain } from './parents.ts'

/**
 * What was wrong is right again, or nobody looks at it any more: its incident resolves by itself, whatever state it is
 * in (M-10). One indexed query when nothing was wrong.
 */
export const heal = async (
  tx: Transaction,
  {
    key,
    now,
    facts,
    resolution = 'healed',
  }: { key: string; now: Date; facts?: IncidentFacts; resolution?: 'healed' | 'unwatched' },
): Promise<{ incident: Incident; wake: string[] } | undefined> => {
  const [seen] = await tx.select().from(incidents).where(isOpenWith(key))
  if (!seen) return undefined
  if (mayExplain(seen)) await lockFamilies(tx, seen)
  const incident = await lockOpen(tx, key)
  return incident && close(tx, incident, { resolution, by: BY_SYSTEM, facts, now })
}
