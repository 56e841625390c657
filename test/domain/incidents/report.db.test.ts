import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import { connectDatabase } from '../../../src/db/client.ts'
import { incidents, outbox } from '../../../src/db/schema/index.ts'
import { PRIORITY, say } from '../../../src/domain/conversations/outbox.ts'
import { acknowledge, silence } from '../../../src/domain/incidents/moves.ts'
import { report } from '../../../src/domain/incidents/report.ts'
import { resolve } from '../../../src/domain/incidents/resolve.ts'
import {
  FLAP_GRACE_MAX_MS,
  flapGraceMs,
  GRACE_MS,
  REOPEN_WINDOW_MS,
} from '../../../src/domain/incidents/times.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { type House, openHouse, serviceDown } from './house.ts'

let house: House
let anna: Person
beforeAll(async () => {
  house = await openHouse()
  anna = await house.person('Anna')
})
afterAll(() => house.close())

const ofKey = (key: string) => house.db.select().from(incidents).where(eq(incidents.key, key))

describe('something that is wrong', () => {
  test('is one incident with a number, a timeline and somebody to be asked at once', async () => {
    const { incident, change } = await house.report()
    expect(change).toBe('opened')
    expect(incident).toMatchObject({ state: 'open', version: 1, occurrences: 1, reopenings: 0 })
    expect(incident.escalation?.[0]).toEqual({ kind: 'on_call' })
    expect(await house.events(incident.id)).toEqual(['opened'])
    expect(await house.timers(incident.id)).toMatchObject([
      { kind: 'escalate', step: 0, round: 0, dueAt: house.clock.now() },
    ])
  })

  test('is one incident when five processes find it at the same moment', async () => {
    const finding = { ...serviceDown(), now: house.clock.now() }
    const connections = Array.from({ length: 5 }, () => connectDatabase(house.url, { maxConnections: 1 }))
    try {
      const reports = await Promise.all(
        connections.map(({ db }) => db.transaction((tx) => report(tx, finding))),
      )
      expect(reports.map(({ change }) => change).sort()).toEqual([
        'again',
        'again',
        'again',
        'again',
        'opened',
      ])
      expect(await ofKey(finding.key)).toMatchObject([{ occurrences: 5, version: 1 }])
      const [incident] = await ofKey(finding.key)
      expect(await house.timers(incident?.id ?? '')).toHaveLength(1)
    } finally {
      await Promise.all(connections.map((one) => one.close()))
    }
  })

  test('cannot have a second open incident, whatever a program does', async () => {
    const { incident } = await house.report()
    const { number: _, id: __, ...same } = incident
    await expect(house.db.insert(incidents).values(same)).rejects.toMatchObject({
      cause: { constraint_name: 'incidents_one_open' },
    })
  })

  test('is counted every time, and shown ever more rarely', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    for (let times = 2; times <= 20; times++) await house.report({ ...finding, facts: { failures: times } })
    expect(await house.find(incident.id)).toMatchObject({
      occurrences: 20,
      version: 1,
      facts: { reason: 'connection refused', failures: 20 },
    })
    expect(await house.events(incident.id)).toEqual(['opened', 'again', 'again', 'again', 'again'])
  })

  test('gets worse, and never better by itself', async () => {
    const finding = serviceDown()
    const { incident } = await house.report({ ...finding, severity: 'info' })
    expect(await house.timers(incident.id)).toEqual([])
    expect(await house.report({ ...finding, severity: 'warning' })).toMatchObject({ change: 'worse' })
    expect(await house.timers(incident.id)).toEqual([])
    expect(await house.report({ ...finding, severity: 'critical' })).toMatchObject({
      change: 'worse',
      incident: { severity: 'critical', version: 3 },
    })
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'escalate', step: 0 }])
    for (const severity of ['info', 'warning'] as const)
      expect(await house.report({ ...finding, severity })).toMatchObject({
        change: 'again',
        incident: { severity: 'critical', version: 3 },
      })
  })

  test('that was silenced as something small is heard of when it is critical', async () => {
    const finding = serviceDown()
    const { incident } = await house.report({ ...finding, severity: 'warning' })
    await house.move(silence, { id: incident.id, forMs: 60 * MINUTE_MS, person: anna })
    const { incident: worse } = await house.report(finding)
    expect(worse).toMatchObject({ state: 'open', silencedUntil: null })
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'escalate', dueAt: house.clock.now() }])
  })

  test('that somebody has in hand stays theirs when it gets worse', async () => {
    const finding = serviceDown()
    const { incident } = await house.report({ ...finding, severity: 'warning' })
    await house.move(acknowledge, { id: incident.id, person: anna })
    const { incident: worse } = await house.report(finding)
    expect(worse).toMatchObject({ state: 'acknowledged', acknowledgedBy: anna.id, severity: 'critical' })
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'remind' }])
  })
})

