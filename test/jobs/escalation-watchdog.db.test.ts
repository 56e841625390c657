import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { incidents, incidentTimers } from '../../src/db/schema/index.ts'
import { CLAIM_MS, claimTimers, OVERDUE_MS } from '../../src/domain/incidents/due-timers.ts'
import { acknowledge, silence } from '../../src/domain/incidents/moves.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { type EscalationHouse, openEscalationHouse } from './escalation-house.ts'

let house: EscalationHouse
let anna: Person
beforeEach(async () => {
  house = await openEscalationHouse()
  await house.person('Olga', 'owner')
  anna = await house.person('Anna')
  house.onCall.now = { userId: anna.id, name: 'Anna' }
})
afterEach(() => house.close())

const QUIET = { lost: 0, overdue: 0, orphans: 0, content: 1 }
const loseTimers = () => house.db.delete(incidentTimers)

describe('the watchdog', () => {
  test('is content when there is nothing to find, and says so outside', async () => {
    await house.report()
    await house.escalation()
    expect(await house.watchdog()).toEqual(QUIET)
    expect(house.called).toEqual(['http://outside.example/prorab'])
  })

  test('finds a first step that never ran, and drives it at once', async () => {
    const { incident } = await house.report()
    await loseTimers()
    expect(await house.watchdog()).toEqual({ ...QUIET, lost: 1, content: 0 })
    expect(await house.paged(incident.id)).toEqual(['Anna'])
    expect(house.called).toEqual([])
    expect(await house.watchdog()).toEqual(QUIET)
  })

  test('finds an escalation whose chain was never frozen', async () => {
    const { incident } = await house.report()
    await loseTimers()
    await house.db.update(incidents).set({ escalation: null }).where(eq(incidents.id, incident.id))
    await house.watchdog()
    expect(await house.paged(incident.id)).toEqual(['Anna'])
  })

  test('finds reminders and ends of silences that were lost', async () => {
    const [{ incident: held }, { incident: quiet }] = await Promise.all([house.report(), house.report()])
    await house.move(acknowledge, { id: held.id, person: anna })
    await house.move(silence, { id: quiet.id, forMs: HOUR_MS, person: anna })
    await loseTimers()
    expect(await house.watchdog()).toMatchObject({ lost: 2 })
    expect(await house.timers(held.id)).toMatchObject([{ kind: 'remind' }])
    expect(await house.timers(quiet.id)).toMatchObject([{ kind: 'unsilence' }])
  })

  test('drives what is overdue while the escalation job is not running', async () => {
    const { incident } = await house.report()
    await house.clock.advance(OVERDUE_MS)
    expect(await house.watchdog()).toEqual({ ...QUIET, overdue: 1, content: 0 })
    expect(await house.paged(incident.id)).toEqual(['Anna'])
  })

  test('is not content with a timer that is claimed again and again and never done', async () => {
    await house.report()
    for (let waited = 0; waited < OVERDUE_MS; waited += CLAIM_MS) {
      await claimTimers(house.db, { now: house.clock.now() })
      await house.clock.advance(CLAIM_MS)
    }
    await claimTimers(house.db, { now: house.clock.now() })
    expect(await house.watchdog()).toMatchObject({ overdue: 1, content: 0 })
  })

  test('leaves alone what needs nobody: ended chains, warnings, what is explained, what is over', async () => {
    const { incident: ended } = await house.report()
    await house.pass(3 * HOUR_MS, MINUTE_MS)
    expect((await house.events(ended.id)).at(-1)).toBe('escalation_ended')
    await house.report({ severity: 'warning' })
    const serverId = await house.server()
    const { incident: server } = await house.report({
      kind: 'server_down',
      key: `server_down:${serverId}`,
      serverId,
    })
    await house.report({ serverId })
    await house.move(acknowledge, { id: server.id, person: anna })
    const { incident: over } = await house.report()
    await house.heal(over.key)
    const paged = await house.paged(ended.id)
    expect(await house.watchdog()).toEqual(QUIET)
    expect(await house.paged(ended.id)).toEqual(paged)
  })

  test('frees what was left below an incident that is over', async () => {
    const serverId = await house.server()
    const { incident: server } = await house.report({
      kind: 'server_down',
      key: `server_down:${serverId}`,
      serverId,
    })
    const { incident: service } = await house.report({ serverId })
    await house.db.update(incidents).set({ state: 'resolved' }).where(eq(incidents.id, server.id))
    await house.db.delete(incidentTimers).where(eq(incidentTimers.incidentId, server.id))
    expect(await house.watchdog()).toMatchObject({ orphans: 1, content: 0 })
    expect((await house.find(service.id)).parentId).toBeNull()
    expect(await house.timers(service.id)).toHaveLength(1)
  })

  test('goes on when the outside refuses or cannot be reached', async () => {
    house.answers.status = 500
    expect(await house.watchdog()).toEqual(QUIET)
    expect(house.called).toHaveLength(1)
  })
})
