import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../src/clock.ts'
import { alertSubscriptions, incidentEvents, incidents } from '../../../src/db/schema/index.ts'
import { PAGE_PATIENCE_MS } from '../../../src/domain/alerting/settle-pages.ts'
import { acknowledge } from '../../../src/domain/incidents/moves.ts'
import { resolve } from '../../../src/domain/incidents/resolve.ts'
import { openStation, type Station } from './station.ts'

let station: Station

beforeEach(async () => {
  station = await openStation()
})
afterEach(async () => {
  await station.delivery.stop()
  await station.close()
})

const PRIVATE = { telegram: 'telegram:1:Anna:0', slack: 'slack:T1:DAnna:main' } as const

const outcomes = async (id: string) =>
  (await station.pagesOf(id)).map(({ outcome, attempt, reason }) => ({ outcome, attempt, reason }))

const failing = () => station.db.select().from(incidents).where(eq(incidents.kind, 'delivery_failing'))

describe('somebody who is called', () => {
  test('gets the card where they wrote last, and its row tells that it came', async () => {
    const { reachable, report, page, quiet, settle, telegram, slack } = station
    const anna = await reachable('Anna', ['telegram', 'slack'])
    const { incident } = await report()
    expect(await page(incident, anna.id, 'escalate:1:0:0')).toBe('queued')
    await quiet()
    expect(slack.shown(PRIVATE.slack)).toEqual([`#${incident.number} url-shortener is down`])
    expect(telegram.shown(PRIVATE.telegram)).toEqual([])
    await settle()
    expect(await outcomes(incident.id)).toMatchObject([{ outcome: 'delivered', attempt: 0 }])
  })

  test('is called once for an occasion, however often the step is repeated after a crash', async () => {
    const { reachable, report, page, quiet, slack } = station
    const anna = await reachable('Anna', ['slack'])
    const { incident } = await report()
    await page(incident, anna.id, 'escalate:1:0:0')
    await page(incident, anna.id, 'escalate:1:0:0')
    await quiet()
    expect(slack.shown(PRIVATE.slack)).toHaveLength(1)
  })

  test('hears it again at the next step, by a line that points at the card', async () => {
    const { reachable, report, page, quiet, slack, clock } = station
    const anna = await reachable('Anna', ['slack'])
    const { incident } = await report()
    await page(incident, anna.id, 'escalate:1:0:0')
    await quiet()
    await clock.advance(5 * MINUTE_MS)
    await page(incident, anna.id, 'escalate:1:0:2')
    await quiet()
    const [card, call] = slack.messages(PRIVATE.slack)
    expect(call).toMatchObject({
      text: expect.stringContaining(`/ack ${incident.number}`),
      replyTo: card?.ref,
    })
  })

  test('is asked whether they still have it', async () => {
    const { reachable, report, page, quiet, slack } = station
    const anna = await reachable('Anna', ['slack'])
    const { incident } = await report()
    await page(incident, anna.id, 'escalate:1:0:0')
    await page(incident, anna.id, 'remind:2:0')
    await quiet()
    expect(slack.shown(PRIVATE.slack)[1]).toContain(`Do you still have #${incident.number}`)
  })

  test('whose chat hears of everything anyway is not told twice in one minute', async () => {
    const { reachable, report, page, quiet, slack, db } = station
    const anna = await reachable('Anna', ['slack'])
    const [chat] = await db.execute(sql`select id from conversations where key = ${PRIVATE.slack}`)
    await db.insert(alertSubscriptions).values({ conversationId: String(chat?.id), least: 'info' })
    const { incident } = await report()
    await page(incident, anna.id, 'escalate:1:0:0')
    await quiet()
    expect(slack.shown(PRIVATE.slack)).toHaveLength(1)
  })

  test('who blocked the bot is called at their next place', async () => {
    const { reachable, report, page, quiet, settle, telegram, slack } = station
    const anna = await reachable('Anna', ['telegram', 'slack'])
    slack.block(PRIVATE.slack)
    const { incident } = await report()
    await page(incident, anna.id, 'escalate:1:0:0')
    await quiet()
    await settle()
    await quiet()
    expect(telegram.shown(PRIVATE.telegram)).toEqual([`#${incident.number} url-shortener is down`])
    await settle()
    expect((await station.pagesOf(incident.id)).filter(({ userId }) => userId)).toMatchObject([
      { outcome: 'failed', reason: 'platform_refused', attempt: 0 },
      { outcome: 'delivered', attempt: 1 },
    ])
  })

  test('is called there once, however many processes find out at the same moment', async () => {
    const { reachable, report, page, quiet, settle, telegram, slack } = station
    const anna = await reachable('Anna', ['telegram', 'slack'])
    slack.block(PRIVATE.slack)
    const { incident } = await report()
    await page(incident, anna.id, 'escalate:1:0:0')
    await quiet()
    await Promise.all([settle(), settle(), settle()])
    await quiet()
    expect(telegram.shown(PRIVATE.telegram)).toHaveLength(1)
    expect(await outcomes(incident.id)).toHaveLength(2)
  })

  test('is called at their next place when the first is only slow', async () => {
    const { reachable, report, page, settle, telegram, slack, clock, quiet } = station
    const anna = await reachable('Anna', ['telegram', 'slack'])
    slack.limit(PRIVATE.slack, 10 * MINUTE_MS)
    const { incident } = await report()
    await page(incident, anna.id, 'escalate:1:0:0')
    await settle()
    expect(telegram.shown(PRIVATE.telegram)).toEqual([])
    await clock.advance(PAGE_PATIENCE_MS)
    await settle()
    await station.delivery.drain()
    expect(telegram.shown(PRIVATE.telegram)).toHaveLength(1)
    // Both show it in the end, and nobody is called a third time.
    await quiet(10_000)
    await settle()
    expect(slack.shown(PRIVATE.slack)).toHaveLength(1)
    expect((await station.pagesOf(incident.id)).filter(({ userId }) => userId)).toHaveLength(2)
  })

  test('who can be reached nowhere is an incident, told to the others, which ends when they are reached', async () => {
    const { reachable, report, page, quiet, settle, slack, telegram, hearing, pagesOf, writes } = station
    const anna = await reachable('Anna', ['slack'])
    const ops = await hearing('ops')
    slack.block(PRIVATE.slack)
    const { incident } = await report()
    await page(incident, anna.id, 'escalate:1:0:0')
    await quiet()
    await settle()
    expect((await pagesOf(incident.id)).map(({ outcome }) => outcome)).toContain('no_channel')
    expect(await failing()).toMatchObject([{ state: 'open', subject: 'Anna', severity: 'warning' }])
    await quiet()
    expect(telegram.shown(ops.key).join()).toContain('Anna cannot be reached')
    const events = await station.db
      .select()
      .from(incidentEvents)
      .where(eq(incidentEvents.kind, 'page_failed'))
    expect(events).toMatchObject([{ incidentId: incident.id, detail: { name: 'Anna' } }])

    await writes(anna, 'telegram')
    const { incident: next } = await report({ key: 'service_unhealthy:next' })
    await page(next, anna.id, 'escalate:1:0:0')
    await quiet()
    await settle()
    const [person] = (await failing()).filter(({ subject }) => subject === 'Anna')
    expect(person).toMatchObject({ state: 'resolved', resolution: 'healed' })
  })

  test('is not called anywhere else for what is over meanwhile', async () => {
    const { reachable, report, page, quiet, settle, telegram, slack, heal } = station
    const anna = await reachable('Anna', ['telegram', 'slack'])
    slack.block(PRIVATE.slack)
    const { incident } = await report({ key: 'service_unhealthy:short' })
    await page(incident, anna.id, 'escalate:1:0:0')
    await quiet()
    await heal('service_unhealthy:short')
    await settle()
    await quiet()
    expect(telegram.shown(PRIVATE.telegram)).toEqual([])
  })
})

