import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayOf, durationOf, spanOf, timeOf } from '../../../src/bots/commands/on-call/moments.ts'
import { parseEscalation } from '../../../src/bots/commands/on-call/parse-escalation.ts'
import { parseRotation } from '../../../src/bots/commands/on-call/parse-rotation.ts'

/** A Friday afternoon in Berlin, winter time. */
const now = new Date('2026-11-20T14:00:00Z')
const berlin = { now, timeZone: 'Europe/Berlin', handOverAt: '09:00' }

describe('a rotation', () => {
  const said = (text: string) => {
    const parsed = parseRotation(text, berlin)
    if ('wrong' in parsed) throw new Error(`not understood: “${parsed.wrong}”`)
    const { everyDays, handOverAt, timeZone, startsOn, names } = parsed.said
    return `${everyDays} ${handOverAt} ${timeZone} ${startsOn} ${names.join('+')}`
  }

  test.each([
    [
      'weekly at 09:00 Europe/Berlin from 2026-12-01: anna, boris',
      '7 09:00 Europe/Berlin 2026-12-01 anna+boris',
    ],
    ['weekly: anna, boris', '7 09:00 Europe/Berlin 2026-11-16 anna+boris'],
    ['weekly on friday at 18:00: anna, boris', '7 18:00 Europe/Berlin 2026-11-13 anna+boris'],
    ['weekly on friday at 9 am: anna', '7 09:00 Europe/Berlin 2026-11-20 anna'],
    ['weekly on friday at 9am: anna', '7 09:00 Europe/Berlin 2026-11-20 anna'],
    ['every friday 15:00: anna and boris', '7 15:00 Europe/Berlin 2026-11-20 anna+boris'],
    ['every 3 days at 9 Australia/Lord_Howe: anna', '3 09:00 Australia/Lord_Howe 2026-11-20 anna'],
    ['every 2 weeks from tomorrow: Anna B, Boris', '14 09:00 Europe/Berlin 2026-11-21 Anna B+Boris'],
    ['weekly on monday from 2026-12-01: anna', '7 09:00 Europe/Berlin 2026-12-07 anna'],
    ['daily anna boris', '1 09:00 Europe/Berlin 2026-11-20 anna+boris'],
    ['DAILY AT 23:30 UTC: telegram:4711, @anna', '1 23:30 UTC 2026-11-19 telegram:4711+@anna'],
  ])('“%s”', (text, meant) => {
    expect(said(text)).toBe(meant)
  })

  test.each([
    ['weekly at 25:00: anna', 'at 25:00'],
    ['weekly in Mars/Olympus: anna', 'in Mars/Olympus'],
    ['weekly from someday: anna', 'someday'],
    ['weekly', ''],
    ['anna, boris', 'anna'],
    ['every 0.5 days: anna', 'every 0.5 days'],
    ['', ''],
  ])('“%s” is told what was not understood', (text, wrong) => {
    expect(parseRotation(text, berlin)).toEqual({ wrong })
  })
})

