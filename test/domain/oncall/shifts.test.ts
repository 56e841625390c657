import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/clock.ts'
import { coverAt, coverOf } from '../../../src/domain/oncall/cover.ts'
import {
  gapsOf,
  type Replacement,
  type Roster,
  shiftAt,
  shiftsOf,
} from '../../../src/domain/oncall/shifts.ts'
import { type TurnRules, turnsOf } from '../../../src/domain/oncall/turns.ts'

/** Zones whose clocks do odd things: half hours, the date line, no change at all, changes at midnight. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Asia/Tehran',
  'UTC',
]

const rules = (change: Partial<TurnRules> = {}): TurnRules => ({
  timeZone: 'Europe/Berlin',
  handOverAt: '09:00',
  everyDays: 1,
  startsOn: '2026-01-01',
  members: ['anna', 'boris'],
  ...change,
})

const local = (at: Date, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)

const time = (hour: number, minute: number) =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`

const anyRules = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  handOverAt: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => time(h, m)),
  everyDays: fc.integer({ min: 1, max: 20 }),
  startsOn: fc
    .integer({ min: 0, max: 700 })
    .map((days) => Temporal.PlainDate.from('2010-06-01').add({ days }).toString()),
  members: fc.uniqueArray(fc.constantFrom('anna', 'boris', 'carla', 'dan'), { minLength: 1 }),
})

/** A year that holds the change of the date line in Apia, the changes of summer time everywhere, and a leap day. */
const YEAR = { from: new Date('2011-06-01T00:00:00Z'), until: new Date('2012-06-01T00:00:00Z') }

const anyMoment = fc
  .integer({ min: YEAR.from.getTime() / MINUTE_MS, max: YEAR.until.getTime() / MINUTE_MS })
  .map((minutes) => new Date(minutes * MINUTE_MS))

const anyReplacement: fc.Arbitrary<Replacement> = fc
  .record({
    id: fc.uuid(),
    userId: fc.constantFrom('anna', 'boris', 'eve'),
    startsAt: anyMoment,
    minutes: fc.integer({ min: 1, max: 20_000 }),
    source: fc.constantFrom('override', 'swap', 'calendar'),
    createdAt: anyMoment,
  })
  .map(({ minutes, ...rest }) => ({
    ...rest,
    endsAt: new Date(rest.startsAt.getTime() + minutes * MINUTE_MS),
  }))

const anyRoster: fc.Arbitrary<Roster> = fc.record({
  rules: anyRules,
  replacements: fc.array(anyReplacement, { maxLength: 6 }),
  absent: fc.subarray(['boris', 'eve']).map((names) => new Set(names)),
})

