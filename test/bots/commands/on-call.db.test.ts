import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  auditEntries,
  escalationChains,
  onCallSwaps,
  outbox,
  rotations,
} from '../../../src/db/schema/index.ts'
import { chainFor } from '../../../src/domain/incidents/chains.ts'
import { answerSwap } from '../../../src/domain/oncall/answer-swap.ts'
import { whoIsOnCall } from '../../../src/domain/oncall/who-is-on-call.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { waitFor } from '../../support/wait-for.ts'
import { cardOf, createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let olga: Person
let anna: Person
let boris: Person
let carla: Person

beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
  olga = await desk.person('Olga', 'admin')
  anna = await desk.person('Anna', 'operator')
  boris = await desk.person('Boris', 'member')
  carla = await desk.person('Carla', 'operator')
  await desk.person('Piotr', 'operator')
  await desk.person('Vera', 'viewer')
  await desk.project(olga, 'shop')
  // Everybody but Carla and Piotr has talked to the bot alone.
  for (const name of ['Olga', 'Anna', 'Boris', 'Vera']) await desk.command(name, '/help')
})
afterAll(() => base.close())
beforeEach(async () => {
  await base.db.delete(rotations)
  await base.db.delete(escalationChains)
  await base.db.delete(outbox)
})

const says = (who: string, line: string) => desk.command(who, line)
const noted = async (who: string, line: string) => (await says(who, line))?.markdown
const shown = async (who: string, line: string) => cardOf(await says(who, line))
const at = (time: string) => whoIsOnCall(base.db, { at: new Date(time) })
const saidTo = async (person: Person) =>
  (await base.db.select().from(outbox)).filter(
    ({ readerId, key }) => readerId === person.id && !key.startsWith('cmd:'),
  )
const WEEKLY = '/oncall set weekly at 09:00 Europe/Berlin: anna, boris'

