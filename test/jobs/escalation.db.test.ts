import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { escalationChains, incidents, outbox } from '../../src/db/schema/index.ts'
import type { EscalationStep } from '../../src/db/shapes/incident.ts'
import { setChain } from '../../src/domain/incidents/chains.ts'
import { CLAIM_MS, claimTimers } from '../../src/domain/incidents/due-timers.ts'
import type { Incident } from '../../src/domain/incidents/incident.ts'
import { acknowledge, note, silence, unacknowledge } from '../../src/domain/incidents/moves.ts'
import { resolve } from '../../src/domain/incidents/resolve.ts'
import { GRACE_MS } from '../../src/domain/incidents/times.ts'
import { disableUser } from '../../src/domain/users/change-user.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { createEscalation, performTimer } from '../../src/jobs/escalation.ts'
import { serviceDown } from '../domain/incidents/house.ts'
import { type EscalationHouse, openEscalationHouse } from './escalation-house.ts'

let house: EscalationHouse
let owner: Person
let anna: Person
let boris: Person
beforeEach(async () => {
  house = await openEscalationHouse()
  owner = await house.person('Olga', 'owner')
  anna = await house.person('Anna')
  boris = await house.person('Boris')
  house.onCall.now = { userId: anna.id, name: 'Anna' }
})
afterEach(() => house.close())

const chain = (...steps: EscalationStep[]) =>
  house.db.transaction((tx) => setChain(tx, { steps }, { person: owner, surface: 'telegram' }))
const person = ({ id }: Person): EscalationStep => ({ kind: 'person', userId: id })
const wait = (minutes: number): EscalationStep => ({ kind: 'wait', minutes })
const onCall: EscalationStep = { kind: 'on_call' }
const nobodyOnCall = async (): Promise<Incident | undefined> =>
  (await house.db.select().from(incidents).where(eq(incidents.kind, 'nobody_on_call')))[0]

