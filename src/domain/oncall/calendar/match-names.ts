import type { CalendarEvent } from './calendar-events.ts'

/** Somebody with access, under every name that they are known by here. */
export interface NamedUser {
  id: string
  names: readonly string[]
}

export interface MatchedEvents {
  matched: { id: string; userId: string; startsAt: Date; endsAt: Date }[]
  /** Titles in which nobody was found, each once. */
  unknown: string[]
}

const UNKNOWN_MAX = 20

/**
 * Finds out of whom the events of a calendar tell: by the title that is a name, by who attends, by the one name that
 * stands among the words of the title. Two names in one title name nobody.
 */
export const matchNames = (events: readonly CalendarEvent[], users: readonly NamedUser[]): MatchedEvents => {
  const byName = Map.groupBy(
    users.flatMap(({ id, names }) => names.map((name) => ({ id, name: plainName(name) }))),
    ({ name }) => name,
  )
  const found = new Map<string, string | undefined>()
  const personIn = (names: readonly string[]): string | undefined => {
    const key = names.join('\n')
    if (!found.has(key)) found.set(key, find(names, byName))
    return found.get(key)
  }
  const told = events.map((event) => ({ event, userId: personIn(event.names) }))
  const strangers = told
    .filter(({ userId }) => userId === undefined)
    .map(({ event }) => event.names[0] ?? '?')
  return {
    matched: told.flatMap(({ event: { id, startsAt, endsAt }, userId }) =>
      userId ? [{ id, userId, startsAt, endsAt }] : [],
    ),
    unknown: [...new Set(strangers)].slice(0, UNKNOWN_MAX),
  }
}

type ByName = Map<string, { id: string; name: string }[]>

const find = (names: readonly string[], byName: ByName): string | undefined => {
  for (const name of names) {
    const whole = onlyOne(byName.get(plainName(name)) ?? [])
    if (whole) return whole
  }
  const words = ` ${plainName(names[0] ?? '')} `
  return onlyOne([...byName].flatMap(([name, people]) => (name && words.includes(` ${name} `) ? people : [])))
}

const onlyOne = (people: readonly { id: string }[]): string | undefined => {
  const ids = [...new Set(people.map(({ id }) => id))]
  return ids.length === 1 ? ids[0] : undefined
}

/** Letters, digits and what names are written with; anything else only parts words. */
const plainName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}._'-]+/gu, ' ')
    .trim()