describe('/oncall', () => {
  test('without a rotation says how to set one', async () => {
    expect((await shown('Vera', '/oncall')).body).toContain('/oncall set weekly on monday')
  })

  test('shows what was understood: who, until when, who is next, the week ahead', async () => {
    // Tuesday, 1 January 2030, 12:00 UTC.
    const card = await shown('Olga', WEEKLY)
    expect(card.body).toContain('This is how I understood it')
    expect(card.body).toContain('**Anna** is on call until 7 Jan, 09:00 CET.')
    expect(card.body).toContain('Next: Boris, from 7 Jan, 09:00 CET.')
    expect(card.body).toContain('| 7 Jan, 09:00 CET | Boris |')
    expect(card.footer).toBe('Weekly, on Monday at 09:00 (Europe/Berlin): Anna, Boris')
    expect(await at('2030-01-07T08:00:00Z')).toMatchObject({ name: 'Boris', source: 'rotation' })
    expect((await shown('Vera', '/oncall')).body).toContain('**Anna** is on call')
    expect((await shown('Vera', '/oncall shop')).body).toContain('shop has no rotation of its own')
  })

  test('of a project has turns of its own; where they have a hole, those of everything count', async () => {
    await says('Olga', WEEKLY)
    const card = await shown('Olga', '/oncall set daily at 8:00 UTC from 2030-01-03: carla for shop')
    expect(card.title).toBe('On call for shop')
    // Anna's time for everything ends where that of the project begins.
    expect(card.body).toContain('**Anna** is on call until 3 Jan, 08:00 UTC.')
    expect(card.body).toContain('Next: Carla, from 3 Jan, 08:00 UTC.')
    const [row] = await base.db.select().from(rotations)
    expect(row).toBeDefined()
    const shop = await base.db.query.projects.findFirst({ where: (table, { eq }) => eq(table.name, 'shop') })
    const ofShop = (time: string) => whoIsOnCall(base.db, { projectId: shop?.id, at: new Date(time) })
    expect(await ofShop('2030-01-02T12:00:00Z')).toMatchObject({
      ...{ name: 'Anna', projectId: null, until: new Date('2030-01-03T08:00:00Z') },
    })
    expect((await ofShop('2030-01-03T08:00:00Z'))?.name).toBe('Carla')
  })

  test('a rotation that begins later leaves the old one on call until then', async () => {
    await says('Olga', '/oncall set daily at 09:00 UTC: anna')
    await says('Olga', '/oncall set daily at 09:00 UTC from 2030-01-04: boris')
    expect((await at('2030-01-04T08:59:00Z'))?.name).toBe('Anna')
    expect((await at('2030-01-04T09:00:00Z'))?.name).toBe('Boris')
    // What was said by hand counts before what is left of the old one, and that only until it is set anew.
    await says('Olga', '/oncall override carla 2030-01-03')
    await says('Olga', '/oncall set daily at 09:00 UTC from 2030-01-05: boris')
    expect((await at('2030-01-02T12:00:00Z'))?.name).toBe('Anna')
    expect((await at('2030-01-03T12:00:00Z'))?.name).toBe('Carla')
    expect((await at('2030-01-04T12:00:00Z'))?.name).toBe('Boris')
    await says('Olga', '/oncall set daily at 09:00 UTC: olga')
    expect((await at('2030-01-02T12:00:00Z'))?.name).toBe('Olga')
    expect((await at('2030-01-03T12:00:00Z'))?.name).toBe('Carla')
  })

  test('tells who cannot be reached', async () => {
    expect((await shown('Olga', '/oncall set daily: carla')).body).toContain(
      'Carla never wrote to me in private',
    )
  })

  test.each([
    ['/oncall set weekly at 99:00: anna', /did not understand “at 99:00”.*For example/s],
    ['/oncall set weekly: ana', /know nobody called “ana”. Did you mean “Anna”/],
    ['/oncall set weekly: anna, Anna', /Everybody stands in a rotation once/],
    ['/oncall set weekly from 2040-01-01: anna', /up to a year away/],
    ['/oncall set weekly: anna, vera', /Vera only watches/],
    ['/oncall set', /Something is missing. For example/],
    ['/oncall shpo', /Did you mean `shop`/],
    ['/oncall override anna someday', /did not understand “someday”/],
    ['/oncall override anna for 4h', /Nobody set who is on call/],
    ['/oncall calendar', /Something is missing/],
    ['/oncall calendar file:///etc/passwd', /begins with `https:\/\/`/],
    ['/oncall agree nonsense', /Something is missing/],
  ])('%s is answered with what would do', async (line, said) => {
    expect(await noted('Olga', line)).toMatch(said)
  })

  test('is for everybody to see, and for admins to change', async () => {
    for (const line of [WEEKLY, '/oncall off', '/oncall calendar https://example.com/a.ics'])
      expect(await noted('Anna', line)).toMatch(/admin/)
    await says('Olga', WEEKLY)
    expect(await noted('Anna', '/oncall override boris for 4h')).toMatch(/admin/)
    expect((await at('2030-01-01T12:00:00Z'))?.name).toBe('Anna')
  })

  test('is taken away after asking, by the button', async () => {
    await says('Olga', WEEKLY)
    const [yes] = (await shown('Olga', '/oncall off')).buttons?.flat() ?? []
    expect(await base.db.select().from(rotations)).toHaveLength(1)
    expect((await desk.press('Olga', yes?.action ?? ''))?.markdown).toMatch(/Nobody is on call any more/)
    expect(await base.db.select().from(rotations)).toHaveLength(0)
    expect((await desk.press('Olga', yes?.action ?? ''))?.markdown).toMatch(/Nobody set who is on call/)
  })
})

