import { calendarWindow, importCalendar } from '../../../domain/oncall/calendar/calendars.ts'
import {
  CALENDAR_MAX_BYTES,
  calendarAddress,
  fetchCalendar,
} from '../../../domain/oncall/calendar/fetch-calendar.ts'
import { readCalendar } from '../../../domain/oncall/calendar/read-calendar.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { view } from '../answers.ts'
import { projectArgs, scoped, wallClock } from './scope.ts'
import { notUnderstood, type OnCallWord } from './word.ts'

/** By its address, or as a file that comes with the command. It is fetched and read outside of the transaction. */
export const calendarWord: OnCallWord = {
  names: ['calendar', 'ical', 'ics'],
  example: '/oncall calendar https://example.com/on-call.ics',
  run: async (context, args) => {
    const { tx, person, row, now, deps } = context
    requirePermission(person, 'oncall.manage')
    const { text, project } = await scoped(tx, args)
    const { timeZone } = await wallClock(context, project)
    const { attachment } = row.body
    if (text === '' && !attachment) throw notUnderstood(calendarWord, '')
    const url = text === '' ? null : calendarAddress(text).href
    return {
      type: 'later',
      work: async () => {
        const given = url === null ? await ofFile() : await fetchCalendar(url)
        const read = await readCalendar('text' in given ? given.text : '', calendarWindow(now, timeZone))
        await deps.db.transaction((own) =>
          importCalendar(
            own,
            {
              ...{ projectId: project?.id, url, etag: 'etag' in given ? given.etag : null },
              ...{ events: read.events, timeZone: read.timeZone ?? timeZone, now },
            },
            { person, surface: row.platform },
          ),
        )
        return view('on-call', { ...projectArgs(project), said: 'calendar' })
      },
    }

    async function ofFile() {
      return { text: (await context.attachment({ maxBytes: CALENDAR_MAX_BYTES })) ?? '', etag: null }
    }
  },
}
