import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../src/clock.ts'
import { auditEntries } from '../../../src/db/schema/index.ts'
import type { EscalationStep } from '../../../src/db/shapes/incident.ts'
import { chainFor, defaultChain, setChain } from '../../../src/domain/incidents/chains.ts'
import { incidentByNumber, listIncidents, openIncidents } from '../../../src/domain/incidents/find.ts'
import { acknowledge, assign, silence } from '../../../src/domain/incidents/moves.ts'
import { timelineOf } from '../../../src/domain/incidents/timeline.ts'
import { GRACE_MS } from '../../../src/domain/incidents/times.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { type House, openHouse } from './house.ts'

let house: House
let owner: Person
let anna: Person
beforeAll(async () => {
  house = await openHouse()
  owner = await house.person('Olga', 'owner')
  anna = await house.person('Anna')
})
afterAll(() => house.close())

const inMs = (ms: number) => new Date(house.clock.now().getTime() + ms)
const setAs = (person: Person, steps: EscalationStep[], projectId?: string) =>
  house.db.transaction((tx) => setChain(tx, { projectId, steps }, { person, surface: 'telegram' }))

describe('what comes next', () => {
  test('is told from the chain, with names and times, to its end', async () => {
    await setAs(owner, [
      { kind: 'on_call' },
      { kind: 'wait', minutes: 4 },
      { kind: 'person', userId: anna.id },
      { kind: 'wait', minutes: 10 },
      { kind: 'repeat', times: 1 },
    ])
    const { incident } = await house.report()
    await setAs(owner, [])
    expect((await timelineOf(house.db, incident.id)).next).toEqual([
      { at: inMs(0), what: { kind: 'on_call', name: null } },
      { at: inMs(4 * MINUTE_MS), what: { kind: 'person', userId: anna.id, name: 'Anna' } },
      { at: inMs(14 * MINUTE_MS), what: { kind: 'on_call' } },
      { at: inMs(18 * MINUTE_MS), what: { kind: 'person', userId: anna.id, name: 'Anna' } },
      { at: inMs(28 * MINUTE_MS), what: { kind: 'escalation_ends' } },
    ])
  })

  test('is a reminder for what somebody has, and nothing for what is over', async () => {
    const { incident } = await house.report()
    await house.move(acknowledge, { id: incident.id, person: anna })
    expect((await timelineOf(house.db, incident.id)).next).toEqual([
      { at: inMs(HOUR_MS), what: { kind: 'remind', userId: anna.id, name: 'Anna' } },
    ])
    await house.heal(incident.key)
    const { events, next } = await timelineOf(house.db, incident.id)
    expect(next).toEqual([])
    expect(events.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['opened', 'system'],
      ['acknowledged', 'Anna'],
      ['resolved', 'system'],
    ])
  })

  test('is the end of a silence and then the chain from its start', async () => {
    const { incident } = await house.report()
    await house.move(silence, { id: incident.id, forMs: HOUR_MS, person: anna })
    expect((await timelineOf(house.db, incident.id)).next.slice(0, 2)).toEqual([
      { at: inMs(HOUR_MS), what: { kind: 'unsilence' } },
      { at: inMs(HOUR_MS + GRACE_MS), what: { kind: 'on_call' } },
    ])
  })

  test('is unknown of an incident that does not exist', async () => {
    await expect(timelineOf(house.db, '00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('an escalation chain', () => {
  test('is the project’s, else the one of all, else the one of nobody’s making', async () => {
    const project = await house.project(anna.id)
    expect(await chainFor(house.db, project.id)).toEqual(defaultChain([owner.id]))
    const [all, own]: EscalationStep[][] = [[{ kind: 'on_call' }], [{ kind: 'person', userId: anna.id }]]
    if (!all || !own) throw new Error('two chains')
    await setAs(owner, all)
    await setAs(owner, own, project.id)
    expect(await chainFor(house.db, project.id)).toEqual(own)
    expect(await chainFor(house.db, null)).toEqual(all)
    await setAs(owner, [], project.id)
    expect(await chainFor(house.db, project.id)).toEqual(all)
    await setAs(owner, [])
    expect(await chainFor(house.db, project.id)).toEqual(defaultChain([owner.id]))
    const audited = await house.db.select().from(auditEntries)
    expect(audited.filter(({ action }) => action === 'escalation.set').length).toBeGreaterThanOrEqual(4)
  })

  test('is set by admins, and names only people and chats that exist', async () => {
    await expect(setAs(anna, [{ kind: 'on_call' }])).rejects.toMatchObject({ code: 'forbidden' })
    const nobody = '00000000-0000-4000-8000-000000000000'
    await expect(setAs(owner, [{ kind: 'person', userId: nobody }])).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(setAs(owner, [{ kind: 'chat', conversationId: nobody }])).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(setAs(owner, [{ kind: 'wait', minutes: 5 }])).rejects.toMatchObject({ code: 'invalid' })
    expect(await chainFor(house.db, null)).toEqual(defaultChain([owner.id]))
  })
})

describe('a list of incidents', () => {
  test('has the open ones first, page by page, and can be of one project', async () => {
    const project = await house.project(owner.id)
    const reported: string[] = []
    for (let index = 0; index < 5; index++) {
      await house.clock.advance(MINUTE_MS)
      const { incident } = await house.report({ projectId: project.id })
      reported.push(incident.id)
      if (index === 4) await house.heal(incident.key)
    }
    const [first, second, third, fourth, healed] = reported
    const page = async (number: number) => {
      const { incidents, hasMore } = await listIncidents(house.db, {
        projectId: project.id,
        page: number,
        pageSize: 2,
      })
      return { ids: incidents.map(({ id }) => id), hasMore }
    }
    expect(await page(1)).toEqual({ ids: [fourth, third], hasMore: true })
    expect(await page(2)).toEqual({ ids: [second, first], hasMore: true })
    expect(await page(3)).toEqual({ ids: [healed], hasMore: false })
    const { incidents } = await listIncidents(house.db, { projectId: project.id, open: false })
    expect(incidents.map(({ id }) => id)).toEqual([healed])
  })

  test('of what is open begins with the worst, and then with what nobody has', async () => {
    const boris = await house.person('Boris')
    const project = await house.project(boris.id)
    const { incident: small } = await house.report({ projectId: project.id, severity: 'info' })
    const { incident: held } = await house.report({ projectId: project.id })
    const { incident: open } = await house.report({ projectId: project.id })
    await house.move(acknowledge, { id: held.id, person: anna })
    const { incident: given } = await house.report({ severity: 'warning' })
    await house.move(assign, { id: given.id, to: boris.id, person: anna })
    const mine = await openIncidents(house.db, { forPerson: boris.id })
    expect(mine.map(({ id }) => id)).toEqual([open.id, held.id, given.id, small.id])
    expect((await listIncidents(house.db, { mine: boris.id })).incidents).toHaveLength(4)
    expect((await incidentByNumber(house.db, open.number))?.id).toBe(open.id)
  })
})