describe('turns', () => {
  test('follow each other without holes and without overlaps, from the first hand-over on', () => {
    fc.assert(
      fc.property(anyRules, (any) => {
        const turns = turnsOf(any, YEAR)
        for (const [index, turn] of turns.entries()) {
          expect(turn.from < turn.until).toBe(true)
          const next = turns[index + 1]
          if (next) expect(next.from).toEqual(turn.until)
        }
        const first = local(turns[0]?.from ?? YEAR.from, any.timeZone).toPlainDate()
        const begins = Temporal.PlainDate.from(any.startsOn)
        expect(Temporal.PlainDate.compare(first, begins)).toBeGreaterThanOrEqual(0)
        if (turns[0] && turns[0].from > YEAR.from) expect(first.since(begins).days).toBeLessThanOrEqual(1)
        expect(turns.at(-1)?.until.getTime()).toBeGreaterThanOrEqual(YEAR.until.getTime())
      }),
    )
  })

  test('are handed over at the same time of day all year, but where the clocks skip that time', () => {
    fc.assert(
      fc.property(anyRules, (any) => {
        for (const { from } of turnsOf(any, YEAR)) {
          const at = local(from, any.timeZone)
          const wanted = at.toPlainDate().toPlainDateTime(any.handOverAt)
          if (at.toPlainDateTime().equals(wanted)) continue
          // No such time on the wall that day: an instant read back differs from what was asked for.
          const back = wanted.toZonedDateTime(any.timeZone).toPlainDateTime()
          const skippedDay = wanted.subtract({ days: 1 }).toZonedDateTime(any.timeZone).toPlainDateTime()
          expect(back.equals(wanted) && skippedDay.equals(wanted.subtract({ days: 1 }))).toBe(false)
        }
      }),
    )
  })

  test('go round in the order of the members, as the days are counted on the wall', () => {
    fc.assert(
      fc.property(
        anyRules.filter(({ timeZone }) => timeZone !== 'Pacific/Apia'),
        (any) => {
          const turns = turnsOf(any, YEAR)
          for (const [index, { userId }] of turns.entries()) {
            const next = turns[index + 1]
            const members: readonly string[] = any.members
            const place = members.indexOf(userId)
            if (next) expect(next.userId).toBe(any.members[(place + 1) % any.members.length])
          }
        },
      ),
    )
  })

  test('a day that a country skipped takes its turn with it, and the others keep theirs', () => {
    const apia = rules({ timeZone: 'Pacific/Apia', startsOn: '2011-12-28', members: ['a', 'b', 'c', 'd'] })
    const turns = turnsOf(apia, { from: new Date('2011-12-28T12:00Z'), until: new Date('2012-01-01T12:00Z') })
    const days = turns.map(({ userId, from }) => `${userId} ${local(from, 'Pacific/Apia').toPlainDate()}`)
    expect(days.slice(0, 4)).toEqual(['a 2011-12-28', 'b 2011-12-29', 'd 2011-12-31', 'a 2012-01-01'])
  })

  test.each([
    ['Europe/Berlin', '2026-03-28', 23, '2026-10-24', 25],
    ['America/New_York', '2026-03-07', 23, '2026-10-31', 25],
    ['Australia/Lord_Howe', '2026-10-03', 23.5, '2026-04-04', 24.5],
  ])('in %s the turn across the change is as long as that day', (timeZone, short, hours, long, more) => {
    for (const [startsOn, length] of [
      [short, hours],
      [long, more],
    ] as const) {
      const [turn, next] = turnsOf(rules({ timeZone, startsOn }), {
        from: new Date(`${startsOn}T00:00:00Z`),
        until: new Date(Date.parse(`${startsOn}T00:00:00Z`) + 3 * DAY_MS),
      })
      if (!turn || !next) throw new Error('there are two turns')
      expect((turn.until.getTime() - turn.from.getTime()) / HOUR_MS).toBe(length)
      expect(local(next.from, timeZone).toPlainTime().toString()).toBe('09:00:00')
    }
  })

  test.each([
    ['02:30', '2026-03-29', '03:30:00'],
    ['02:30', '2026-10-25', '02:30:00'],
  ])('a hand-over at %s on %s is at %s', (handOverAt, startsOn, wall) => {
    const [turn] = turnsOf(rules({ handOverAt, startsOn }), {
      from: new Date(`${startsOn}T00:00:00Z`),
      until: new Date(`${startsOn}T23:00:00Z`),
    })
    expect(
      local(turn?.from ?? new Date(0), 'Europe/Berlin')
        .toPlainTime()
        .toString(),
    ).toBe(wall)
  })
})

