import { MINUTE_MS } from '../clock.ts'
import type { fetchCalendar } from '../domain/oncall/calendar/fetch-calendar.ts'
import { refreshCalendars } from '../domain/oncall/calendar/refresh-calendars.ts'
import { tellAhead } from '../domain/oncall/tell-ahead.ts'
import { runSyncJob, type SyncJobDeps, type SyncOutcome } from '../domain/sync/run-sync-job.ts'

/** How often calendars are asked whether they have changed, and shifts whether one begins. */
export const ON_CALL_INTERVAL_MS = 5 * MINUTE_MS

export interface OnCallJobDeps extends SyncJobDeps {
  /** Of calendars; over the network unless told. */
  fetch?: typeof fetchCalendar
}

/**
 * Keeps calendars fresh, and tells of gaps, of people who cannot be reached and of shifts that begin (M-12). A calendar
 * that does not answer is told of where its rotation is, and is no failure of the job.
 */
export const createOnCallJob = (deps: OnCallJobDeps) => (): Promise<SyncOutcome> =>
  runSyncJob(deps, 'on_call', ON_CALL_INTERVAL_MS, async (signal, lease) => {
    const { db, clock, log, wake, fetch } = deps
    const now = clock.now()
    const { assertHeld } = lease
    const { read, failed } = await refreshCalendars({
      db,
      log,
      now,
      signal,
      assertHeld,
      ...(fetch && { fetch }),
    })
    const { wake: woken, ...told } = await db.transaction(async (tx) => {
      await assertHeld(tx)
      return tellAhead(tx, now)
    })
    await Promise.all(woken.map((id) => wake.deliver(id)))
    return { calendars: read, failed, ...told }
  })