describe('something that was right again and is wrong again', () => {
  test('within half an hour is the same incident, which says so', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    await house.move(acknowledge, { id: incident.id, person: anna })
    await house.heal(finding.key)
    await house.clock.advance(REOPEN_WINDOW_MS - SECOND_MS)
    const back = await house.report(finding)
    expect(back).toMatchObject({
      change: 'reopened',
      incident: {
        id: incident.id,
        number: incident.number,
        state: 'open',
        reopenings: 1,
        occurrences: 2,
        acknowledgedBy: null,
        resolvedAt: null,
        resolution: null,
      },
    })
    expect(await house.events(incident.id)).toEqual(['opened', 'acknowledged', 'resolved', 'reopened'])
  })

  test('is the same incident also when a person resolved it', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    await house.move(resolve, { id: incident.id, person: anna, note: 'restarted' })
    expect(await house.report(finding)).toMatchObject({
      change: 'reopened',
      incident: { id: incident.id, note: null, resolvedBy: null },
    })
  })

  test('after half an hour is a new one', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    await house.heal(finding.key)
    await house.clock.advance(REOPEN_WINDOW_MS)
    const later = await house.report(finding)
    expect(later).toMatchObject({ change: 'opened', incident: { reopenings: 0 } })
    expect(later.incident.id).not.toBe(incident.id)
  })

  test('while it was to be quiet is quiet until then, also after hours', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    const { incident: quiet } = await house.move(silence, {
      id: incident.id,
      forMs: 4 * HOUR_MS,
      person: anna,
    })
    for (let times = 0; times < 3; times++) {
      await house.heal(finding.key)
      await house.clock.advance(HOUR_MS)
      expect(await house.report(finding)).toMatchObject({
        change: 'reopened',
        incident: {
          id: incident.id,
          state: 'silenced',
          silencedUntil: quiet.silencedUntil,
          silencedBy: anna.id,
        },
      })
      expect(await house.timers(incident.id)).toMatchObject([
        { kind: 'unsilence', dueAt: quiet.silencedUntil },
      ])
    }
    await house.heal(finding.key)
    await house.clock.advance(HOUR_MS)
    expect(await house.report(finding)).toMatchObject({ change: 'opened', incident: { state: 'open' } })
  })

  test('is heard of all the same when it is worse than what was silenced, or was resolved by a person', async () => {
    const finding = { ...serviceDown(), severity: 'warning' } as const
    const { incident } = await house.report(finding)
    await house.move(silence, { id: incident.id, forMs: 4 * HOUR_MS, person: anna })
    await house.heal(finding.key)
    expect(await house.report({ ...finding, severity: 'critical' })).toMatchObject({
      incident: { state: 'open', silencedUntil: null },
    })
    await house.move(silence, { id: incident.id, forMs: 4 * HOUR_MS, person: anna })
    await house.move(resolve, { id: incident.id, person: anna })
    expect(await house.report(finding)).toMatchObject({ incident: { state: 'open', silencedUntil: null } })
  })

  test('waits longer each time before it pages, and at most five minutes', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    for (let reopenings = 1; reopenings <= 8; reopenings++) {
      await house.heal(finding.key)
      expect(await house.timers(incident.id)).toEqual([])
      await house.clock.advance(MINUTE_MS)
      await house.report(finding)
      const [timer] = await house.timers(incident.id)
      expect((timer?.dueAt.getTime() ?? 0) - house.clock.now().getTime()).toBe(flapGraceMs(reopenings))
    }
    expect(flapGraceMs(1)).toBe(GRACE_MS)
    expect(flapGraceMs(8)).toBe(FLAP_GRACE_MAX_MS)
    expect(await ofKey(finding.key)).toHaveLength(1)
  })

  test('is one incident when three processes find it back at the same moment', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    await house.heal(finding.key)
    const changes = await Promise.all([house.report(finding), house.report(finding), house.report(finding)])
    expect(changes.map(({ change }) => change).sort()).toEqual(['again', 'again', 'reopened'])
    expect(await ofKey(finding.key)).toMatchObject([{ id: incident.id, reopenings: 1 }])
  })
})

