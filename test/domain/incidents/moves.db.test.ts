import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/clock.ts'
import { auditEntries, pages } from '../../../src/db/schema/index.ts'
import {
  acknowledge,
  assign,
  note,
  silence,
  unacknowledge,
  unsilence,
} from '../../../src/domain/incidents/moves.ts'
import { reopen } from '../../../src/domain/incidents/reopen.ts'
import { resolve } from '../../../src/domain/incidents/resolve.ts'
import { GRACE_MS, REOPEN_WINDOW_MS } from '../../../src/domain/incidents/times.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { type House, openHouse, serviceDown } from './house.ts'

let house: House
let anna: Person
let boris: Person
beforeAll(async () => {
  house = await openHouse()
  anna = await house.person('Anna')
  boris = await house.person('Boris')
})
afterAll(() => house.close())

const inGrace = () => new Date(house.clock.now().getTime() + GRACE_MS)

describe('a person who acknowledges', () => {
  test('has it: nobody else is asked, and a reminder is set', async () => {
    const { incident } = await house.report()
    const moved = await house.move(acknowledge, { id: incident.id, version: 1, person: anna })
    expect(moved).toMatchObject({
      outcome: 'done',
      incident: { state: 'acknowledged', version: 2, acknowledgedBy: anna.id },
    })
    expect(await house.timers(incident.id)).toMatchObject([
      { kind: 'remind', dueAt: new Date(house.clock.now().getTime() + HOUR_MS) },
    ])
    const audited = await house.db
      .select()
      .from(auditEntries)
      .where(
        and(
          eq(auditEntries.subject, `incident:${incident.number}`),
          eq(auditEntries.action, 'incident.acknowledge'),
        ),
      )
    expect(audited).toMatchObject([{ userId: anna.id, actor: 'Anna', surface: 'telegram' }])
  })

  test('a moment after somebody else learns who has it and changes nothing', async () => {
    const { incident } = await house.report()
    await house.move(acknowledge, { id: incident.id, version: 1, person: anna })
    for (const version of [1, undefined])
      expect(await house.move(acknowledge, { id: incident.id, version, person: boris })).toMatchObject({
        outcome: 'moved_on',
        incident: { acknowledgedBy: anna.id, version: 2 },
        wake: [],
      })
    expect(await house.events(incident.id)).toEqual(['opened', 'acknowledged'])
  })

  test('again says that they still have it, and is asked later', async () => {
    const { incident } = await house.report()
    await house.move(acknowledge, { id: incident.id, person: anna })
    await house.clock.advance(59 * MINUTE_MS)
    expect(await house.move(acknowledge, { id: incident.id, person: anna })).toMatchObject({
      outcome: 'done',
    })
    expect(await house.timers(incident.id)).toMatchObject([
      { kind: 'remind', round: 0, dueAt: new Date(house.clock.now().getTime() + HOUR_MS) },
    ])
  })

  test('is asked about a warning only after a day', async () => {
    const { incident } = await house.report({ severity: 'warning' })
    await house.move(acknowledge, { id: incident.id, person: anna })
    expect(await house.timers(incident.id)).toMatchObject([
      { kind: 'remind', dueAt: new Date(house.clock.now().getTime() + DAY_MS) },
    ])
  })

  test('and takes it back has ten seconds before others are asked', async () => {
    const { incident } = await house.report()
    await house.move(acknowledge, { id: incident.id, person: anna })
    await house.move(unacknowledge, { id: incident.id, person: anna })
    expect(await house.find(incident.id)).toMatchObject({ state: 'open', acknowledgedBy: null })
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'escalate', step: 0, dueAt: inGrace() }])
  })
})

describe('a silence', () => {
  test('can be made longer, and ended by hand', async () => {
    const { incident } = await house.report()
    const until = (ms: number) => new Date(house.clock.now().getTime() + ms)
    await house.move(silence, { id: incident.id, forMs: HOUR_MS, person: anna })
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'unsilence', dueAt: until(HOUR_MS) }])
    await house.move(silence, { id: incident.id, forMs: 4 * HOUR_MS, person: boris })
    expect(await house.find(incident.id)).toMatchObject({
      state: 'silenced',
      silencedUntil: until(4 * HOUR_MS),
      silencedBy: boris.id,
    })
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'unsilence', dueAt: until(4 * HOUR_MS) }])
    await house.move(unsilence, { id: incident.id, person: anna })
    expect(await house.find(incident.id)).toMatchObject({ state: 'open', silencedUntil: null })
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'escalate', dueAt: inGrace() }])
  })

  test('of no time, of more than a month or of nonsense is refused', async () => {
    const { incident } = await house.report()
    for (const forMs of [0, -HOUR_MS, 31 * DAY_MS, Number.NaN])
      await expect(house.move(silence, { id: incident.id, forMs, person: anna })).rejects.toMatchObject({
        code: 'invalid',
      })
    expect(await house.events(incident.id)).toEqual(['opened'])
  })
})

