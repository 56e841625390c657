import type { Transaction } from '../../db/client.ts'
import { announce } from '../alerting/announce.ts'
import { moveRow } from './change-row.ts'
import { addEvent } from './events.ts'
import { findIncident } from './find.ts'
import { type Incident, isWorse } from './incident.ts'
import { armTimers } from './timers.ts'

/**
 * Whatever explains this incident is at least as severe as it is, all the way up; those are locked.
 *
 * @returns conversations to wake.
 */
export const raiseAbove = async (tx: Transaction, child: Incident, now: Date): Promise<string[]> => {
  const parent = child.parentId ? await findIncident(tx, child.parentId) : undefined
  if (!parent || parent.state === 'resolved' || !isWorse(child.severity, parent.severity)) return []
  const { incident, wake } = await worsen(tx, parent, {
    severity: child.severity,
    because: child.number,
    now,
  })
  return [...wake, ...(await raiseAbove(tx, incident, now))]
}

/**
 * Severity rises. What was silenced as something smaller is open again; who acknowledged it keeps it, and is reminded.
 */
export const worsen = async (
  tx: Transaction,
  incident: Incident,
  { severity, because, now }: { severity: Incident['severity']; because?: number; now: Date },
): Promise<{ incident: Incident; wake: string[] }> => {
  const moved = await moveRow(tx, incident.id, {
    severity,
    ...(incident.state === 'silenced' && { state: 'open', silencedUntil: null, silencedBy: null }),
  })
  await addEvent(tx, incident.id, {
    kind: 'worse',
    detail: { from: incident.severity, to: severity, ...(because && { because }) },
    now,
  })
  const armed = await armTimers(tx, moved, { now })
  // What a bigger one explains is not told of, only drawn anew.
  const change = armed.parentId ? 'swallowed' : 'worse'
  return { incident: armed, wake: await announce(tx, { incident: armed, change, now }) }
}
