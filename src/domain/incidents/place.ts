import type { Transaction } from '../../db/client.ts'
import { announce } from '../alerting/announce.ts'
import { findIncident } from './find.ts'
import type { Incident } from './incident.ts'
import { adoptChildren, swallow } from './parents.ts'
import { raiseAbove } from './raise.ts'
import { armTimers } from './timers.ts'

/**
 * Gives an incident that is open anew its place: below what explains it, or told of and escalated by itself; and
 * above what it explains, in either case.
 *
 * @param options.parent what explains it, locked.
 * @param options.graceMs how long its escalation waits for the first step.
 */
export const place = async (
  tx: Transaction,
  incident: Incident,
  {
    parent,
    change,
    graceMs,
    now,
  }: { parent: Incident | undefined; change: 'opened' | 'reopened'; graceMs: number; now: Date },
): Promise<{ incident: Incident; wake: string[] }> => {
  const wake: string[] = []
  if (parent) {
    wake.push(...(await swallow(tx, incident, parent, now)))
    wake.push(...(await raiseAbove(tx, incident, now)))
  } else await armTimers(tx, incident, { now, graceMs })
  wake.push(...(await adoptChildren(tx, incident, now)))
  // What it took may have made it worse.
  const placed = (await findIncident(tx, incident.id)) ?? incident
  if (!parent) wake.push(...(await announce(tx, { incident: placed, change, now })))
  return { incident: placed, wake: [...new Set(wake)] }
}
