import type { Clock } from '../clock.ts'
import type { Database, Executor, Transaction } from '../db/client.ts'
import type { PageOutcome } from '../db/shapes/incident.ts'
import { claimTimers, isStillOurs } from '../domain/incidents/due-timers.ts'
import type { Incident } from '../domain/incidents/incident.ts'
import { BY_SYSTEM } from '../domain/incidents/incident.ts'
import { lockIncident } from '../domain/incidents/locks.ts'
import { unsilence } from '../domain/incidents/moves.ts'
import { armTimers, type IncidentTimer, timerNeeded } from '../domain/incidents/timers.ts'
import type { Wake } from '../domain/wake.ts'
import { asAppError } from '../errors.ts'
import type { Log } from '../log.ts'
import { escalate } from './escalation-chain.ts'
import { type LeftOut, withoutWrongSteps } from './escalation-failures.ts'
import { remind } from './escalation-remind.ts'

/** How often due timers are looked for. */
export const ESCALATION_INTERVAL_MS = 2_000

export interface EscalationDeps {
  db: Database
  clock: Clock
  log: Log
  wake: Pick<Wake, 'deliver'>
  whoIsOnCall(
    db: Executor,
    about: { projectId?: string | null; at: Date },
  ): Promise<{ userId: string; name: string } | undefined>
  /** Reaches one person; a repetition with the same occasion reaches them once. */
  page(
    tx: Transaction,
    about: { incident: Incident; userId: string; occasion: string; now: Date },
  ): Promise<{ outcome: PageOutcome; wake: string[] }>
}

/**
 * Does what is due to incidents: asks the next people, reminds, ends silences (M-12). One transaction for each timer
 * with all its effects, so that a process that dies leaves either nothing or everything. May run in many processes at
 * once.
 *
 * @returns how many timers were done, and how many failed and will be tried again.
 */
export const createEscalation =
  (deps: EscalationDeps) =>
  async (signal?: AbortSignal): Promise<{ done: number; failed: number }> => {
    const { db, clock, log } = deps
    const counts = { done: 0, failed: 0 }
    for (;;) {
      const timers = await claimTimers(db, { now: clock.now() })
      if (timers.length === 0) return counts
      for (const timer of timers) {
        signal?.throwIfAborted()
        try {
          if (await performTimer(deps, timer)) counts.done++
        } catch (error) {
          counts.failed++
          log.error(
            { incident: timer.incidentId, timer: timer.kind, err: asAppError(error) },
            'escalation.failed',
          )
        }
      }
    }
  }

/**
 * Does what a claimed timer is for, when the claim still holds and the incident still wants it.
 *
 * @returns false when it does not.
 */
export const performTimer = async (deps: EscalationDeps, timer: IncidentTimer): Promise<boolean> => {
  const now = deps.clock.now()
  const woken = await withoutWrongSteps((leftOut) =>
    deps.db.transaction(async (tx) => {
      const incident = await lockIncident(tx, timer.incidentId)
      if (!incident || !(await isStillOurs(tx, timer))) return undefined
      // Every move arms its own timers: this can only be a timer that something else left behind.
      if (timerNeeded(incident) !== timer.kind) {
        await armTimers(tx, incident, { now })
        return undefined
      }
      return perform(tx, deps, incident, { timer, leftOut, now })
    }),
  )
  if (!woken) return false
  await Promise.all([...new Set(woken)].map((id) => deps.wake.deliver(id)))
  return true
}

const perform = async (
  tx: Transaction,
  deps: EscalationDeps,
  incident: Incident,
  due: { timer: IncidentTimer; leftOut: LeftOut; now: Date },
): Promise<string[]> => {
  const { timer, now } = due
  switch (timer.kind) {
    case 'escalate':
      return escalate(tx, deps, incident, due)
    case 'remind':
      return remind(tx, deps, incident, timer, now)
    case 'unsilence':
      return (await unsilence(tx, { id: incident.id, by: BY_SYSTEM, now })).wake
    default:
      return timer.kind satisfies never
  }
}
