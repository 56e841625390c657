import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'
import type { CalendarProblem } from './calendar-problem.ts'

export interface CalendarEvent {
  /** The event's own id, with the time of its occurrence. */
  id: string
  startsAt: Date
  endsAt: Date
  /** The title, then the names of who attends: the person on call is one of them. */
  names: string[]
}

export interface ReadWindow {
  from: Date
  until: Date
  /** For events that name no zone; the calendar's own counts before it. */
  timeZone: string
}

export type ReadCalendar = { events: CalendarEvent[]; timeZone?: string } | { problem: CalendarProblem }

/** Two years of hand-overs twice a day. */
const EVENTS_MAX = 2_000
/** Steps through repetitions, of all events together: one that began long ago is gone through from its beginning. */
const STEPS_MAX = 100_000
const NAMES_MAX = 10
const NAME_MAX_LENGTH = 64
const ID_MAX_LENGTH = 200

/** The events of an iCalendar text that touch the window, repetitions included. May take long: see read-calendar.ts. */
export const eventsOf = (text: string, window: ReadWindow): ReadCalendar => {
  const calendar = parsed(text)
  if (!calendar) return { problem: 'no-calendar' }
  const own = String(calendar.getFirstPropertyValue('x-wr-timezone') ?? '')
  const timeZone = isTimeZone(own) ? own : undefined
  const components = calendar.getAllSubcomponents('vevent')
  const exceptions = Map.groupBy(
    components.filter((one) => one.hasProperty('recurrence-id')),
    uidOf,
  )
  const events: CalendarEvent[] = []
  const steps = { left: STEPS_MAX }
  for (const component of components) {
    if (component.hasProperty('recurrence-id') || !component.hasProperty('dtstart')) continue
    const event = new ICAL.Event(component, { exceptions: exceptions.get(uidOf(component)) ?? [] })
    for (const occurrence of occurrencesOf(
      event,
      { ...window, timeZone: timeZone ?? window.timeZone },
      steps,
    )) {
      if (events.push(occurrence) > EVENTS_MAX) return { problem: 'too-much' }
    }
    if (steps.left < 0) return { problem: 'too-much' }
  }
  return { events, ...(timeZone && { timeZone }) }
}

const parsed = (text: string): ICAL.Component | undefined => {
  try {
    const calendar = new ICAL.Component(ICAL.parse(text))
    return calendar.name === 'vcalendar' ? calendar : undefined
  } catch {
    return undefined
  }
}

const uidOf = (component: ICAL.Component): string => String(component.getFirstPropertyValue('uid') ?? '')

function* occurrencesOf(
  event: ICAL.Event,
  window: ReadWindow,
  steps: { left: number },
): Generator<CalendarEvent> {
  if (!event.isRecurring()) return yield* eventAt(event, event.startDate, event.endDate, window)
  const iterator = event.iterator()
  for (let next = iterator.next(); next; next = iterator.next()) {
    if (--steps.left < 0) return
    const { item, startDate, endDate } = event.getOccurrenceDetails(next)
    if (instantOf(next, zoneNamed(event, 'dtstart'), window) >= window.until) return
    yield* eventAt(item, startDate, endDate, window, next)
  }
}

function* eventAt(
  event: ICAL.Event,
  start: ICAL.Time,
  end: ICAL.Time,
  window: ReadWindow,
  occurrence: ICAL.Time = start,
): Generator<CalendarEvent> {
  const cancelled = event.component.getFirstPropertyValue('status') === 'CANCELLED'
  const { from, until } = window
  const startsAt = instantOf(start, zoneNamed(event, 'dtstart'), window)
  const endsAt = instantOf(end, zoneNamed(event, 'dtend') ?? zoneNamed(event, 'dtstart'), window)
  if (cancelled || !(startsAt < endsAt && startsAt < until && endsAt > from)) return
  yield {
    id: `${event.uid ?? ''}/${occurrence.toString()}`.slice(-ID_MAX_LENGTH),
    startsAt,
    endsAt,
    names: [event.summary, ...event.attendees.map((one) => one.getParameter('cn'))]
      .filter((name) => typeof name === 'string')
      .map((name) => name.trim().slice(0, NAME_MAX_LENGTH))
      .filter((name) => name !== '')
      .slice(0, NAMES_MAX),
  }
}

/** What the file calls the zone of a time; it need not describe it. */
const zoneNamed = ({ component }: ICAL.Event, property: 'dtstart' | 'dtend'): string | undefined => {
  const name = component.getFirstProperty(property)?.getParameter('tzid')
  return typeof name === 'string' ? name : undefined
}

/** The zones of the world are better known to us than to a file; only a zone that it made up is read from it. */
const instantOf = (time: ICAL.Time, named: string | undefined, { timeZone }: ReadWindow): Date => {
  const isKnown = named !== undefined && isTimeZone(named)
  const isDescribed = time.zone?.component !== undefined && time.zone.component !== null
  if (time.zone?.tzid === 'UTC' || (!isKnown && isDescribed)) return time.toJSDate()
  const { year, month, day, hour, minute, second } = time
  const wall = Temporal.PlainDateTime.from({ year, month, day, hour, minute, second })
  return new Date(wall.toZonedDateTime(isKnown ? named : timeZone).epochMilliseconds)
}

export const isTimeZone = (name: string): boolean => {
  if (name === '') return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
