import { and, eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import { outbox, pages } from '../../../src/db/schema/index.ts'
import { CRITICAL_CARDS_MAX, STORM_BEGINS } from '../../../src/domain/alerting/storm.ts'
import { openStation, type Station } from './station.ts'

let station: Station

beforeEach(async () => {
  station = await openStation()
})
afterEach(async () => {
  await station.delivery.stop()
  await station.close()
})

const cardsIn = (conversationId: string) =>
  station.db
    .select()
    .from(outbox)
    .where(and(eq(outbox.conversationId, conversationId), sql`${outbox.content} ->> 'view' = 'incident'`))

const digestsIn = (conversationId: string) =>
  station.db
    .select()
    .from(outbox)
    .where(and(eq(outbox.conversationId, conversationId), sql`${outbox.content} ->> 'view' = 'digest'`))

const many = async (
  count: number,
  severity: 'warning' | 'critical' = 'warning',
  prefix: string = severity,
) => {
  for (let n = 0; n < count; n += 1)
    await station.report({ key: `service_unhealthy:${prefix}-${n}`, subject: `${prefix}-${n}`, severity })
}

describe('a storm', () => {
  test('is one digest that stays current, after the first cards', async () => {
    const { hearing, telegram, quiet, heal } = station
    const { id, key } = await hearing('ops')
    await many(STORM_BEGINS)
    await quiet()
    expect(telegram.shown(key)).toHaveLength(STORM_BEGINS)
    await many(40, 'warning', 'more')
    await quiet()
    expect(telegram.shown(key)).toHaveLength(STORM_BEGINS + 1)
    expect(telegram.shown(key).at(-1)).toBe('50 incidents are open')
    for (let n = 0; n < 30; n += 1) await heal(`service_unhealthy:more-${n}`)
    await quiet()
    expect(telegram.shown(key)).toHaveLength(STORM_BEGINS + 1)
    expect(telegram.shown(key).at(-1)).toBe('20 incidents are open')
    expect(await digestsIn(id)).toHaveLength(1)
  })

  test('says so when all of it is over', async () => {
    const { hearing, telegram, quiet, heal } = station
    const { key } = await hearing('ops')
    await many(STORM_BEGINS + 5)
    for (let n = 0; n < STORM_BEGINS + 5; n += 1) await heal(`service_unhealthy:warning-${n}`)
    await quiet()
    expect(telegram.shown(key).at(-1)).toBe('15 incidents, all over')
  })

  test('that is over tells of what comes back', async () => {
    const { hearing, telegram, quiet, heal, clock } = station
    const { key } = await hearing('ops')
    await many(STORM_BEGINS + 5)
    for (let n = 0; n < STORM_BEGINS + 5; n += 1) await heal(`service_unhealthy:warning-${n}`)
    await quiet()
    await clock.advance(5 * MINUTE_MS)
    await station.report({ key: 'service_unhealthy:warning-14', subject: 'warning-14', severity: 'warning' })
    await quiet()
    expect(telegram.shown(key)).toContain('1 incident is open')
    expect(telegram.shown(key).at(-1)).toMatch(/warning-14 is down/)
  })

  test('ends when it is calm again: what comes then has a card of its own', async () => {
    const { hearing, quiet, clock } = station
    const { id } = await hearing('ops')
    await many(STORM_BEGINS + 20)
    await quiet()
    const before = (await cardsIn(id)).length
    await clock.advance(2 * MINUTE_MS)
    await many(1, 'warning', 'later')
    expect(await cardsIn(id)).toHaveLength(before + 1)
    await many(STORM_BEGINS + 1, 'warning', 'again')
    expect(await digestsIn(id)).toHaveLength(2)
  })

  test('goes on while it only becomes weaker', async () => {
    const { hearing, clock } = station
    const { id } = await hearing('ops')
    await many(STORM_BEGINS + 5)
    const before = (await cardsIn(id)).length
    for (let n = 0; n < 20; n += 1) {
      await clock.advance(9 * SECOND_MS)
      await many(1, 'warning', `slow-${n}`)
    }
    expect(await cardsIn(id)).toHaveLength(before)
    expect(await digestsIn(id)).toHaveLength(1)
  })

  test('lets what is critical keep its own card, as many as a chat may have in a minute', async () => {
    const { hearing } = station
    const { id } = await hearing('ops')
    await many(STORM_BEGINS)
    await many(CRITICAL_CARDS_MAX + 20, 'critical')
    const cards = await cardsIn(id)
    const [digest] = await digestsIn(id)
    expect(cards.filter(({ priority }) => priority > 10).length).toBeGreaterThanOrEqual(
      CRITICAL_CARDS_MAX - STORM_BEGINS,
    )
    expect(cards.filter(({ priority }) => priority > 10).length).toBeLessThanOrEqual(CRITICAL_CARDS_MAX)
    expect(digest).toBeDefined()
  })

  test('in one chat is none in another that hears of less', async () => {
    const { hearing } = station
    const all = await hearing('all')
    const critical = await hearing('critical', 'critical')
    await many(STORM_BEGINS + 10)
    await many(2, 'critical')
    expect(await digestsIn(all.id)).toHaveLength(1)
    expect(await digestsIn(critical.id)).toHaveLength(0)
    expect(await cardsIn(critical.id)).toHaveLength(2)
  })

  test('of the same thing again and again is one card', async () => {
    const { hearing, report } = station
    const { id } = await hearing('ops')
    for (let n = 0; n < 50; n += 1) await report({ key: 'service_unhealthy:same', severity: 'warning' })
    expect(await cardsIn(id)).toHaveLength(1)
    expect(await digestsIn(id)).toHaveLength(0)
  })

  test('that several processes see begin at the same moment has one digest', async () => {
    const { hearing } = station
    const { id } = await hearing('ops')
    await many(STORM_BEGINS)
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        station.report({ key: `service_unhealthy:at-once-${n}`, severity: 'warning' }),
      ),
    )
    expect(await digestsIn(id)).toHaveLength(1)
  })
})