describe('/oncall override', () => {
  beforeEach(() => says('Olga', '/oncall set daily at 09:00 UTC: anna, boris'))

  test('puts somebody on call for a while, and tells both', async () => {
    const card = await shown('Olga', '/oncall override boris for 4h')
    expect(card.body).toContain('**Boris** is on call until 16:00 UTC')
    expect(card.body).toContain('Boris (instead)')
    expect((await at('2030-01-01T15:59:59Z'))?.name).toBe('Boris')
    expect((await at('2030-01-01T16:00:00Z'))?.name).toBe('Anna')
    expect(await saidTo(boris)).toMatchObject([{ content: { key: 'on-call-given' } }])
    expect(await saidTo(anna)).toMatchObject([{ content: { key: 'on-call-taken' } }])
  })

  test('is open to operators for themselves', async () => {
    await says('Carla', '/oncall override me from tomorrow 18:00 to thursday 9:00')
    expect(await at('2030-01-02T18:00:00Z')).toMatchObject({ userId: carla.id, source: 'override' })
  })

  test('of a time that is over is refused', async () => {
    expect(await noted('Olga', '/oncall override boris from 8:00 to 9:00')).toMatch(/over already/)
    expect(await noted('Olga', '/oncall override boris for 100 days')).toMatch(/more than 92 days/)
  })
})

describe('/oncall swap', () => {
  beforeEach(async () => {
    await base.db.delete(onCallSwaps)
    await says('Olga', '/oncall set daily at 09:00 UTC: anna, boris')
  })
  const proposed = async () => {
    const [row] = await saidTo(boris)
    if (!row) throw new Error('nothing was said to Boris')
    return row
  }

  test('asks the other in private, and changes nothing before they agree', async () => {
    expect(await noted('Anna', '/oncall swap boris 2030-01-03')).toMatch(/I asked Boris in private/)
    const row = await proposed()
    const card = cardOf(await desk.draw(row))
    expect(card.title).toBe('Anna asks you to take over')
    expect(card.body).toContain('from 3 Jan, 09:00 UTC until 4 Jan, 09:00 UTC')
    expect((await at('2030-01-03T12:00:00Z'))?.name).toBe('Anna')

    const [agree, decline] = card.buttons?.flat() ?? []
    expect((await desk.press('Boris', agree?.action ?? ''))?.markdown).toBe('Thank you. It is yours.')
    expect(await at('2030-01-03T12:00:00Z')).toMatchObject({ name: 'Boris', source: 'swap' })
    expect(cardOf(await desk.draw(row))).toMatchObject({ tone: 'success' })
    expect(cardOf(await desk.draw(row)).buttons).toBeUndefined()
    expect(await saidTo(anna)).toMatchObject([{ content: { key: 'on-call-swap-agreed' } }])
    const later = await desk.press('Boris', decline?.action ?? '')
    expect(later?.markdown).toBe('You agreed to this already.')
    expect((await at('2030-01-03T12:00:00Z'))?.name).toBe('Boris')
    expect(await saidTo(anna)).toHaveLength(1)
  })

  test('that is declined leaves everything as it was, and says so', async () => {
    await says('Anna', '/oncall swap boris 2030-01-03')
    const [, decline] = cardOf(await desk.draw(await proposed())).buttons?.flat() ?? []
    expect((await desk.press('Boris', decline?.action ?? ''))?.markdown).toBe('You declined, and they know.')
    expect((await at('2030-01-03T12:00:00Z'))?.name).toBe('Anna')
    expect(await saidTo(anna)).toMatchObject([{ content: { key: 'on-call-swap-declined' } }])
  })

  test('is answered only by who was asked', async () => {
    await says('Anna', '/oncall swap boris 2030-01-03')
    const [agree] = cardOf(await desk.draw(await proposed())).buttons?.flat() ?? []
    for (const who of ['Anna', 'Olga', 'Carla'])
      expect((await desk.press(who, agree?.action ?? ''))?.markdown).toMatch(/Somebody else was asked/)
    expect((await at('2030-01-03T12:00:00Z'))?.name).toBe('Anna')
  })

  test('two clicks at once are one agreement', async () => {
    await says('Anna', '/oncall swap boris 2030-01-03')
    const [agree] = cardOf(await desk.draw(await proposed())).buttons?.flat() ?? []
    const answers = await Promise.all([1, 2].map(() => desk.press('Boris', agree?.action ?? '')))
    expect(answers.map((answer) => answer?.markdown).sort()).toEqual([
      'Thank you. It is yours.',
      'You agreed to this already.',
    ])
    expect(await base.db.query.onCallOverrides.findMany()).toHaveLength(1)
  })

  test('of one shift with two people who agree at once is one of them’s', async () => {
    await says('Anna', '/oncall swap boris 2030-01-03')
    await says('Anna', '/oncall swap olga 2030-01-03')
    const asked = await base.db.select().from(onCallSwaps)
    const agree = (person: Person, whileOpen = async () => {}) =>
      base.db.transaction(async (tx) => {
        const id = asked.find(({ toUserId }) => toUserId === person.id)?.id ?? ''
        const by = { person, surface: 'telegram' }
        const { outcome } = await answerSwap(tx, { id, agree: true, now: desk.clock.now() }, by)
        await whileOpen()
        return outcome
      })
    const isWaiting = async () => {
      const waiting = await base.sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return waiting.length > 0
    }
    let second: Promise<string> | undefined
    let done = false
    const first = await agree(boris, async () => {
      second = agree(olga).finally(() => {
        done = true
      })
      await waitFor(async () => done || (await isWaiting()), 'the second answer')
    })
    expect([first, await second]).toEqual(['agreed', 'over'])
    expect((await at('2030-01-03T12:00:00Z'))?.name).toBe('Boris')
  })

  test('of what is not theirs to give any more changes nothing', async () => {
    await says('Anna', '/oncall swap boris 2030-01-03')
    const [agree] = cardOf(await desk.draw(await proposed())).buttons?.flat() ?? []
    await says('Olga', '/oncall override olga 2030-01-03')
    expect((await desk.press('Boris', agree?.action ?? ''))?.markdown).toMatch(/Too late/)
    expect((await at('2030-01-03T12:00:00Z'))?.name).toBe('Olga')
  })

  test.each([
    ['/oncall swap boris 2030-01-02', /You are not on call then/],
    ['/oncall swap anna 2030-01-03', /That is you already/],
    ['/oncall swap piotr 2030-01-03', /Piotr never wrote to me in private/],
    ['/oncall swap boris', /Something is missing/],
  ])('%s is refused', async (line, said) => {
    expect(await noted('Anna', line)).toMatch(said)
    expect(await base.db.select().from(onCallSwaps)).toHaveLength(0)
  })
})