describe('a person who resolves', () => {
  test('ends it, with a word about it', async () => {
    const { incident } = await house.report()
    await house.move(resolve, { id: incident.id, person: anna, note: ' restarted it ' })
    expect(await house.find(incident.id)).toMatchObject({
      state: 'resolved',
      resolution: 'person',
      resolvedBy: anna.id,
      note: 'restarted it',
    })
    expect(await house.timers(incident.id)).toEqual([])
  })

  test('on a card that is old changes nothing: not what healed by itself, not what is back since', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    await house.heal(finding.key)
    for (const move of [acknowledge, unacknowledge, resolve, unsilence])
      expect(await house.move(move, { id: incident.id, version: 1, person: anna })).toMatchObject({
        outcome: 'moved_on',
        incident: { state: 'resolved', resolution: 'healed', version: 2 },
      })
    await house.report(finding)
    expect(await house.move(resolve, { id: incident.id, version: 1, person: anna })).toMatchObject({
      outcome: 'moved_on',
      incident: { state: 'open', version: 3 },
    })
    expect(await house.events(incident.id)).toEqual(['opened', 'resolved', 'reopened'])
  })

  test('and thinks better of it re-opens the same incident, and nobody is paged for ten seconds', async () => {
    const { incident } = await house.report()
    await house.move(resolve, { id: incident.id, person: anna })
    expect(await house.move(reopen, { id: incident.id, person: anna })).toMatchObject({
      outcome: 'done',
      incident: { state: 'open', reopenings: 1, resolution: null },
    })
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'escalate', dueAt: inGrace() }])
    expect(await house.move(reopen, { id: incident.id, person: anna })).toMatchObject({ outcome: 'moved_on' })
  })

  test('cannot re-open an old incident beside a newer one of the same thing', async () => {
    const finding = serviceDown()
    const { incident: old } = await house.report(finding)
    await house.heal(finding.key)
    await house.clock.advance(REOPEN_WINDOW_MS)
    const { incident: newer } = await house.report(finding)
    expect(await house.move(reopen, { id: old.id, person: anna })).toMatchObject({
      outcome: 'moved_on',
      incident: { id: newer.id },
    })
    expect((await house.find(old.id)).state).toBe('resolved')
  })
})

describe('an incident', () => {
  test('is given to somebody who can handle it, and goes on being escalated until they have it', async () => {
    const { incident } = await house.report()
    const [before] = await house.timers(incident.id)
    await house.move(assign, { id: incident.id, to: boris.id, person: anna })
    expect(await house.find(incident.id)).toMatchObject({ state: 'open', assigneeId: boris.id })
    expect(await house.timers(incident.id)).toEqual([before])
    const viewer = await house.person('Vera', 'viewer')
    await expect(house.move(assign, { id: incident.id, to: viewer.id, person: anna })).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('takes notes at any time, without making what others see old', async () => {
    const { incident } = await house.report()
    expect(
      await house.move(note, { id: incident.id, text: 'disk?', version: 99, person: anna }),
    ).toMatchObject({
      outcome: 'done',
      incident: { version: 1 },
    })
    await house.move(resolve, { id: incident.id, version: 1, person: anna })
    await house.move(note, { id: incident.id, text: 'it was the disk', person: boris })
    expect(await house.events(incident.id)).toEqual(['opened', 'note', 'resolved', 'note'])
    await expect(house.move(note, { id: incident.id, text: '  ', person: anna })).rejects.toMatchObject({
      code: 'invalid',
    })
  })

  test('is handled by operators, by the owner of its project, and by whoever was called', async () => {
    const [owner, called, member, viewer] = await Promise.all([
      house.person('Olga', 'member'),
      house.person('Carl', 'member'),
      house.person('Mia', 'member'),
      house.person('Vera', 'viewer'),
    ])
    const project = await house.project(owner.id)
    const { incident } = await house.report({ projectId: project.id })
    for (const userId of [called.id, viewer.id])
      await house.db
        .insert(pages)
        .values({ incidentId: incident.id, userId, outcome: 'delivered', occasion: 'a step' })
    for (const person of [member, viewer])
      await expect(house.move(acknowledge, { id: incident.id, person })).rejects.toMatchObject({
        code: 'forbidden',
      })
    expect(await house.events(incident.id)).toEqual(['opened'])
    for (const person of [owner, called, anna]) {
      expect(await house.move(acknowledge, { id: incident.id, person })).toMatchObject({ outcome: 'done' })
      await house.move(unacknowledge, { id: incident.id, person })
    }
  })

  test('that does not exist cannot be moved', async () => {
    await expect(
      house.move(resolve, { id: '00000000-0000-4000-8000-000000000000', person: anna }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('two people who click at the same moment', () => {
  test('do it once, and the other learns who', async () => {
    for (let round = 0; round < 20; round++) {
      const { incident } = await house.report()
      const outcomes = await Promise.all(
        [anna, boris].map((person) => house.move(acknowledge, { id: incident.id, version: 1, person })),
      )
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'moved_on'])
      const first = outcomes[0]?.outcome === 'done' ? anna : boris
      for (const { incident: seen } of outcomes) expect(seen.acknowledgedBy).toBe(first.id)
      expect(await house.events(incident.id)).toEqual(['opened', 'acknowledged'])
    }
  })

  test('while it heals by itself never undo that', async () => {
    for (let round = 0; round < 20; round++) {
      const finding = serviceDown()
      const { incident } = await house.report(finding)
      const [ack, end] = await Promise.all([
        house.move(acknowledge, { id: incident.id, version: 1, person: anna }),
        house.move(resolve, { id: incident.id, version: 1, person: boris }),
        house.heal(finding.key),
      ])
      const now = await house.find(incident.id)
      expect(now.state).toBe('resolved')
      expect(await house.timers(incident.id)).toEqual([])
      expect([ack, end].filter(({ outcome }) => outcome === 'done').length).toBeLessThanOrEqual(1)
      expect(now.resolution).toBe(end.outcome === 'done' ? 'person' : 'healed')
      expect(now.acknowledgedBy).toBe(ack.outcome === 'done' ? anna.id : null)
      expect(await house.events(incident.id)).toHaveLength(now.version)
    }
  })
})
