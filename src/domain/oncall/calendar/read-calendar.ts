import { Worker } from 'node:worker_threads'
import { SECOND_MS } from '../../../clock.ts'
import type { CalendarEvent, ReadCalendar, ReadWindow } from './calendar-events.ts'
import { calendarError } from './calendar-problem.ts'
import { CALENDAR_MAX_BYTES } from './fetch-calendar.ts'

const TIMEOUT_MS = 10 * SECOND_MS
const MEMORY_MAX_MB = 128

/**
 * Reads a calendar that somebody else wrote, in a thread of its own that is given neither much time nor much memory:
 * a file may ask for more repetitions than there are seconds in the world.
 *
 * @throws AppError invalid, with a `CalendarProblem`.
 */
export const readCalendar = async (
  text: string,
  window: ReadWindow,
  { timeoutMs = TIMEOUT_MS } = {},
): Promise<{ events: CalendarEvent[]; timeZone?: string }> => {
  if (Buffer.byteLength(text) > CALENDAR_MAX_BYTES) throw calendarError('too-large')
  if (!/^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text)) throw calendarError('no-calendar')
  const read = await inThread(text.replace(/^\uFEFF?\s*/, ''), window, timeoutMs)
  if ('problem' in read) throw calendarError(read.problem)
  return read
}

const inThread = (text: string, window: ReadWindow, timeoutMs: number): Promise<ReadCalendar> =>
  new Promise<ReadCalendar>((done) => {
    const worker = new Worker(new URL('./calendar-worker.ts', import.meta.url), {
      workerData: { text, window },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MAX_MB },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    const end = (read: ReadCalendar) => {
      clearTimeout(timer)
      done(read)
      worker.terminate().catch(() => {})
    }
    const timer = setTimeout(() => end({ problem: 'too-much' }), timeoutMs)
    worker.once('message', end)
    worker.once('error', (error: { code?: string }) =>
      end({ problem: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too-much' : 'no-calendar' }),
    )
    worker.once('exit', () => end({ problem: 'no-calendar' }))
  })