describe('/oncall calendar', () => {
  const ics = (...events: [string, string, string][]) =>
    [
      'BEGIN:VCALENDAR',
      ...events.map(([summary, from, until], index) =>
        [
          'BEGIN:VEVENT',
          `UID:${index}`,
          `SUMMARY:${summary}`,
          `DTSTART:${from}`,
          `DTEND:${until}`,
          'END:VEVENT',
        ].join('\n'),
      ),
      'END:VCALENDAR',
    ].join('\n')
  const send = async (text: string) => {
    const row = await desk.write('Olga', {
      kind: 'command',
      name: 'oncall',
      args: 'calendar',
      attachment: { name: 'on-call.ics', bytes: text.length, ref: { text } },
    })
    await desk.router.handle(row)
    const [answer] = await desk.answersTo(row)
    if (!answer) throw new Error('no answer')
    return desk.draw(answer)
  }

  test('as a file tells who is on call from then on, and whom nobody here knows', async () => {
    await says('Olga', '/oncall set daily at 09:00 UTC: anna')
    const card = cardOf(
      await send(
        ics(
          ['On call: Boris', '20300101T000000Z', '20300103T000000Z'],
          ['Eve', '20300103T000000Z', '20300104T000000Z'],
        ),
      ),
    )
    expect(card.body).toContain('**Boris** is on call until 3 Jan, 00:00 UTC')
    expect(card.body).toContain('I know nobody called: Eve')
    expect(card.body).toContain('**nobody**')
    expect(card.footer).toMatch(/calendar file/)
    expect(await at('2030-01-02T12:00:00Z')).toMatchObject({ userId: boris.id, source: 'calendar' })
    expect(await at('2030-01-03T12:00:00Z')).toBeUndefined()

    await says('Olga', '/oncall set daily at 09:00 UTC from 2030-01-02: anna')
    expect((await at('2030-01-02T08:59:00Z'))?.name).toBe('Boris')
    expect(await at('2030-01-02T12:00:00Z')).toMatchObject({ name: 'Anna', source: 'rotation' })
  })

  test('that is none changes nothing', async () => {
    await says('Olga', '/oncall set daily at 09:00 UTC: anna')
    expect((await send('hello')).markdown).toMatch(/This is no calendar/)
    expect((await at('2030-01-02T12:00:00Z'))?.name).toBe('Anna')
  })

  test('at an address inside is refused', async () => {
    expect(await noted('Olga', '/oncall calendar http://169.254.169.254/x.ics')).toMatch(/private network/)
    expect(await base.db.select().from(rotations)).toHaveLength(0)
  })
})