describe('something that is right again', () => {
  test('resolves by itself from whatever state, once', async () => {
    for (const move of [undefined, acknowledge, silence]) {
      const finding = serviceDown()
      const { incident } = await house.report(finding)
      if (move)
        await house.move(move as typeof silence, { id: incident.id, forMs: 60 * MINUTE_MS, person: anna })
      expect((await house.heal(finding.key))?.incident).toMatchObject({
        id: incident.id,
        state: 'resolved',
        resolution: 'healed',
        resolvedBy: null,
      })
      expect(await house.heal(finding.key)).toBeUndefined()
      expect(await house.timers(incident.id)).toEqual([])
    }
  })

  test('of which nothing was known is nothing', async () => {
    expect(await house.heal(`service_unhealthy:${randomUUID()}`)).toBeUndefined()
  })
})

describe('a chat that wants to hear of incidents', () => {
  test('has one message of each, and is woken for every change of it', async () => {
    const finding = serviceDown()
    const chat = await house.subscribe()
    const { incident, wake } = await house.report(finding)
    expect(wake).toContain(chat)
    expect((await house.heal(finding.key))?.wake).toContain(chat)
    expect((await house.report(finding)).wake).toContain(chat)
    const rows = await house.db
      .select()
      .from(outbox)
      .where(
        sql`${outbox.conversationId} = ${chat} and ${outbox.content} -> 'args' ->> 'id' = ${incident.id}`,
      )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.priority).toBe(PRIORITY.critical)
  })

  test('that asked for its timeline again and again has only the newest drawn anew', async () => {
    const finding = serviceDown()
    const chat = await house.subscribe()
    const { incident } = await house.report(finding)
    for (const n of [1, 2])
      await say(house.db, {
        conversationId: chat,
        key: `timeline-${n}:${incident.id}`,
        content: { type: 'view', view: 'incident-timeline', args: { id: incident.id } },
      })
    const versions = async () =>
      (
        await house.db
          .select({ version: outbox.version })
          .from(outbox)
          .where(
            sql`${outbox.conversationId} = ${chat} and ${outbox.content} -> 'args' ->> 'id' = ${incident.id}`,
          )
          .orderBy(outbox.seq)
      ).map(({ version }) => version)
    const [card = 0, older = 0, newer = 0] = await versions()
    await house.heal(finding.key)
    expect(await versions()).toEqual([card + 1, older, newer + 1])
  })

  test('hears of nothing smaller than it asked for, until it is as severe', async () => {
    const finding = serviceDown()
    const chat = await house.subscribe('critical')
    expect((await house.report({ ...finding, severity: 'warning' })).wake).not.toContain(chat)
    expect((await house.report(finding)).wake).toContain(chat)
  })

  test('about one project hears of no other', async () => {
    const [mine, other] = await Promise.all([house.project(anna.id), house.project(anna.id)])
    const chat = await house.subscribe('info', mine.id)
    expect((await house.report({ projectId: other.id })).wake).not.toContain(chat)
    expect((await house.report()).wake).not.toContain(chat)
    expect((await house.report({ projectId: mine.id })).wake).toContain(chat)
  })
})
