import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Outgoing } from '../../../src/bots/chat.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import {
  alertSubscriptions,
  conversations,
  incidentEvents,
  incidents,
  incidentTimers,
  outbox,
  pages,
} from '../../../src/db/schema/index.ts'
import { findIncident } from '../../../src/domain/incidents/find.ts'
import { heal } from '../../../src/domain/incidents/heal.ts'
import { type Finding, report } from '../../../src/domain/incidents/report.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { cardOf, createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let anna: Person

beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
  anna = await desk.person('Anna', 'operator')
  await desk.person('Boris', 'operator')
  await desk.person('Victor', 'viewer')
  await desk.person('Olga', 'member')
})
afterAll(() => base.close())
beforeEach(async () => {
  const { db } = base
  for (const table of [pages, incidentTimers, incidentEvents, alertSubscriptions, incidents, outbox])
    await db.delete(table)
})

const down = (finding: Partial<Finding> = {}) =>
  base.db.transaction(async (tx) => {
    const { incident } = await report(tx, {
      kind: 'service_unhealthy',
      key: 'service_unhealthy:1',
      severity: 'critical',
      subject: 'url-shortener',
      facts: { target: 'GET http://x/', reason: 'connection refused', failures: 3 },
      now: desk.clock.now(),
      ...finding,
    })
    return incident
  })

const recovers = (key = 'service_unhealthy:1') =>
  base.db.transaction((tx) => heal(tx, { key, now: desk.clock.now() }))

const now = async (id: string) => {
  const found = await findIncident(base.db, id)
  if (!found) throw new Error('the incident is gone')
  return found
}

/** The card of an incident in a chat, as it is now. */
const cardIn = async (chat: string, id: string) => {
  const [row] = await base.db
    .select({ outbox })
    .from(outbox)
    .innerJoin(conversations, eq(conversations.id, outbox.conversationId))
    .where(
      sql`${outbox.key} = 'incident:' || ${id} || ':' || ${conversations.id} and ${conversations.key} like ${`%:${chat}`}`,
    )
  return row && cardOf(await desk.draw(row.outbox))
}

const button = (
  card: { buttons?: { label: string; action: string }[][] } | undefined,
  label: string,
): string => {
  const found = card?.buttons?.flat().find((one) => one.label === label)
  if (!found) throw new Error(`no button ${label}`)
  return found.action
}

const said = (outgoing: Outgoing | undefined) => outgoing?.markdown

const group = { chat: 'ops', kind: 'group' } as const

