import { DAY_MS } from '../../../clock.ts'
import type { Database, Transaction } from '../../../db/client.ts'
import type { Log } from '../../../log.ts'
import { type CalendarProblem, problemOf } from './calendar-problem.ts'
import { calendarsByUrl, calendarWindow, isStillCalendar, noteLook, replaceEvents } from './calendars.ts'
import { fetchCalendar } from './fetch-calendar.ts'
import { readCalendar } from './read-calendar.ts'

/** Unchanged for so long, it is read anew all the same: its repetitions go on, and the year ahead has moved. */
const READ_ANEW_MS = 14 * DAY_MS

export interface RefreshDeps {
  db: Database
  log: Log
  now: Date
  signal: AbortSignal
  /** Of the job: who lost it writes nothing. */
  assertHeld(tx: Transaction): Promise<void>
  fetch?: typeof fetchCalendar
}

/** Looks at every calendar again. One that cannot be used keeps what was read of it last, and says why. */
export const refreshCalendars = async (
  deps: RefreshDeps,
): Promise<{ read: number; unchanged: number; failed: number }> => {
  const counts = { read: 0, unchanged: 0, failed: 0 }
  for (const one of await calendarsByUrl(deps.db)) {
    deps.signal.throwIfAborted()
    counts[await refresh(deps, one)]++
  }
  return counts
}

const refresh = async (
  { db, log, now, signal, assertHeld, fetch = fetchCalendar }: RefreshDeps,
  { calendar, rotation }: Awaited<ReturnType<typeof calendarsByUrl>>[number],
): Promise<'read' | 'unchanged' | 'failed'> => {
  const { rotationId, fetchedAt, url } = calendar
  // Somebody whom it names may have come since.
  const isComplete = calendar.unknownNames.length === 0
  const isFresh = fetchedAt !== null && now.getTime() - fetchedAt.getTime() < READ_ANEW_MS
  const note = (problem: CalendarProblem | null) =>
    db.transaction(async (tx) => {
      await assertHeld(tx)
      if (await isStillCalendar(tx, calendar)) await noteLook(tx, rotationId, problem)
    })
  try {
    const fetched = await fetch(url, { etag: isFresh && isComplete ? calendar.etag : null, signal })
    if (fetched.outcome === 'unchanged') {
      if (calendar.error !== null) await note(null)
      return 'unchanged'
    }
    const { events } = await readCalendar(fetched.text, calendarWindow(now, rotation.timeZone))
    await db.transaction(async (tx) => {
      await assertHeld(tx)
      if (await isStillCalendar(tx, calendar))
        await replaceEvents(tx, rotationId, { events, etag: fetched.etag, now })
    })
    return 'read'
  } catch (error) {
    const problem = problemOf(error)
    if (!problem || signal.aborted) throw error
    // The address itself may be a secret.
    log.info({ rotation: rotationId, problem }, 'on-call.calendar')
    if (calendar.error !== problem) await note(problem)
    return 'failed'
  }
}