describe('shifts', () => {
  test('are never of two people at a time, and stay within what was asked for', () => {
    fc.assert(
      fc.property(anyRoster, (roster) => {
        const shifts = shiftsOf(roster, YEAR)
        let last = YEAR.from
        for (const { from, until } of shifts) {
          expect(from >= last && from < until && until <= YEAR.until).toBe(true)
          last = until
        }
      }),
    )
  })

  test('leave a hole only where nobody who has access has a turn or a replacement', () => {
    fc.assert(
      fc.property(anyRoster, (roster) => {
        const present = (userId: string) => !roster.absent?.has(userId)
        const known = [
          ...turnsOf(roster.rules, YEAR),
          ...roster.replacements.map(({ userId, startsAt, endsAt }) => ({
            userId,
            from: startsAt,
            until: endsAt,
          })),
        ].filter(({ userId }) => present(userId))
        for (const gap of gapsOf(shiftsOf(roster, YEAR), YEAR))
          expect(known.filter(({ from, until }) => from < gap.until && until > gap.from)).toEqual([])
      }),
    )
  })

  test('at any moment tell of the newest override, else the calendar, else the turn', () => {
    fc.assert(
      fc.property(anyRoster, anyMoment, (roster, at) => {
        const now = roster.replacements.filter(
          ({ startsAt, endsAt, userId }) => startsAt <= at && at < endsAt && !roster.absent?.has(userId),
        )
        const byHand = now.filter(({ source }) => source !== 'calendar')
        const newest = Math.max(...byHand.map(({ createdAt }) => createdAt.getTime()))
        const shift = shiftAt(roster, at)
        if (byHand.length > 0) {
          const winners = byHand.filter(({ createdAt }) => createdAt.getTime() === newest)
          expect(winners.map(({ userId }) => userId)).toContain(shift?.userId)
        } else if (now.length > 0) expect(shift?.source).toBe('calendar')
        else {
          const turn = turnsOf(roster.rules, { from: at, until: new Date(at.getTime() + 1) })[0]
          const onTurn = turn && !roster.absent?.has(turn.userId) ? turn.userId : undefined
          expect(shift?.userId).toBe(onTurn)
        }
      }),
    )
  })

  test('one moment and a whole span tell the same', () => {
    fc.assert(
      fc.property(anyRoster, anyMoment, (roster, at) => {
        const one = shiftAt(roster, at)
        const ofMany = shiftsOf(roster, YEAR).find(({ from, until }) => from <= at && at < until)
        expect(one?.userId).toBe(at < YEAR.until ? ofMany?.userId : one?.userId)
        if (one) expect(one.from <= at && at < one.until).toBe(true)
      }),
    )
  })

  test('an override in the middle of a turn ends where it was told to, and the turn goes on', () => {
    const roster: Roster = {
      rules: rules({ members: ['anna'] }),
      replacements: [
        {
          id: '1',
          userId: 'boris',
          startsAt: new Date('2026-01-05T12:00:00Z'),
          endsAt: new Date('2026-01-05T16:00:00Z'),
          source: 'override',
          createdAt: new Date('2026-01-01T00:00:00Z'),
        },
      ],
    }
    expect(
      shiftsOf(roster, {
        from: new Date('2026-01-05T08:00:00Z'),
        until: new Date('2026-01-06T08:00:00Z'),
      }).map(({ userId, from }) => `${userId} ${from.toISOString()}`),
    ).toEqual([
      'anna 2026-01-05T08:00:00.000Z',
      'boris 2026-01-05T12:00:00.000Z',
      'anna 2026-01-05T16:00:00.000Z',
    ])
    expect(shiftAt(roster, new Date('2026-01-05T17:00:00Z'))).toEqual({
      userId: 'anna',
      source: 'rotation',
      from: new Date('2026-01-05T16:00:00Z'),
      until: new Date('2026-01-06T08:00:00Z'),
    })
  })

  test('before the first hand-over nobody is on call', () => {
    expect(shiftAt({ rules: rules(), replacements: [] }, new Date('2026-01-01T07:59:59Z'))).toBeUndefined()
    expect(shiftAt({ rules: rules(), replacements: [] }, new Date('2026-01-01T08:00:00Z'))?.userId).toBe(
      'anna',
    )
  })
})

describe('a project’s rotation and the one of everything', () => {
  test('together never name two people, have holes only where both have, and the project’s own comes first', () => {
    fc.assert(
      fc.property(anyRoster, anyRoster, anyMoment, (own, common, at) => {
        const cover = coverOf([own, common], YEAR)
        let last = YEAR.from
        for (const { from, until } of cover) {
          expect(from >= last && from < until).toBe(true)
          last = until
        }
        const expected = shiftAt(own, at) ?? shiftAt(common, at)
        const found = coverAt([own, common], at)
        expect(found?.shift.userId).toBe(expected?.userId)
        if (!found || at >= YEAR.until) return
        const piece = cover.find(({ from, until }) => from <= at && at < until)
        expect(piece?.userId).toBe(expected?.userId)
        expect(piece?.until.getTime()).toBe(Math.min(found.shift.until.getTime(), YEAR.until.getTime()))
      }),
    )
  })
})