describe('/escalation', () => {
  test('tells what counts when nobody set one', async () => {
    const card = await shown('Vera', '/escalation')
    expect(card.body).toMatch(/^1\. whoever is on call\n2\. wait 5 minutes/)
    expect(card.body).toContain('Nobody set it')
  })

  test('is set step by step, and shown back in words', async () => {
    const card = await shown('Olga', '/escalation on-call, wait 5, boris, wait 1h, chat, repeat 2')
    expect(card.body).toContain(
      [
        '1. whoever is on call',
        '2. wait 5 minutes',
        '3. Boris',
        '4. wait 1 hour',
        '5. a chat (Telegram)',
        '6. 2 times more from the beginning',
      ].join('\n'),
    )
    expect(await chainFor(base.db, null)).toMatchObject([
      { kind: 'on_call' },
      { kind: 'wait', minutes: 5 },
      { kind: 'person', userId: boris.id },
      { kind: 'wait', minutes: 60 },
      { kind: 'chat' },
      { kind: 'repeat', times: 2 },
    ])
    expect((await shown('Olga', '/escalation off')).body).toContain('Nobody set it')
  })

  test.each([['/escalation shop on-call, wait 5, anna'], ['/escalation on-call, wait 5, anna for shop']])(
    'of a project: %s',
    async (line) => {
      expect((await shown('Olga', line)).title).toBe('Escalation of shop')
      expect((await shown('Olga', '/escalation shop')).body).not.toContain('no escalation of its own')
      expect((await shown('Olga', '/escalation')).body).toContain('Nobody set it')
      expect((await shown('Olga', '/escalation shop off')).body).toContain('no escalation of its own')
    },
  )

  test.each([
    ['/escalation wait 5', /Nobody is asked/],
    ['/escalation on-call, repeat 2', /needs a wait/],
    ['/escalation on-call, wait 0', /from 1 minute to 24 hours/],
    ['/escalation on-call, bors', /Did you mean “Boris”/],
  ])('%s is answered with what would do', async (line, said) => {
    expect(await noted('Olga', line)).toMatch(said)
  })

  test('is for admins to change', async () => {
    expect(await noted('Anna', '/escalation on-call, wait 5, anna')).toMatch(/admin/)
  })
})

test('what was changed stands in the audit, without the address of a calendar', async () => {
  const entries = (await base.db.select().from(auditEntries)).filter(({ action }) =>
    /^(oncall|escalation)/.test(action),
  )
  expect(new Set(entries.map(({ action }) => action))).toEqual(
    new Set([
      'oncall.set',
      'oncall.off',
      'oncall.override',
      'oncall.swap',
      'oncall.calendar',
      'escalation.set',
    ]),
  )
})
