import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checks, incidents, serverEvents, servers, settings } from '../../src/db/schema/index.ts'
import { createHetznerInventory } from '../../src/deploy/inventory/hetzner.ts'
import { serverCheckKey } from '../../src/domain/checks/check.ts'
import type { Inventory, ListedServer } from '../../src/domain/servers/inventory.ts'
import { findServerByName, lastServerEvents } from '../../src/domain/servers/servers.ts'
import { serversToProvision } from '../../src/domain/servers/to-provision.ts'
import { AppError } from '../../src/errors.ts'
import { createProvisionerTrigger } from '../../src/jobs/provisioner-trigger.ts'
import { createServerSync } from '../../src/jobs/server-sync.ts'
import { createLog } from '../../src/log.ts'
import { OK, openWatchHouse, REFUSED, type WatchHouse } from '../domain/checks/watch-house.ts'
import { type FakeHetzner, startHetzner } from '../fakes/hetzner.ts'

let house: WatchHouse
let hetzner: FakeHetzner
let file: { inventory: Inventory; hosts: ListedServer[]; problem: AppError | undefined }
beforeAll(async () => {
  house = await openWatchHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  await house.clear()
  await house.db.delete(serverEvents)
  await house.db.delete(servers)
  await house.db.delete(settings)
  hetzner = await startHetzner({ now: house.clock.now })
  file = {
    hosts: [],
    problem: undefined,
    inventory: {
      source: 'inventory',
      list: async () => {
        if (file.problem) throw file.problem
        return file.hosts
      },
    },
  }
})
afterEach(() => hetzner[Symbol.asyncDispose]())

const deps = () => ({
  db: house.db,
  clock: house.clock,
  log: createLog({ level: 'silent' }),
  wake: { deliver: async () => {} },
  instanceId: 'test',
  shutdown: new AbortController().signal,
})
const sync = async () => {
  await house.clock.advance(60_000)
  const inventories = [
    createHetznerInventory({ token: hetzner.token, apiUrl: hetzner.apiUrl, clock: house.clock }),
    file.inventory,
  ]
  const outcome = await createServerSync({ ...deps(), inventories })()
  if (outcome.outcome !== 'done') throw new Error(`the sync ended as ${outcome.outcome}`)
  return outcome.summary
}
const trigger = (hasSshKey: boolean) => createProvisionerTrigger({ ...deps(), hasSshKey })()
const named = async (name: string) => {
  const server = await findServerByName(house.db, name)
  if (!server) throw new Error(`there is no ${name}`)
  return server
}
const statuses = async () =>
  Object.fromEntries((await house.db.select().from(servers)).map(({ name, status }) => [name, status]))

describe('servers are kept in step with where they are known from', () => {
  test('a new one is discovered, and looked at from then on', async () => {
    hetzner.servers.push({ id: 1, name: 'web-1', ipv4: '10.0.0.4' })
    expect(await sync()).toMatchObject({ discovered: 1, changed: 0, failed: 0 })
    const server = await named('web-1')
    expect(server).toMatchObject({
      source: 'hetzner',
      externalId: '1',
      status: 'discovered',
      address: '10.0.0.4',
    })
    expect(await house.checkOf(serverCheckKey(server.id))).toMatchObject({
      kind: 'ssh',
      target: { host: '10.0.0.4', port: 22, user: 'root' },
    })
    expect(await lastServerEvents(house.db, server.id)).toMatchObject([{ to: 'discovered', actor: 'system' }])
    expect(await sync()).toMatchObject({ discovered: 0, changed: 0, missing: 0 })
  })

  test('one that got another name or address is still the same', async () => {
    const one = { id: 1, name: 'web-1', ipv4: '10.0.0.4' }
    hetzner.servers.push(one)
    await sync()
    const before = await named('web-1')
    Object.assign(one, { name: 'front', ipv4: '10.0.0.9' })
    expect(await sync()).toMatchObject({ changed: 1, discovered: 0, missing: 0 })
    expect(await named('front')).toMatchObject({ id: before.id, address: '10.0.0.9', version: 1 })
    expect(await house.checkOf(serverCheckKey(before.id))).toMatchObject({ target: { host: '10.0.0.9' } })
  })

  test('two sources may call theirs alike: the second gets another name, and keeps it', async () => {
    hetzner.servers.push({ id: 1, name: 'Web-1', ipv4: '10.0.0.4' })
    await sync()
    file.hosts.push({ externalId: 'web-1', name: 'web-1', address: '10.0.0.5' })
    expect(await sync()).toMatchObject({ discovered: 1 })
    expect(await statuses()).toEqual({ 'Web-1': 'discovered', 'web-1-inventory': 'discovered' })
    expect(await sync()).toMatchObject({ discovered: 0, changed: 0 })
  })

  test('one without an address is known and not looked at, until it has one', async () => {
    const one: { id: number; name: string; ipv4?: string } = { id: 1, name: 'web-1' }
    hetzner.servers.push(one)
    await sync()
    expect(await house.db.select().from(checks)).toEqual([])
    one.ipv4 = '10.0.0.4'
    expect(await sync()).toMatchObject({ changed: 1 })
    expect(await house.db.select().from(checks)).toHaveLength(1)
  })
})

