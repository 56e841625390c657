import type { Transaction } from '../../db/client.ts'
import type { IncidentFacts, Resolution } from '../../db/shapes/incident.ts'
import { announce } from '../alerting/announce.ts'
import { moveRow } from './change-row.ts'
import { addEvent } from './events.ts'
import type { Incident, Mover } from './incident.ts'
import { giveBackChildren } from './parents.ts'
import { removeTimers } from './timers.ts'

export interface Closing {
  resolution: Resolution
  by: Mover
  note?: string | undefined
  facts?: IncidentFacts | undefined
  now: Date
}

/** Resolves an incident that is locked, and gives back what it explained. */
export const close = async (
  tx: Transaction,
  incident: Incident,
  { resolution, by, note, facts, now }: Closing,
): Promise<{ incident: Incident; wake: string[] }> => {
  const closed = await moveRow(tx, incident.id, {
    state: 'resolved',
    resolvedAt: now,
    resolvedBy: by.person?.id ?? null,
    resolution,
    note: note ?? null,
    // What ends by itself may come back: it is still to be quiet then.
    ...(resolution !== 'healed' && resolution !== 'unwatched' && { silencedUntil: null, silencedBy: null }),
    ...(facts && { facts: { ...incident.facts, ...facts } }),
  })
  await removeTimers(tx, [incident.id])
  await addEvent(tx, incident.id, {
    kind: 'resolved',
    by,
    detail: { resolution, ...(note && { note }), ...facts },
    now,
  })
  const told = await announce(tx, { incident: closed, change: 'resolved', now })
  const returned = await giveBackChildren(tx, closed, now)
  return { incident: closed, wake: [...new Set([...told, ...returned])] }
}
