import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../src/clock.ts'
import { openIncidents } from '../../../src/domain/incidents/find.ts'
import { acknowledge, silence } from '../../../src/domain/incidents/moves.ts'
import { reopen } from '../../../src/domain/incidents/reopen.ts'
import { resolve } from '../../../src/domain/incidents/resolve.ts'
import { RETURN_GRACE_MS } from '../../../src/domain/incidents/times.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { type House, openHouse, serviceDown } from './house.ts'

let house: House
let anna: Person
beforeAll(async () => {
  house = await openHouse()
  anna = await house.person('Anna')
})
afterAll(() => house.close())

const serverDown = (serverId: string) =>
  ({ kind: 'server_down', key: `server_down:${serverId}`, subject: 'web-1', serverId, facts: {} }) as const
const outage = (source: string) =>
  ({ kind: 'provider_outage', key: `provider_outage:${source}`, subject: source, facts: {} }) as const

describe('a server that is down', () => {
  test('explains its services: nobody is told of them, and nobody is asked about them', async () => {
    const serverId = await house.server()
    const chat = await house.subscribe()
    const { incident: server } = await house.report(serverDown(serverId))
    const { incident: service, change, wake } = await house.report({ serverId })
    expect(change).toBe('swallowed')
    expect(service.parentId).toBe(server.id)
    expect(wake).not.toContain(chat)
    expect(await house.timers(service.id)).toEqual([])
    expect(await house.events(service.id)).toEqual(['opened', 'adopted'])
    const told = (await openIncidents(house.db)).map(({ id }) => id)
    expect(told).toContain(server.id)
    expect(told).not.toContain(service.id)
  })

  test('takes services that were reported before it, whose cards say so', async () => {
    const serverId = await house.server()
    const chat = await house.subscribe()
    const { incident: service } = await house.report({ serverId })
    const { incident: server, wake } = await house.report(serverDown(serverId))
    expect(await house.find(service.id)).toMatchObject({ parentId: server.id, version: 2 })
    expect(await house.timers(service.id)).toEqual([])
    expect(wake).toContain(chat)
  })

  test('explains nothing on another server, and nothing that was asked for by hand', async () => {
    const [serverId, other] = await Promise.all([house.server(), house.server()])
    await house.report(serverDown(serverId))
    expect(await house.report({ serverId: other })).toMatchObject({ change: 'opened' })
    expect(await house.report({ serverId, kind: 'manual' })).toMatchObject({ change: 'opened' })
  })

  test('and comes back gives back what is still wrong, with a minute for it to heal', async () => {
    const serverId = await house.server()
    const chat = await house.subscribe()
    await house.report(serverDown(serverId))
    const { incident: broken } = await house.report({ serverId })
    const fine = serviceDown()
    const { incident: healthy } = await house.report({ ...fine, serverId })
    await house.heal(fine.key)
    const healed = await house.heal(`server_down:${serverId}`)
    expect(await house.find(broken.id)).toMatchObject({ parentId: null, state: 'open' })
    expect(await house.find(healthy.id)).toMatchObject({ state: 'resolved' })
    expect(healed?.wake).toContain(chat)
    expect(await house.timers(broken.id)).toMatchObject([
      { kind: 'escalate', dueAt: new Date(house.clock.now().getTime() + RETURN_GRACE_MS) },
    ])
    expect((await house.events(broken.id)).at(-1)).toBe('reopened')
  })

  test('gives back also when a person says that it is over, and what was in hand stays so', async () => {
    const serverId = await house.server()
    const { incident: mine } = await house.report({ serverId })
    const { incident: quiet } = await house.report({ serverId })
    await house.move(acknowledge, { id: mine.id, person: anna })
    await house.move(silence, { id: quiet.id, forMs: 60 * MINUTE_MS, person: anna })
    const { incident: server } = await house.report(serverDown(serverId))
    expect(await house.timers(mine.id)).toEqual([])
    expect(await house.timers(quiet.id)).toEqual([])
    await house.move(resolve, { id: server.id, person: anna })
    expect(await house.find(mine.id)).toMatchObject({ parentId: null, state: 'acknowledged' })
    expect(await house.timers(mine.id)).toMatchObject([{ kind: 'remind' }])
    expect(await house.timers(quiet.id)).toMatchObject([{ kind: 'unsilence' }])
  })

  test('takes back what it explains when it is re-opened, by a person or by a look at it', async () => {
    const serverId = await house.server()
    const { incident: server } = await house.report(serverDown(serverId))
    const { incident: service } = await house.report({ serverId })
    await house.move(resolve, { id: server.id, person: anna })
    await house.move(reopen, { id: server.id, person: anna })
    expect((await house.find(service.id)).parentId).toBe(server.id)
    await house.heal(server.key)
    expect((await house.find(service.id)).parentId).toBeNull()
    expect(await house.report(serverDown(serverId))).toMatchObject({ change: 'reopened' })
    expect((await house.find(service.id)).parentId).toBe(server.id)
  })

  test('is as severe as the worst of what it explains', async () => {
    const serverId = await house.server()
    const { incident: server } = await house.report({ ...serverDown(serverId), severity: 'warning' })
    expect(await house.timers(server.id)).toEqual([])
    const finding = { ...serviceDown(), serverId }
    await house.report({ ...finding, severity: 'warning' })
    expect((await house.find(server.id)).severity).toBe('warning')
    await house.report(finding)
    expect((await house.find(server.id)).severity).toBe('critical')
    expect(await house.timers(server.id)).toMatchObject([{ kind: 'escalate' }])
  })

  test('and a service on it, found at the same moment, find each other', async () => {
    for (let round = 0; round < 20; round++) {
      const serverId = await house.server()
      const [server, ...services] = await Promise.all([
        house.report(serverDown(serverId)),
        house.report({ serverId }),
        house.report({ serverId }),
      ])
      for (const { incident } of services)
        expect((await house.find(incident.id)).parentId).toBe(server.incident.id)
    }
  })

  test('that comes back while a service of it is found wrong leaves none behind', async () => {
    for (let round = 0; round < 20; round++) {
      const serverId = await house.server()
      await house.report(serverDown(serverId))
      const [service] = await Promise.all([house.report({ serverId }), house.heal(`server_down:${serverId}`)])
      expect(await house.find(service.incident.id)).toMatchObject({ parentId: null, state: 'open' })
      expect(await house.timers(service.incident.id)).toHaveLength(1)
    }
  })
})