describe('a server that its source does not list any more', () => {
  test('is retired after three complete listings without it, and what was wrong with it is over', async () => {
    hetzner.servers.push(
      { id: 1, name: 'web-1', ipv4: '10.0.0.4' },
      { id: 2, name: 'web-2', ipv4: '10.0.0.5' },
    )
    await sync()
    for (let i = 0; i < 3; i++) await house.look((check) => (check.target.host === '10.0.0.4' ? REFUSED : OK))
    hetzner.servers.shift()
    for (let i = 0; i < 2; i++) expect(await sync()).toMatchObject({ missing: 1, retired: 0 })
    expect(await statuses()).toEqual({ 'web-1': 'discovered', 'web-2': 'discovered' })
    expect(await sync()).toMatchObject({ missing: 1, retired: 1 })
    expect(await statuses()).toEqual({ 'web-1': 'retired', 'web-2': 'discovered' })
    expect(await house.incidents()).toMatchObject([{ kind: 'server_down', state: 'resolved' }])
    expect(await house.db.select().from(checks)).toHaveLength(1)
    expect(await sync()).toMatchObject({ missing: 0, retired: 0 })
  })

  test('is not counted as missing by a listing that failed, nor is one that came back in between', async () => {
    hetzner.servers.push(
      { id: 1, name: 'web-1', ipv4: '10.0.0.4' },
      { id: 2, name: 'web-2', ipv4: '10.0.0.5' },
    )
    await sync()
    const [gone] = hetzner.servers.splice(0, 1)
    for (let i = 0; i < 2; i++) await sync()
    hetzner.faults.push({ kind: 'status', status: 503 })
    expect(await sync()).toMatchObject({ failed: 1 })
    if (gone) hetzner.servers.push(gone)
    await sync()
    hetzner.servers.pop()
    for (let i = 0; i < 2; i++) await sync()
    expect(await statuses()).toMatchObject({ 'web-1': 'discovered' })
  })

  test('and is listed again later begins anew under its old identity', async () => {
    const one = { id: 1, name: 'web-1', ipv4: '10.0.0.4' }
    hetzner.servers.push(one, { id: 2, name: 'web-2', ipv4: '10.0.0.5' })
    await sync()
    const before = await named('web-1')
    hetzner.servers.shift()
    for (let i = 0; i < 3; i++) await sync()
    hetzner.servers.push({ id: 3, name: 'web-1', ipv4: '10.0.0.6' })
    await sync()
    hetzner.servers.push(one)
    expect(await sync()).toMatchObject({ returned: 1 })
    expect(await named('web-1-hetzner')).toMatchObject({ id: before.id, status: 'discovered' })
    expect(await house.checkOf(serverCheckKey(before.id))).toMatchObject({ enabled: true })
  })
})