test('500 incidents during ten minutes of 429 are the critical ones at the pace of the platform, then one digest', async () => {
  const { hearing, telegram, clock, quiet, delivery } = station
  const { id, key } = await hearing('ops')
  telegram.limit(key, 10 * MINUTE_MS)
  const began = clock.now().getTime()
  for (let round = 0; round < 10; round += 1) {
    for (let n = 0; n < 50; n += 1) {
      const critical = n % 50 === 7
      const severity = critical ? 'critical' : 'warning'
      await station.report({
        key: `service_unhealthy:${round}-${n}`,
        subject: `${severity}-${round}-${n}`,
        severity,
      })
    }
    await clock.advance(MINUTE_MS)
  }
  await quiet()
  const freeAt = began + 10 * MINUTE_MS
  const sent = telegram.calls.filter(({ method, atMs }) => method === 'send' && atMs >= freeAt)
  const critical = sent.filter(({ text }) => text.includes('critical-'))
  // One of each round; nothing but them and the digest comes, and they come first.
  expect(critical).toHaveLength(10)
  expect(sent.slice(0, 10)).toEqual(critical)
  expect(telegram.shown(key)).toHaveLength(11)
  expect(telegram.shown(key).at(-1)).toBe('500 incidents are open')
  // Nothing else takes the room that the platform gives.
  const free = telegram.calls.filter(({ atMs }) => atMs >= freeAt)
  expect(free.slice(0, 10)).toEqual(critical)
  // Asking again while the platform says no is what makes it say no for longer.
  const refused = telegram.calls.filter(({ atMs }) => atMs < freeAt)
  expect(refused.length).toBeLessThanOrEqual(2)
  expect(await digestsIn(id)).toHaveLength(1)
  await station.settle()
  const [left] = await station.db
    .select({ count: sql<number>`count(*)::int` })
    .from(pages)
    .where(eq(pages.outcome, 'queued'))
  expect(left?.count).toBe(0)
  await delivery.drain()
})
