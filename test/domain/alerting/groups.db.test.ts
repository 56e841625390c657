import { and, eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../src/clock.ts'
import { identities, outbox } from '../../../src/db/schema/index.ts'
import { acknowledge, unacknowledge } from '../../../src/domain/incidents/moves.ts'
import { openStation, type Station } from './station.ts'

let station: Station

beforeEach(async () => {
  station = await openStation()
})
afterEach(async () => {
  await station.delivery.stop()
  await station.close()
})

const TEAM = 'telegram:1:team'
const called = (number: number) => `#${number} needs somebody`
const lines = () => station.telegram.shown(TEAM).filter((line) => line.includes('needs somebody'))

/** Something critical that a group has been shown. */
const shownToTeam = async () => {
  await station.hearing('team')
  const { incident } = await station.report()
  await station.quiet()
  return incident
}

test('whoever is called is called in the group that shows the incident, by a line that points at its card', async () => {
  const { reachable, page, quiet, settle, telegram, pagesOf } = station
  const anna = await reachable('Anna', ['telegram'])
  const incident = await shownToTeam()
  await page(incident, anna.id, 'escalate:1:0:0')
  await quiet()
  const [card, line] = telegram.messages(TEAM)
  expect(line).toMatchObject({ text: called(incident.number), replyTo: card?.ref })
  await settle()
  expect((await pagesOf(incident.id)).map(({ outcome }) => outcome)).toEqual([
    'delivered',
    'delivered',
    'delivered',
  ])
})

test('nobody is called there a second time in one escalation; the next person is, and everybody in the next one', async () => {
  const { reachable, page, quiet, clock, move, find, wake } = station
  const anna = await reachable('Anna', ['telegram'])
  const boris = await reachable('Boris', ['telegram'])
  const incident = await shownToTeam()
  const call = async (userId: string, step: number) => {
    const now = await find(incident.id)
    await page(now, userId, `escalate:${now.version}:0:${step}`)
    await quiet()
    await clock.advance(5 * MINUTE_MS)
    return lines().length
  }
  expect(await call(anna.id, 0)).toBe(1)
  expect(await call(anna.id, 2)).toBe(1)
  expect(await call(boris.id, 4)).toBe(2)
  for (const verb of [acknowledge, unacknowledge])
    wake((await move(verb, { id: incident.id, person: boris })).wake)
  expect(await call(anna.id, 0)).toBe(3)
})

test('several who are called in one breath share a line', async () => {
  const { reachable, page, quiet } = station
  const people = [await reachable('Anna', ['telegram']), await reachable('Boris', ['telegram'])]
  const incident = await shownToTeam()
  for (const [step, { id }] of people.entries()) await page(incident, id, `escalate:1:0:${step}`)
  await quiet()
  expect(lines()).toEqual([called(incident.number)])
})

test('a card that the group has not seen yet mentions them itself', async () => {
  const { reachable, page, quiet, telegram, hearing, report } = station
  const anna = await reachable('Anna', ['telegram'])
  await hearing('team')
  telegram.limit(TEAM, MINUTE_MS)
  const { incident } = await report()
  await station.delivery.drain()
  await page(incident, anna.id, 'escalate:1:0:0')
  await quiet()
  expect(telegram.shown(TEAM)).toEqual([`#${incident.number} url-shortener is down`])
})

test('who has no account on a platform is not called in its groups, and for a warning nobody is', async () => {
  const { reachable, page, quiet, report, db } = station
  const anna = await reachable('Anna', ['slack'])
  const incident = await shownToTeam()
  await page(incident, anna.id, 'escalate:1:0:0')
  await db
    .insert(identities)
    .values({ platform: 'telegram', platformUserId: '7', userId: anna.id, name: 'Anna' })
  const { incident: warning } = await report({ severity: 'warning' })
  await quiet()
  await page(warning, anna.id, 'escalate:1:0:0')
  await quiet()
  expect(lines()).toEqual([])
})

test('who is called for many things at once is mentioned once in a minute, and a reminder stays private', async () => {
  const { reachable, page, quiet, report, hearing } = station
  const anna = await reachable('Anna', ['telegram'])
  await hearing('team')
  const incidents = []
  for (let count = 0; count < 8; count += 1) incidents.push((await report()).incident)
  await quiet()
  for (const incident of incidents) await page(incident, anna.id, 'escalate:1:0:0')
  for (const incident of incidents) await page(incident, anna.id, 'remind:2:0')
  await quiet()
  expect(lines()).toHaveLength(1)
})

test('a line that comes late says who has it, and calls nobody', async () => {
  const { reachable, page, quiet, telegram, move, db, wake } = station
  const anna = await reachable('Anna', ['telegram'])
  const incident = await shownToTeam()
  telegram.limit(TEAM, MINUTE_MS)
  await page(incident, anna.id, 'escalate:1:0:0')
  wake((await move(acknowledge, { id: incident.id, person: anna })).wake)
  await quiet()
  expect(lines()).toEqual([])
  const said = await db
    .select()
    .from(outbox)
    .where(and(sql`${outbox.content} ->> 'view' = 'incident-call'`, eq(outbox.state, 'delivered')))
  expect(said).toHaveLength(1)
})