describe('a provider that is out', () => {
  test('explains its servers and what else it provides, and no other’s', async () => {
    const [ours, theirs] = await Promise.all([house.server('hetzner'), house.server('inventory')])
    const { incident: before } = await house.report(serverDown(ours))
    const { incident: provider } = await house.report(outage('hetzner'))
    expect((await house.find(before.id)).parentId).toBe(provider.id)
    expect(await house.report(serverDown(await house.server('hetzner')))).toMatchObject({
      change: 'swallowed',
      incident: { parentId: provider.id },
    })
    expect(await house.report(serverDown(theirs))).toMatchObject({ change: 'opened' })

    const { incident: github } = await house.report(outage('github'))
    const repository = { kind: 'repo_unreachable', facts: { source: 'github' } } as const
    expect(await house.report({ ...repository, key: `repo_unreachable:${randomUUID()}` })).toMatchObject({
      change: 'swallowed',
      incident: { parentId: github.id },
    })
  })

  test('is as severe as the worst thing below it, however far below', async () => {
    await using alone = await openHouse()
    const serverId = await alone.server('hetzner')
    const { incident: provider } = await alone.report({ ...outage('hetzner'), severity: 'info' })
    const { incident: server } = await alone.report({ ...serverDown(serverId), severity: 'info' })
    const service = { ...serviceDown(), serverId }
    for (const severity of ['warning', 'critical'] as const) {
      await alone.report({ ...service, severity })
      expect((await alone.find(server.id)).severity).toBe(severity)
      expect((await alone.find(provider.id)).severity).toBe(severity)
    }
    expect(await alone.timers(provider.id)).toMatchObject([{ kind: 'escalate' }])
    expect(await alone.timers(server.id)).toEqual([])
  })

  test('and its server and a service on that, found at the same moment, are one chain', async () => {
    // Of its own: what other tests left would be taken up in every round.
    await using alone = await openHouse()
    for (let round = 0; round < 20; round++) {
      await alone.heal('provider_outage:hetzner')
      const serverId = await alone.server('hetzner')
      const [provider, server, service] = await Promise.all([
        alone.report(outage('hetzner')),
        alone.report(serverDown(serverId)),
        alone.report({ serverId }),
      ])
      expect((await alone.find(server.incident.id)).parentId).toBe(provider.incident.id)
      expect((await alone.find(service.incident.id)).parentId).toBe(server.incident.id)
      for (const { key } of [service.incident, server.incident]) await alone.heal(key)
    }
  })
})