describe('when', () => {
  const span = (text: string) => {
    const found = spanOf(text, berlin)
    return found && `${found.from.toISOString().slice(0, 16)} ${found.until.toISOString().slice(0, 16)}`
  }

  test.each([
    ['for 4h', '2026-11-20T14:00 2026-11-20T18:00'],
    ['for 90 min', '2026-11-20T14:00 2026-11-20T15:30'],
    ['for 2 days', '2026-11-20T14:00 2026-11-22T14:00'],
    ['until 18:00', '2026-11-20T14:00 2026-11-20T17:00'],
    ['until 8:00', '2026-11-20T14:00 2026-11-21T07:00'],
    ['from 18:00 to 22:00', '2026-11-20T17:00 2026-11-20T21:00'],
    ['from 22:00 to 6:00', '2026-11-20T21:00 2026-11-21T05:00'],
    ['from tomorrow 18:00 to sunday 9:00', '2026-11-21T17:00 2026-11-22T08:00'],
    ['from 2026-12-01 18:00 to 2026-12-02 09:00', '2026-12-01T17:00 2026-12-02T08:00'],
    ['from 2026-12-01T18:00 for 3h', '2026-12-01T17:00 2026-12-01T20:00'],
    ['2026-12-05', '2026-12-05T08:00 2026-12-06T08:00'],
    ['2026-12-05 to 2026-12-06', '2026-12-05T08:00 2026-12-07T08:00'],
    ['tomorrow', '2026-11-21T08:00 2026-11-22T08:00'],
    ['5 dec', '2026-12-05T08:00 2026-12-06T08:00'],
    ['5.1.', '2027-01-05T08:00 2027-01-06T08:00'],
    // The day on which the clocks go forward, and back.
    ['2027-03-27', '2027-03-27T08:00 2027-03-28T07:00'],
    ['2027-10-30', '2027-10-30T07:00 2027-10-31T08:00'],
  ])('“%s”', (text, meant) => {
    expect(span(text)).toBe(meant)
  })

  test.each([
    '',
    'sometime',
    'for ever',
    'from',
    '2026-02-30',
    'until',
    '25:00',
    'from 9 to',
    'for 0h',
    '18:00',
  ])('“%s” is not understood', (text) => {
    expect(span(text)).toBeUndefined()
  })

  test('times of day', () => {
    expect(['9', '09:00', '9.30', '9am', '12am', '12pm', '6pm', '18h'].map(timeOf)).toEqual([
      '09:00',
      '09:00',
      '09:30',
      '09:00',
      '00:00',
      '12:00',
      '18:00',
      '18:00',
    ])
    expect(['24:00', '9:60', '13pm', 'noon', '', '123'].map(timeOf)).toEqual(Array(6).fill(undefined))
  })

  test('days', () => {
    const day = (text: string) => dayOf(text, berlin)?.toString()
    expect(day('friday')).toBe('2026-11-20')
    expect(day('Thu')).toBe('2026-11-26')
    expect(day('31.12.2026')).toBe('2026-12-31')
    expect(day('monkey')).toBeUndefined()
    expect(day('33.12.')).toBeUndefined()
  })

  test('spans of time', () => {
    expect(durationOf('1 week')?.weeks).toBe(1)
    expect(durationOf('shop')).toBeUndefined()
  })
})

describe('an escalation', () => {
  test('is said step by step', () => {
    expect(parseEscalation('on-call, wait 5, boris, wait 1h, this chat, repeat 2')).toEqual([
      { kind: 'on_call' },
      { kind: 'wait', minutes: 5 },
      { kind: 'person', name: 'boris' },
      { kind: 'wait', minutes: 60 },
      { kind: 'chat' },
      { kind: 'repeat', times: 2 },
    ])
    expect(parseEscalation('on call → 10 min → call Anna B then repeat 3 times')).toEqual([
      { kind: 'on_call' },
      { kind: 'wait', minutes: 10 },
      { kind: 'person', name: 'Anna B' },
      { kind: 'repeat', times: 3 },
    ])
  })
})

describe('whatever somebody types', () => {
  const word = fc.constantFrom(
    ...[
      'set',
      'weekly',
      'every',
      'on',
      'at',
      'from',
      'to',
      'until',
      'for',
      'monday',
      '9',
      '25:61',
      '2026-02-30',
    ],
    ...[
      'Europe/Berlin',
      'Mars/Base',
      '+01/00',
      ':',
      ',',
      '4h',
      '99999 w',
      'and',
      '->',
      '0000-00-00',
      '9999-12-31',
    ],
    ...['31.12.9999', '٣', '🔔', 'T', '-'],
  )
  const typed = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
  )

  test('is understood or not, and never breaks anything', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = parseRotation(text, berlin)
        expect('wrong' in parsed || parsed.said.names.length > 0).toBe(true)
        const span = spanOf(text, berlin)
        if (span)
          expect(Number.isFinite(span.from.getTime()) && Number.isFinite(span.until.getTime())).toBe(true)
        expect(Array.isArray(parseEscalation(text))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
