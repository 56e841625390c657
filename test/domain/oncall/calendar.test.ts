import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { fetchCalendar } from '../../../src/domain/oncall/calendar/fetch-calendar.ts'
import { matchNames } from '../../../src/domain/oncall/calendar/match-names.ts'
import { isPublicAddress } from '../../../src/domain/oncall/calendar/public-address.ts'
import { readCalendar } from '../../../src/domain/oncall/calendar/read-calendar.ts'

const lines = (...text: string[]) => text.join('\r\n')
const calendar = (...inner: string[]) =>
  lines('BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...inner, 'END:VCALENDAR')
const event = (uid: string, ...inner: string[]) => lines('BEGIN:VEVENT', `UID:${uid}`, ...inner, 'END:VEVENT')

const WINDOW = {
  from: new Date('2026-03-01T00:00:00Z'),
  until: new Date('2026-05-01T00:00:00Z'),
  timeZone: 'Europe/Berlin',
}

const shown = async (text: string) => {
  const { events } = await readCalendar(text, WINDOW)
  return events.map(
    ({ names, startsAt, endsAt }) =>
      `${names[0]} ${startsAt.toISOString().slice(0, 16)} ${endsAt.toISOString().slice(0, 16)}`,
  )
}

const problem = (key: string) => ({ userMessage: { key: `calendar-problem-${key}` } })

describe('a calendar', () => {
  test('tells of its events, whatever way they say when', async () => {
    const text = calendar(
      event('1', 'SUMMARY:Anna', 'DTSTART:20260310T080000Z', 'DTEND:20260311T080000Z'),
      event('2', 'SUMMARY:Boris', 'DTSTART;TZID=America/New_York:20260311T090000', 'DURATION:PT12H'),
      event('3', 'SUMMARY:Carla', 'DTSTART;VALUE=DATE:20260312', 'DTEND;VALUE=DATE:20260314'),
      event('4', 'SUMMARY:Dan', 'DTSTART:20260315T090000', 'DTEND:20260315T100000'),
    )
    expect(await shown(text)).toEqual([
      'Anna 2026-03-10T08:00 2026-03-11T08:00',
      'Boris 2026-03-11T13:00 2026-03-12T01:00',
      'Carla 2026-03-11T23:00 2026-03-13T23:00',
      'Dan 2026-03-15T08:00 2026-03-15T09:00',
    ])
  })

  test('keeps the time of day of what repeats when the clocks change', async () => {
    const text = calendar(
      event(
        'weekly',
        'SUMMARY:Anna',
        'DTSTART;TZID=America/New_York:20260302T090000',
        'DTEND;TZID=America/New_York:20260309T090000',
        'RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3',
      ),
    )
    expect(await shown(text)).toEqual([
      'Anna 2026-03-02T14:00 2026-03-09T13:00',
      'Anna 2026-03-16T13:00 2026-03-23T13:00',
      'Anna 2026-03-30T13:00 2026-04-06T13:00',
    ])
  })

  test('goes by a zone of its own where it names one that the world does not know', async () => {
    const text = calendar(
      lines(
        'BEGIN:VTIMEZONE',
        'TZID:Base Camp',
        'BEGIN:STANDARD',
        'DTSTART:19700101T000000',
        'TZOFFSETFROM:+0345',
        'TZOFFSETTO:+0345',
        'END:STANDARD',
        'END:VTIMEZONE',
      ),
      event('1', 'SUMMARY:Anna', 'DTSTART;TZID=Base Camp:20260310T090000', 'DURATION:PT1H'),
    )
    expect(await shown(text)).toEqual(['Anna 2026-03-10T05:15 2026-03-10T06:15'])
  })

  test('leaves out what was cancelled, moves what was moved, and clips nothing', async () => {
    const text = calendar(
      'X-WR-TIMEZONE:UTC',
      event('a', 'SUMMARY:Anna', 'DTSTART:20260310T080000', 'DURATION:PT1H', 'STATUS:CANCELLED'),
      event(
        'b',
        'SUMMARY:Boris',
        'DTSTART:20260420T080000',
        'DURATION:P1D',
        'RRULE:FREQ=DAILY;COUNT=3',
        'EXDATE:20260421T080000',
      ),
      event('b', 'SUMMARY:Carla', 'RECURRENCE-ID:20260422T080000', 'DTSTART:20260425T120000', 'DURATION:P1D'),
      event('c', 'SUMMARY:Long', 'DTSTART:20260201T000000', 'DTEND:20260601T000000'),
      event('d', 'SUMMARY:Past', 'DTSTART:20260201T000000', 'DURATION:P1D'),
    )
    expect(await shown(text)).toEqual([
      'Boris 2026-04-20T08:00 2026-04-21T08:00',
      'Carla 2026-04-25T12:00 2026-04-26T12:00',
      'Long 2026-02-01T00:00 2026-06-01T00:00',
    ])
  })

  test.each([
    ['a page', '<html>BEGIN:VCALENDAR</html>', 'no-calendar'],
    ['nothing', '', 'no-calendar'],
    ['half of one', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:2026', 'no-calendar'],
    [
      'times that are none',
      calendar(event('1', 'SUMMARY:x', 'DTSTART:99999999T999999', 'DTEND:hello')),
      undefined,
    ],
    ['more than 2 MB', `BEGIN:VCALENDAR\r\n${'X-A:b\r\n'.repeat(400_000)}END:VCALENDAR`, 'too-large'],
    [
      'what repeats every second',
      calendar(event('1', 'SUMMARY:x', 'DTSTART:20000101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY')),
      'too-much',
    ],
    [
      'what repeats in vain',
      calendar(
        event(
          '1',
          'SUMMARY:x',
          'DTSTART:20260101T000000Z',
          'DURATION:PT1H',
          'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
        ),
      ),
      undefined,
    ],
    [
      'a thousand events that repeat every minute',
      calendar(
        ...Array.from({ length: 1000 }, (_, index) =>
          event(`${index}`, 'SUMMARY:x', 'DTSTART:20260301T000000Z', 'DURATION:PT1M', 'RRULE:FREQ=MINUTELY'),
        ),
      ),
      'too-much',
    ],
    [
      'a zone that changes every second',
      calendar(
        lines(
          'BEGIN:VTIMEZONE',
          'TZID:Bomb',
          'BEGIN:STANDARD',
          'DTSTART:19000101T000000',
          'RRULE:FREQ=SECONDLY',
          'TZOFFSETFROM:+0000',
          'TZOFFSETTO:+0100',
          'END:STANDARD',
          'END:VTIMEZONE',
        ),
        event('1', 'SUMMARY:x', 'DTSTART;TZID=Bomb:20260310T090000', 'DURATION:PT1H'),
      ),
      'too-much',
    ],
  ])('that is %s ends soon, and says what is wrong', async (_what, text, expected) => {
    const reading = readCalendar(text, WINDOW, { timeoutMs: 3_000 })
    if (expected) await expect(reading).rejects.toMatchObject(problem(expected))
    else await reading.catch((error) => expect(error.userMessage.key).toMatch(/^calendar-problem-/))
  })
})

describe('names in a calendar', () => {
  const users = [
    { id: 'a', names: ['Anna', 'anna_k'] },
    { id: 'b', names: ['Boris Petrov'] },
    { id: 'c', names: ['Ann'] },
  ]
  const who = (...names: string[]) =>
    matchNames([{ id: '1', startsAt: WINDOW.from, endsAt: WINDOW.until, names }], users).matched[0]?.userId

  test('are matched by the whole title, by who attends, or by the one name among its words', () => {
    expect(who('ANNA')).toBe('a')
    expect(who('On call: Anna (primary)')).toBe('a')
    expect(who('anna_k')).toBe('a')
    expect(who('Duty', 'Boris  Petrov')).toBe('b')
    expect(who('on-call - boris petrov')).toBe('b')
    expect(who('Annabel')).toBeUndefined()
    expect(who('Anna and Boris Petrov')).toBeUndefined()
  })

  test('that nobody has are told once each', () => {
    const strangers = ['Eve', 'Eve', 'Anna', 'Frank'].map((name, index) => ({
      ...{ id: `${index}`, startsAt: WINDOW.from, endsAt: WINDOW.until },
      names: [name],
    }))
    expect(matchNames(strangers, users).unknown).toEqual(['Eve', 'Frank'])
  })
})

describe('the address of a calendar', () => {
  const servers: { close(): void }[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })
  const serve = async (answer: RequestListener) => {
    const server = createServer(answer).listen(0, '127.0.0.1')
    servers.push({
      close: () => {
        server.closeAllConnections()
        server.close()
      },
    })
    await new Promise((done) => server.once('listening', done))
    return `http://localhost:${(server.address() as AddressInfo).port}`
  }
  const mayReach = () => true

  test('is fetched, and the next time asked only for what has changed', async () => {
    const url = await serve((request, response) => {
      if (request.headers['if-none-match'] === '"1"') return response.writeHead(304).end()
      return response.writeHead(200, { etag: '"1"' }).end('BEGIN:VCALENDAR')
    })
    const first = await fetchCalendar(url, { mayReach })
    expect(first).toEqual({ outcome: 'fetched', text: 'BEGIN:VCALENDAR', etag: '"1"' })
    expect(await fetchCalendar(url, { mayReach, etag: '"1"' })).toEqual({ outcome: 'unchanged' })
  })

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.1',
    '172.16.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'not an address',
  ])('%s is not of the open internet', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  test.each([
    'http://localhost:1/x.ics',
    'http://127.0.0.1:1/',
    'http://2130706433:1/',
    'http://0x7f.1:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://169.254.169.254/latest/meta-data/',
    'webcal://10.0.0.1/a.ics',
  ])('%s is refused before anything is sent there', async (url) => {
    await expect(fetchCalendar(url)).rejects.toMatchObject(problem('inside'))
  })

  test.each(['file:///etc/passwd', 'ftp://example.com/a.ics', 'anna', ''])('“%s” is none', async (url) => {
    await expect(fetchCalendar(url)).rejects.toMatchObject(problem('address'))
  })

  test('that leads inside on the second hop is refused there', async () => {
    let asked = 0
    const inner = await serve((_, response) => {
      asked++
      response.end('BEGIN:VCALENDAR')
    })
    const url = await serve((_, response) =>
      response.writeHead(302, { location: inner.replace('localhost', '127.0.0.2') }).end(),
    )
    const outside = (address: string) => address !== '127.0.0.2'
    await expect(fetchCalendar(url, { mayReach: outside })).rejects.toMatchObject(problem('inside'))
    expect(asked).toBe(0)
  })

  test('that leads on for ever is given up', async () => {
    let hops = 0
    const url = await serve((_, response) => response.writeHead(302, { location: `/${hops++}` }).end())
    await expect(fetchCalendar(url, { mayReach })).rejects.toMatchObject(problem('redirects'))
    expect(hops).toBeLessThan(6)
  })

  test('from which 50 MB come is left after two, whether it says so before or not', async () => {
    let sent = 0
    const block = Buffer.alloc(256 * 1024, 'x')
    const url = await serve((_, response) => {
      const more = () => {
        while (sent < 50 * 1024 * 1024 && !response.destroyed) {
          sent += block.length
          if (!response.write(block)) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    })
    await expect(fetchCalendar(url, { mayReach })).rejects.toMatchObject(problem('too-large'))
    expect(sent).toBeLessThan(20 * 1024 * 1024)
    const honest = await serve((_, response) =>
      response.writeHead(200, { 'content-length': 50 * 1024 * 1024 }).write('x'),
    )
    await expect(fetchCalendar(honest, { mayReach })).rejects.toMatchObject(problem('too-large'))
  })

  test('that never answers is given up, and so is one that ends in between', async () => {
    const silent = await serve(() => {})
    await expect(fetchCalendar(silent, { mayReach, timeoutMs: 50 })).rejects.toMatchObject(
      problem('too-slow'),
    )
    const broken = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('BEGIN', () => response.destroy())
    })
    await expect(fetchCalendar(broken, { mayReach })).rejects.toMatchObject(problem('unreachable'))
    await expect(fetchCalendar('http://localhost:1/', { mayReach })).rejects.toMatchObject(
      problem('unreachable'),
    )
  })

  test.each([404, 500, 304, 401])('that answers with %i says so', async (status) => {
    const url = await serve((_, response) => response.writeHead(status).end())
    await expect(fetchCalendar(url, { mayReach })).rejects.toMatchObject(problem('status'))
  })
})