describe('when it is over', () => {
  test('everybody who was called hears of it, except the one who ended it', async () => {
    const { reachable, report, page, quiet, telegram, db, clock, wake } = station
    const anna = await reachable('Anna', ['telegram'])
    const boris = await reachable('Boris', ['telegram'])
    await reachable('Clara', ['telegram'])
    const { incident } = await report()
    for (const { id } of [anna, boris]) await page(incident, id, 'escalate:1:0:0')
    await quiet()
    const by = { person: anna, surface: 'telegram' }
    const done = await db.transaction((tx) => resolve(tx, { id: incident.id, by, now: clock.now() }))
    wake(done.wake)
    await quiet()
    expect(telegram.shown('telegram:1:Anna:0')).toEqual([
      `#${incident.number} is over: url-shortener is down`,
    ])
    expect(telegram.shown('telegram:1:Boris:0')).toEqual([
      `#${incident.number} is over: url-shortener is down`,
      expect.stringMatching(/is over\.\*\* Anna resolved url-shortener after/),
    ])
    expect(telegram.shown('telegram:1:Clara:0')).toEqual([])
  })

  test('by itself, they hear that, too, and once for each time it was over', async () => {
    const { reachable, report, page, quiet, telegram, heal } = station
    const anna = await reachable('Anna', ['telegram'])
    const { incident } = await report({ key: 'service_unhealthy:flaps' })
    await page(incident, anna.id, 'escalate:1:0:0')
    await quiet()
    await heal('service_unhealthy:flaps')
    await report({ key: 'service_unhealthy:flaps' })
    await heal('service_unhealthy:flaps')
    await quiet()
    const lines = telegram.shown('telegram:1:Anna:0')
    expect(lines.filter((line) => line.includes('recovered by itself'))).toHaveLength(2)
  })

  test('who was not reached yet sees only that', async () => {
    const { reachable, report, page, quiet, telegram, heal } = station
    const anna = await reachable('Anna', ['telegram'])
    telegram.limit('telegram:1:Anna:0', MINUTE_MS)
    const { incident } = await report({ key: 'service_unhealthy:brief' })
    await page(incident, anna.id, 'escalate:1:0:0')
    await heal('service_unhealthy:brief')
    await quiet()
    expect(telegram.shown('telegram:1:Anna:0')).toEqual([
      `#${incident.number} is over: url-shortener is down`,
    ])
  })
})

test('a chat that removed the bot is an incident, told to the others, until it is reached again', async () => {
  const { hearing, report, quiet, settle, telegram } = station
  const gone = await hearing('gone')
  const ops = await hearing('ops')
  telegram.block(gone.key)
  await report()
  await quiet()
  await settle()
  await quiet()
  expect(await failing()).toMatchObject([{ state: 'open', facts: { conversationId: gone.id } }])
  expect(telegram.shown(ops.key)).toHaveLength(2)
  await report({ key: 'service_unhealthy:second' })
  await quiet()
  await settle()
  expect(await failing()).toMatchObject([{ occurrences: 2 }])
})

test('an acknowledged incident calls nobody else', async () => {
  const { reachable, report, page, quiet, settle, telegram, slack, move } = station
  const anna = await reachable('Anna', ['telegram', 'slack'])
  const boris = await reachable('Boris', ['telegram'])
  slack.block(PRIVATE.slack)
  const { incident } = await report()
  await page(incident, anna.id, 'escalate:1:0:0')
  await quiet()
  await move(acknowledge, { id: incident.id, person: boris })
  await settle()
  await quiet()
  expect(telegram.shown(PRIVATE.telegram)).toEqual([])
})