describe('a chat that wants to hear of what goes wrong', () => {
  test('says so, hears of it, and sees how it goes on in the same message', async () => {
    expect(cardOf(await desk.command('Anna', '/alerts on', group)).body).toContain('warnings and worse')
    const { id } = await down()
    const card = await cardIn('ops', id)
    expect(card).toMatchObject({
      title: expect.stringMatching(/^#\d+ url-shortener is down$/),
      tone: 'danger',
    })
    expect(said(await desk.press('Boris', button(card, 'Acknowledge'), group))).toContain('is yours')
    expect((await cardIn('ops', id))?.body).toContain('Boris has it')
    await recovers()
    expect(await cardIn('ops', id)).toMatchObject({
      tone: 'success',
      body: expect.stringContaining('Recovered by itself'),
    })
    const cards = await base.db.select().from(outbox).where(sql`${outbox.key} like 'incident:%'`)
    expect(cards).toHaveLength(1)
  })

  test('and says so twice, for everything and for one project, has one message of each', async () => {
    const { project } = await desk.project(anna, 'url-shortener')
    await desk.command('Anna', '/alerts on', group)
    await desk.command('Anna', '/alerts on critical', group)
    await desk.command('Anna', '/alerts on all url-shortener', group)
    expect(cardOf(await desk.command('Anna', '/alerts', group)).body).toMatch(
      /everything critical\n.*everything of \*\*url-shortener/,
    )
    const { id } = await down({ projectId: project.id })
    expect(
      await base.db
        .select()
        .from(outbox)
        .where(eq(outbox.key, `incident:${id}`)),
    ).toEqual([])
    expect(await base.db.select().from(outbox).where(sql`${outbox.key} like 'incident:%'`)).toHaveLength(1)
  })

  test('hears of nothing smaller than it asked for, and of nothing any more when it says so', async () => {
    await desk.command('Anna', '/alerts on critical', group)
    const { id } = await down({ severity: 'warning' })
    expect(await cardIn('ops', id)).toBeUndefined()
    await down({ severity: 'critical' })
    expect(await cardIn('ops', id)).toMatchObject({ tone: 'danger' })
    expect(cardOf(await desk.command('Anna', '/alerts off', group)).title).toBe('This chat hears of nothing')
    const other = await down({ key: 'service_unhealthy:2' })
    expect(await cardIn('ops', other.id)).toBeUndefined()
  })

  test('is not told to by somebody who may only watch', async () => {
    expect(said(await desk.command('Victor', '/alerts on'))).toContain('Only operators')
    expect(cardOf(await desk.command('Victor', '/alerts')).buttons?.flat()).toEqual([])
  })
})

test('a click of somebody who may not is answered to them alone, and changes nothing', async () => {
  await desk.command('Anna', '/alerts on', group)
  const { id } = await down()
  const action = button(await cardIn('ops', id), 'Acknowledge')
  const click = await desk.write('Victor', { kind: 'action', action, receipt: { id: 'click' } }, group)
  await desk.router.handle(click)
  const [answer] = await desk.answersTo(click)
  expect(answer?.content).toMatchObject({ type: 'notice', onlyToReader: true, receipt: { id: 'click' } })
  expect(await now(id)).toMatchObject({ state: 'open', version: 1 })
})

describe('a click that comes too late', () => {
  test('tells that it recovered by itself, and changes nothing', async () => {
    await desk.command('Anna', '/alerts on', group)
    const { id, number } = await down()
    const card = await cardIn('ops', id)
    await recovers()
    const over = await now(id)
    await desk.clock.advance(4 * SECOND_MS)
    for (const label of ['Acknowledge', 'Resolve', 'Silence 1 h'])
      expect(said(await desk.press('Boris', button(card, label), group))).toBe(
        `#${number} is over already: it recovered by itself 4 s ago. Nothing changed.`,
      )
    expect(await now(id)).toEqual(over)
  })

  test('tells who has it already', async () => {
    await desk.command('Anna', '/alerts on', group)
    const { id, number } = await down()
    const acknowledge = button(await cardIn('ops', id), 'Acknowledge')
    await desk.press('Anna', acknowledge, group)
    expect(said(await desk.press('Boris', acknowledge, group))).toMatch(`Anna has #${number} since`)
    expect(said(await desk.press('Anna', acknowledge, group))).toMatch(`#${number} is yours already`)
    expect((await now(id)).acknowledgedBy).toBe(anna.id)
  })

  test('tells that it was silenced, or resolved by somebody, or is worse now', async () => {
    await desk.command('Anna', '/alerts on', group)
    const { id, number } = await down({ severity: 'warning' })
    const first = await cardIn('ops', id)
    await down({ severity: 'critical' })
    expect(said(await desk.press('Boris', button(first, 'Silence 4 h'), group))).toMatch(
      'open and critical now',
    )
    const second = await cardIn('ops', id)
    await desk.press('Anna', button(second, 'Silence 4 h'), group)
    expect((await now(id)).silencedUntil?.getTime()).toBe(desk.clock.now().getTime() + 4 * HOUR_MS)
    expect(said(await desk.press('Boris', button(second, 'Acknowledge'), group))).toMatch(
      `Anna made #${number} quiet until`,
    )
    const third = await cardIn('ops', id)
    await desk.press('Anna', button(third, 'Resolve'), group)
    expect(said(await desk.press('Boris', button(third, 'Resolve'), group))).toMatch('Anna resolved it')
  })
})

test('of two people who press Acknowledge at the same moment one has it, and the other is told so', async () => {
  await desk.command('Anna', '/alerts on', group)
  const { id, number } = await down()
  const acknowledge = button(await cardIn('ops', id), 'Acknowledge')
  const answers = await Promise.all([
    desk.press('Anna', acknowledge, group),
    desk.press('Boris', acknowledge, group),
  ])
  const texts = answers.map(said).sort()
  expect(texts).toContain(`#${number} is yours.`)
  expect(texts.filter((text) => text?.includes(`has #${number} since`))).toHaveLength(1)
  const events = await base.db.select().from(incidentEvents).where(eq(incidentEvents.kind, 'acknowledged'))
  expect(events).toHaveLength(1)
})

describe('the buttons', () => {
  test('reopen what was resolved too early', async () => {
    await desk.command('Anna', '/alerts on', group)
    const { id } = await down()
    await desk.press('Anna', button(await cardIn('ops', id), 'Resolve'), group)
    expect(said(await desk.press('Anna', button(await cardIn('ops', id), 'Reopen'), group))).toContain(
      'open again',
    )
    expect(await now(id)).toMatchObject({ state: 'open', reopenings: 1 })
  })

  test('give it to somebody, from a list of people', async () => {
    await desk.command('Anna', '/alerts on', group)
    const { id, number } = await down()
    const people = cardOf(await desk.press('Anna', button(await cardIn('ops', id), 'Reassign…'), group))
    expect(people.title).toBe(`Who takes #${number} url-shortener is down?`)
    expect(people.buttons?.flat().map(({ label }) => label)).toEqual(['Anna', 'Boris', 'Olga'])
    expect(said(await desk.press('Anna', button(people, 'Boris'), group))).toBe(
      `#${number} is given to Boris.`,
    )
    expect((await cardIn('ops', id))?.body).toContain('Given to Boris')
    expect(said(await desk.press('Anna', button(people, 'Olga'), group))).toContain('Nothing changed')
  })

  test('do nothing for somebody who may not handle incidents', async () => {
    await desk.command('Anna', '/alerts on', group)
    const { id } = await down()
    const card = await cardIn('ops', id)
    expect(said(await desk.press('Olga', button(card, 'Acknowledge'), group))).toContain('Only operators')
    expect(said(await desk.press('Olga', button(card, 'Fix'), group))).toContain('Only operators')
    expect(await now(id)).toMatchObject({ state: 'open', recoveryAttempts: 0 })
  })

  test('begin a repair once, however many press', async () => {
    await desk.command('Anna', '/alerts on', group)
    const { project } = await desk.project(anna, 'guestbook')
    const { id } = await down({ projectId: project.id })
    const fix = button(await cardIn('ops', id), 'Fix')
    expect(said(await desk.press('Anna', fix, group))).toContain('begins')
    expect(said(await desk.press('Boris', fix, group))).toContain('under way already')
    const card = await cardIn('ops', id)
    expect(card?.body).toContain('A repair is under way')
    expect(() => button(card, 'Fix')).toThrow()
  })
})

const replyTo = async (id: string, text: string) => {
  const key = sql`${outbox.key} like ${`incident:${id}:%`}`
  await base.db
    .update(outbox)
    .set({ parts: [{ ref: `card-${id}`, hash: '' }] })
    .where(key)
  return desk.write('Anna', { kind: 'text', text, replyTo: `card-${id}` }, group)
}

describe('who asks how things are', () => {
  test('reads what is wrong and in nobody’s hands first, the worst at the top', async () => {
    const worst = await down()
    const minor = await down({ key: 'disk_full:1', kind: 'disk_full', subject: 'web-1', severity: 'warning' })
    for (const line of ['/status', '/incidents']) {
      const { body = '', tone } = cardOf(await desk.command('Anna', line))
      expect(tone, line).toBe('danger')
      expect(body.indexOf(`#${worst.number}`), line).toBeLessThan(body.indexOf(`#${minor.number}`))
      expect(body, line).toContain(`#${worst.number}`)
    }
    await desk.command('Anna', `/ack ${worst.number}`)
    await desk.command('Anna', `/resolve ${minor.number}`)
    const { body = '', tone } = cardOf(await desk.command('Anna', '/status'))
    expect(body).toContain('Nothing needs you')
    expect(body).toMatch(/Under way[\s\S]*Anna has it/)
    expect(tone).toBe('neutral')
  })
})

describe('the commands', () => {
  test('mean the only incident there is when no number is said', async () => {
    const { id, number } = await down()
    expect(said(await desk.command('Anna', '/ack'))).toBe(`#${number} is yours.`)
    await down({ key: 'service_unhealthy:2', subject: 'guestbook' })
    expect(said(await desk.command('Anna', '/resolve'))).toMatch(
      /^Several are open: \\?#\d+, #\d+\. Say which one, for example `\/resolve \d+`/,
    )
    expect((await now(id)).state).toBe('acknowledged')
  })

  test('move an incident by its number', async () => {
    const { id, number } = await down()
    const say = async (line: string) => said(await desk.command('Anna', line.replace('N', String(number))))
    expect(await say('/silence #N 2h')).toMatch(`#${number} is quiet until 14:`)
    expect(await now(id)).toMatchObject({ state: 'silenced' })
    expect(await say('/silence #N 2h30m')).toMatch(`#${number} is quiet until 14:30`)
    expect(await say('/silence N 2h30')).toContain('/silence [N] TIME')
    expect(await say('/unsilence N')).toContain('not quiet any more')
    expect(await say('/assign N Boris')).toContain('given to Boris')
    expect(await say('/assign N me')).toContain('given to Anna')
    expect(await say('/note N the disk is *full*')).toBe('Noted.')
    expect(await say('/ack N')).toContain('is yours')
    expect(await say('/unack N')).toContain('needs somebody again')
    expect(await say('/resolve N turned it off and on')).toContain('is over')
    expect(await now(id)).toMatchObject({ state: 'resolved', note: 'turned it off and on' })
    expect(await say('/reopen N')).toContain('is open again')
    const timeline = cardOf(await desk.command('Boris', `/incident ${number}`))
    expect(timeline.body).toContain('Anna: the disk is \\*full\\*')
  })

  test.each(['/silence 1', '/silence 1 soon', '/silence 1 0m', '/silence 1 400d', '/note', '/assign'])(
    'explain themselves when they are not understood: %s',
    async (line) => {
      const { id, number } = await down()
      const before = await now(id)
      expect(said(await desk.command('Anna', line.replace('1', String(number))))).toMatch(
        /Please write it like this/,
      )
      expect(await now(id)).toEqual(before)
    },
  )

  test('tell of what is not there', async () => {
    expect(said(await desk.command('Anna', '/ack 999999'))).toContain('There is no incident 999999')
    expect(said(await desk.command('Anna', '/ack'))).toBe('Nothing is wrong right now.')
    expect(cardOf(await desk.command('Anna', '/incidents'))).toMatchObject({ tone: 'success' })
  })

  test('list what is wrong, what was, and what is mine', async () => {
    const first = await down()
    const second = await down({ key: 'service_unhealthy:2', subject: 'guestbook', severity: 'warning' })
    await recovers()
    await desk.command('Boris', `/ack ${second.number}`)
    const list = async (who: string, line: string) => cardOf(await desk.command(who, line)).body
    expect(await list('Anna', '/incidents')).toMatch(
      /^- 🟠 \*\*#\d+\*\* guestbook is down · 0 s · Boris has it$/,
    )
    expect(await list('Anna', '/incidents all')).toContain(`#${first.number}`)
    expect(await list('Anna', '/incidents mine')).toBe('Nothing is wrong.')
    expect(await list('Boris', '/incidents mine')).toContain('guestbook')
  })

  test('report what nothing here looks at, and wake people for it', async () => {
    await desk.command('Anna', '/alerts on', group)
    const card = cardOf(await desk.command('Boris', '/incident new people cannot log in'))
    expect(card).toMatchObject({
      tone: 'danger',
      title: expect.stringMatching(/^#\d+ people cannot log in$/),
    })
    expect(await base.db.select().from(incidentTimers)).toHaveLength(1)
    const smaller = cardOf(await desk.command('Boris', '/incident new warning the logo is blue'))
    expect(smaller).toMatchObject({ tone: 'warning' })
    expect(said(await desk.command('Olga', '/incident new I am bored'))).toContain('Only operators')
  })

  test('show what was reported by hand once in a chat that hears of it anyway', async () => {
    await desk.command('Anna', '/alerts on', group)
    const answer = await desk.command('Boris', '/incident new people cannot log in', group)
    expect(said(answer)).toMatch(/^#\d+ is noted\.$/)
  })

  test('said in reply to a card are about that incident', async () => {
    await desk.command('Anna', '/alerts on', group)
    const first = await down()
    const second = await down({ key: 'service_unhealthy:2', subject: 'guestbook' })
    const key = sql`${outbox.key} like ${`incident:${second.id}:%`}`
    await base.db
      .update(outbox)
      .set({ parts: [{ ref: 'card-2', hash: '' }] })
      .where(key)
    const row = await desk.write(
      'Anna',
      { kind: 'command', name: 'resolve', args: 'all well', replyTo: 'card-2' },
      group,
    )
    await desk.router.handle(row)
    expect(await now(second.id)).toMatchObject({ state: 'resolved', note: 'all well' })
    expect(await now(first.id)).toMatchObject({ state: 'open' })
  })

  test.each([
    ['беру', 'acknowledged'],
    ['Got it!', 'acknowledged'],
    ['fixed', 'resolved'],
    ['note: it is the disk', 'open'],
  ] as const)('are said in a word in reply to a card: %s', async (text, state) => {
    await desk.command('Anna', '/alerts on', group)
    const { id } = await down()
    const row = await replyTo(id, text)
    expect(await desk.router.takeQuestion(row, anna)).toBe(true)
    expect(await now(id)).toMatchObject({ state })
  })

  test('are not made of other talk in reply to a card', async () => {
    await desk.command('Anna', '/alerts on', group)
    const { id } = await down()
    expect(await desk.router.takeQuestion(await replyTo(id, 'is it fixed?'), anna)).toBe(false)
    const elsewhere = await desk.write('Anna', { kind: 'text', text: 'fixed', replyTo: 'other' }, group)
    expect(await desk.router.takeQuestion(elsewhere, anna)).toBe(false)
    expect(await now(id)).toMatchObject({ state: 'open' })
  })

  test('show the timeline with what comes next', async () => {
    const { number } = await down()
    const timeline = cardOf(await desk.command('Anna', `/incident ${number}`))
    expect(timeline.body).toContain('noticed, critical: connection refused')
    expect(timeline.body).toContain('whoever is on call is called')
    expect(timeline.body).toMatch(/in 5 min\) · whoever is on call/)
    await desk.clock.advance(MINUTE_MS)
  })
})