describe('a source that cannot be believed', () => {
  test('and lists nothing where servers were, takes nothing away, and is one incident after three times', async () => {
    hetzner.servers.push(
      { id: 1, name: 'web-1', ipv4: '10.0.0.4' },
      { id: 2, name: 'web-2', ipv4: '10.0.0.5' },
    )
    await sync()
    const all = hetzner.servers.splice(0)
    for (let i = 0; i < 2; i++) expect(await sync()).toMatchObject({ failed: 1 })
    expect(await house.incidents()).toEqual([])
    for (let i = 0; i < 3; i++) await sync()
    expect(await statuses()).toEqual({ 'web-1': 'discovered', 'web-2': 'discovered' })
    expect(await house.incidents()).toMatchObject([
      {
        kind: 'provider_outage',
        severity: 'warning',
        key: 'provider_outage:hetzner',
        state: 'open',
        facts: { source: 'hetzner', reason: 'lists no servers, where 2 were' },
      },
    ])
    hetzner.servers.push(...all)
    expect(await sync()).toMatchObject({ failed: 0 })
    expect(await house.incidents()).toMatchObject([{ state: 'resolved' }])
  })

  test('keeps no other from being read', async () => {
    file.hosts.push({ externalId: 'db-1', name: 'db-1', address: '10.0.0.7' })
    hetzner.faults.push({ kind: 'status', status: 502 })
    expect(await sync()).toMatchObject({ failed: 1, discovered: 1 })
  })

  test('is told of by its reason, and explains why its servers do not answer', async () => {
    hetzner.servers.push({ id: 1, name: 'web-1', ipv4: '10.0.0.4' })
    await sync()
    for (let i = 0; i < 3; i++) {
      hetzner.faults.push({ kind: 'status', status: 502 })
      await sync()
    }
    for (let i = 0; i < 3; i++) await house.look(REFUSED)
    const all = await house.incidents()
    const outage = all.find(({ kind }) => kind === 'provider_outage')
    expect(outage).toMatchObject({ facts: { reason: expect.stringContaining('502') } })
    expect(all.find(({ kind }) => kind === 'server_down')).toMatchObject({ parentId: outage?.id })
  })

  test('is forgiven two failures: only those in a row count', async () => {
    file.hosts.push({ externalId: 'db-1', name: 'db-1', address: '10.0.0.7' })
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 2; j++) {
        file.problem = new AppError('invalid', 'the inventory cannot be read')
        expect(await sync()).toMatchObject({ failed: 1 })
      }
      file.problem = undefined
      expect(await sync()).toMatchObject({ failed: 0 })
    }
    expect(await house.db.select().from(incidents)).toEqual([])
  })

  test('and never had a server may be empty', async () => {
    expect(await sync()).toMatchObject({ failed: 0, discovered: 0 })
  })
})

describe('a server that waits to be prepared', () => {
  test('says what is missing for that, and what is missing no more', async () => {
    hetzner.servers.push({ id: 1, name: 'web-1', ipv4: '10.0.0.4' }, { id: 2, name: 'bare' })
    await sync()
    expect(await trigger(false)).toMatchObject({ summary: { waiting: 0, lacking: 2, noted: 2 } })
    expect((await named('web-1')).facts.provisioningLacks).toBe('ssh_key answer')
    expect((await named('bare')).facts.provisioningLacks).toBe('address ssh_key')
    expect(await trigger(false)).toMatchObject({ summary: { noted: 0 } })

    await house.look(OK)
    await trigger(true)
    expect((await named('web-1')).facts.provisioningLacks).toBe('way_in')
    await house.look({ ...OK, facts: { diskUsedPercent: 20 } })
    expect(await trigger(true)).toMatchObject({ summary: { waiting: 1, lacking: 1 } })
    expect((await named('web-1')).facts.provisioningLacks).toBe('')
    expect(await sync(), 'what prorab noted is no change of its source').toMatchObject({ changed: 0 })
  })

  test('is only one that was found: what is in use, in maintenance or retired waits for nothing', async () => {
    for (const status of ['ready', 'maintenance', 'retired', 'unreachable', 'provisioning'] as const)
      await house.server(status)
    expect(await serversToProvision(house.db, { hasSshKey: true })).toEqual([])
  })
})