describe('when something is critical', () => {
  test('whoever is on call is woken at once, once', async () => {
    const { incident } = await house.report()
    expect(await house.escalation()).toEqual({ done: 1, failed: 0 })
    expect(await house.escalation()).toEqual({ done: 0, failed: 0 })
    expect(await house.paged(incident.id)).toEqual(['Anna'])
    expect(await house.events(incident.id)).toEqual(['opened', 'paged'])
    expect(house.woken).toContain(`private:${anna.id}`)
  })

  test('nobody is woken for a warning', async () => {
    const { incident } = await house.report({ severity: 'warning' })
    await house.pass(HOUR_MS, MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual([])
  })

  test('the default chain asks whoever is on call twice, then all admins, all of it three times, and then ends', async () => {
    await house.person('Adam', 'admin')
    const { incident } = await house.report()
    await house.pass(14 * MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna', 'Anna'])
    await house.pass(MINUTE_MS)
    expect((await house.paged(incident.id)).slice(2).sort()).toEqual(['Adam', 'Olga'])
    await house.pass(3 * HOUR_MS, MINUTE_MS)
    expect(await house.paged(incident.id)).toHaveLength(12)
    expect(await house.timers(incident.id)).toEqual([])
    expect((await house.events(incident.id)).at(-1)).toBe('escalation_ended')
    expect((await house.find(incident.id)).state).toBe('open')
  })

  test('a chain of one’s own is gone through in its order, with its waits', async () => {
    await chain(person(boris), wait(3), onCall, wait(10), person(owner))
    const { incident } = await house.report()
    await house.pass(3 * MINUTE_MS - SECOND_MS)
    expect(await house.paged(incident.id)).toEqual(['Boris'])
    await house.pass(SECOND_MS)
    expect(await house.paged(incident.id)).toEqual(['Boris', 'Anna'])
    await house.pass(10 * MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Boris', 'Anna', 'Olga'])
    expect((await house.events(incident.id)).at(-1)).toBe('escalation_ended')
  })

  test('a project’s chain is asked before the one of all', async () => {
    const project = await house.project(owner.id)
    await chain(onCall)
    await house.db.transaction((tx) =>
      setChain(tx, { projectId: project.id, steps: [person(boris)] }, { person: owner, surface: 'telegram' }),
    )
    const { incident: ours } = await house.report({ projectId: project.id })
    const { incident: other } = await house.report()
    await house.escalation()
    expect(await house.paged(ours.id)).toEqual(['Boris'])
    expect(await house.paged(other.id)).toEqual(['Anna'])
  })

  test('a chat is shown it, and called again by each later step that names it', async () => {
    const chat = (await house.chat()).id
    await chain({ kind: 'chat', conversationId: chat }, wait(5), { kind: 'chat', conversationId: chat })
    const { incident } = await house.report()
    await house.pass(5 * MINUTE_MS)
    const said = await house.db
      .select({ content: outbox.content })
      .from(outbox)
      .where(eq(outbox.conversationId, chat))
      .orderBy(outbox.seq)
    expect(said).toMatchObject([
      { content: { view: 'incident', args: { id: incident.id } } },
      { content: { type: 'notice' } },
    ])
    expect(house.woken).toContain(chat)
    expect(await house.events(incident.id)).toEqual(['opened', 'paged', 'paged', 'escalation_ended'])
  })
})

describe('a person who takes it', () => {
  test('ends the asking, and giving it back begins it again after ten seconds', async () => {
    const { incident } = await house.report()
    await house.escalation()
    await house.move(acknowledge, { id: incident.id, person: anna })
    await house.pass(30 * MINUTE_MS, MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
    await house.move(unacknowledge, { id: incident.id, person: anna })
    await house.pass(GRACE_MS - SECOND_MS, SECOND_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
    await house.pass(SECOND_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna', 'Anna'])
  })

  test('by a slip gives it back and takes it again without anybody being woken', async () => {
    const { incident } = await house.report()
    await house.escalation()
    await house.move(acknowledge, { id: incident.id, person: anna })
    await house.move(unacknowledge, { id: incident.id, person: anna })
    await house.pass(5 * SECOND_MS, SECOND_MS)
    await house.move(acknowledge, { id: incident.id, person: anna })
    await house.pass(10 * MINUTE_MS, MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
  })

  test('and forgets it is reminded three times; then everybody is asked again', async () => {
    const { incident } = await house.report()
    await house.move(acknowledge, { id: incident.id, person: boris })
    await house.pass(3 * HOUR_MS, MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Boris', 'Boris', 'Boris'])
    expect((await house.find(incident.id)).state).toBe('acknowledged')
    await house.pass(HOUR_MS + GRACE_MS, GRACE_MS)
    expect((await house.find(incident.id)).state).toBe('open')
    expect(await house.paged(incident.id)).toEqual(['Boris', 'Boris', 'Boris', 'Anna'])
    expect(await house.events(incident.id)).toEqual([
      'opened',
      'acknowledged',
      'reminded',
      'reminded',
      'reminded',
      'unacknowledged',
      'paged',
    ])
  })

  test('and says a word about it now and then keeps it', async () => {
    const { incident } = await house.report()
    await house.move(acknowledge, { id: incident.id, person: boris })
    for (let hours = 0; hours < 6; hours++) {
      await house.pass(59 * MINUTE_MS, MINUTE_MS)
      await house.move(note, { id: incident.id, text: 'still at it', person: boris })
    }
    expect(await house.find(incident.id)).toMatchObject({ state: 'acknowledged', acknowledgedBy: boris.id })
    expect(await house.paged(incident.id)).toEqual([])
  })

  test('and then leaves does not leave it with nobody', async () => {
    const { incident } = await house.report()
    await house.move(acknowledge, { id: incident.id, person: boris })
    await house.db.transaction((tx) =>
      disableUser(tx, boris.id, { person: owner, surface: 'telegram', now: house.clock.now() }),
    )
    await house.pass(HOUR_MS + GRACE_MS, GRACE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
  })
})

describe('an escalation that is under way', () => {
  test('pages whoever is on call by then when the shift changes between two steps', async () => {
    const { incident } = await house.report()
    await house.escalation()
    house.onCall.now = { userId: boris.id, name: 'Boris' }
    await house.pass(5 * MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna', 'Boris'])
  })

  test('goes on as it began when its chain is edited or taken away', async () => {
    for (const edit of ['edited', 'emptied', 'deleted'] as const) {
      await chain(onCall, wait(5), person(boris))
      const { incident } = await house.report()
      await house.escalation()
      if (edit === 'edited') await chain(person(owner), wait(1), person(owner))
      if (edit === 'emptied') await chain()
      if (edit === 'deleted') await house.db.delete(escalationChains)
      await house.pass(5 * MINUTE_MS)
      expect(await house.paged(incident.id)).toEqual(['Anna', 'Boris'])
      await house.move(resolve, { id: incident.id, person: anna })
    }
  })

  test('stops when it is silenced, and begins anew when the silence is over', async () => {
    const { incident } = await house.report()
    await house.escalation()
    await house.move(silence, { id: incident.id, forMs: HOUR_MS, person: anna })
    await house.pass(HOUR_MS - MINUTE_MS, MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
    await house.pass(MINUTE_MS + GRACE_MS)
    expect(await house.find(incident.id)).toMatchObject({ state: 'open', silencedUntil: null })
    expect(await house.paged(incident.id)).toEqual(['Anna', 'Anna'])
    expect(await house.events(incident.id)).toEqual(['opened', 'paged', 'silenced', 'unsilenced', 'paged'])
  })

  test('stops when the thing heals, and what comes and goes wakes nobody again', async () => {
    const finding = serviceDown()
    const { incident } = await house.report(finding)
    await house.escalation()
    for (let flaps = 0; flaps < 5; flaps++) {
      await house.heal(finding.key)
      await house.pass(MINUTE_MS)
      await house.report(finding)
      await house.pass(5 * SECOND_MS)
    }
    await house.heal(finding.key)
    await house.pass(30 * MINUTE_MS, MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
  })

  test('stops when a bigger incident explains it', async () => {
    const serverId = await house.server()
    const { incident } = await house.report({ serverId })
    await house.escalation()
    await house.report({ kind: 'server_down', key: `server_down:${serverId}`, serverId })
    await house.pass(HOUR_MS, MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
  })

  test('is not held up by a step that goes wrong', async () => {
    await chain(onCall, person(boris), wait(5), person(owner))
    house.deps.whoIsOnCall = async (db) => {
      await db.execute(sql`select * from a_table_that_is_not_there`)
      return undefined
    }
    const { incident } = await house.report()
    await createEscalation(house.deps)()
    expect(await house.paged(incident.id)).toEqual(['Boris'])
    expect(await house.events(incident.id)).toEqual(['opened', 'page_failed', 'paged'])
  })

  test('stops also for an incident that somebody ended in the database itself', async () => {
    const { incident } = await house.report()
    await house.db.update(incidents).set({ state: 'resolved', resolvedAt: house.clock.now() })
    expect(await house.escalation()).toEqual({ done: 0, failed: 0 })
    expect(await house.paged(incident.id)).toEqual([])
    expect(await house.timers(incident.id)).toEqual([])
  })

  test('does not wait for people who cannot be reached', async () => {
    await chain(person(boris), wait(5), person(anna), wait(5), person(owner))
    house.unreachable.add(boris.id)
    const { incident } = await house.report()
    await house.escalation()
    expect(await house.paged(incident.id)).toEqual(['Anna'])
    await house.pass(5 * MINUTE_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna', 'Olga'])
  })

  test('that can reach nobody at all wakes the admins', async () => {
    await chain(person(boris), wait(5), { kind: 'repeat', times: 3 })
    house.unreachable.add(boris.id)
    const { incident } = await house.report()
    await house.escalation()
    expect(await house.paged(incident.id)).toEqual(['Olga'])
    expect(await house.timers(incident.id)).toMatchObject([{ step: 0, round: 1 }])
  })

  test('asks nobody twice in one breath', async () => {
    await chain(onCall, person(anna), person(boris))
    const { incident } = await house.report()
    await house.escalation()
    expect((await house.paged(incident.id)).sort()).toEqual(['Anna', 'Boris'])
  })
})

describe('when nobody is on call', () => {
  beforeEach(() => {
    house.onCall.now = undefined
  })

  test('that is an incident itself, and the next in the chain are asked at once', async () => {
    const { incident } = await house.report()
    await house.escalation()
    expect(await house.paged(incident.id)).toEqual(['Olga'])
    expect(await house.events(incident.id)).toEqual(['opened', 'nobody_to_page', 'paged'])
    expect(await nobodyOnCall()).toMatchObject({ state: 'open', severity: 'warning', occurrences: 1 })
  })

  test('it is one incident, whatever else is wrong, and it heals when somebody is', async () => {
    await Promise.all([house.report(), house.report(), house.report()])
    await house.escalation()
    const gap = await nobodyOnCall()
    expect(gap).toMatchObject({ state: 'open', occurrences: 3 })
    house.onCall.now = { userId: boris.id, name: 'Boris' }
    await house.watchdog()
    expect(await nobodyOnCall()).toMatchObject({ id: gap?.id, state: 'resolved', resolution: 'healed' })
  })

  test('a chain that asks nobody else ends with the admins', async () => {
    await chain(onCall)
    const { incident } = await house.report()
    await house.escalation()
    expect(await house.paged(incident.id)).toEqual(['Olga'])
  })
})

describe('a process that dies', () => {
  test('between claiming a timer and its effect is made up for when its claim runs out', async () => {
    const { incident } = await house.report()
    expect(await claimTimers(house.db, { now: house.clock.now() })).toHaveLength(1)
    await house.pass(CLAIM_MS - SECOND_MS, SECOND_MS)
    expect(await house.paged(incident.id)).toEqual([])
    await house.pass(SECOND_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
  })

  test('in the middle of paging leaves nothing half done, and the page is made once', async () => {
    const { incident } = await house.report()
    house.whilePaging(async () => {
      throw Object.assign(new Error('the connection was cut'), { code: 'CONNECTION_CLOSED' })
    })
    expect(await house.escalation()).toEqual({ done: 0, failed: 1 })
    expect(await house.paged(incident.id)).toEqual([])
    expect(await house.events(incident.id)).toEqual(['opened'])
    house.whilePaging(undefined)
    await house.pass(CLAIM_MS)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
    expect(await house.events(incident.id)).toEqual(['opened', 'paged'])
  })

  test('only as it seemed, and comes back later, does nothing any more', async () => {
    const { incident } = await house.report()
    const [slow] = await claimTimers(house.db, { now: house.clock.now() })
    await house.clock.advance(CLAIM_MS)
    await house.escalation()
    if (!slow) throw new Error('a timer is due')
    expect(await performTimer(house.deps, slow)).toBe(false)
    expect(await house.paged(incident.id)).toEqual(['Anna'])
  })

  test('while somebody acknowledges does not wake anybody afterwards', async () => {
    const { incident } = await house.report()
    const [claimed] = await claimTimers(house.db, { now: house.clock.now() })
    await house.move(acknowledge, { id: incident.id, person: boris })
    if (!claimed) throw new Error('a timer is due')
    expect(await performTimer(house.deps, claimed)).toBe(false)
    expect(await house.paged(incident.id)).toEqual([])
    expect(await house.timers(incident.id)).toMatchObject([{ kind: 'remind' }])
  })
})

test('several processes at once page each person once', async () => {
  const reports = await Promise.all(Array.from({ length: 40 }, () => house.report()))
  const done = await Promise.all([house.escalation(), house.escalation(), house.escalation()])
  expect(done.reduce((sum, one) => sum + one.done, 0)).toBe(40)
  for (const { incident } of reports) expect(await house.paged(incident.id)).toEqual(['Anna'])
})
