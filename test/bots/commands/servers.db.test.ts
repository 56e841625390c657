import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pageAction } from '../../../src/bots/action-ids.ts'
import {
  auditEntries,
  checks,
  incidents,
  outbox,
  serverEvents,
  servers,
} from '../../../src/db/schema/index.ts'
import type { ServerStatus } from '../../../src/db/shapes/server.ts'
import { type ProbeResult, serverCheckKey } from '../../../src/domain/checks/check.ts'
import { claimDueChecks } from '../../../src/domain/checks/claim.ts'
import { recordResults } from '../../../src/domain/checks/record.ts'
import { ensureServerCheck } from '../../../src/domain/checks/server-checks.ts'
import { ensureServiceCheck } from '../../../src/domain/checks/service-checks.ts'
import { moveServer } from '../../../src/domain/servers/lifecycle.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { cardOf, createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let anna: Person
let shop: Awaited<ReturnType<Desk['project']>>
beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
  anna = await desk.person('anna', 'admin')
  await desk.person('oleg', 'operator')
  await desk.person('vera', 'viewer')
  shop = await desk.project(anna, 'shop')
})
afterAll(() => base.close())
beforeEach(async () => {
  await base.db.delete(checks)
  await base.db.delete(incidents)
  await base.db.delete(serverEvents)
  await base.db.delete(servers)
  await base.db.delete(outbox)
  await base.db.delete(auditEntries)
})

const OK: ProbeResult = {
  ok: true,
  latencyMs: 12,
  facts: { diskUsedPercent: 61, memoryUsedPercent: 40, loadPerCpu: 0.5 },
}
const REFUSED: ProbeResult = { ok: false, latencyMs: 1, reason: 'connection refused', facts: {} }

const t = (key: string, args?: Record<string, string | number>) => desk.t('en', key, args)
const says = (line: string, who = 'anna') => desk.command(who, line)
const add = async (name: string, status: ServerStatus = 'ready') => {
  const [server] = await base.db
    .insert(servers)
    .values({
      name,
      source: 'hetzner',
      externalId: name,
      address: '10.0.0.4',
      status,
      facts: { location: 'fsn1' },
    })
    .returning()
  if (!server) throw new Error('an insert returns its row')
  await ensureServerCheck(base.db, server, desk.clock.now())
  return server
}
const look = async (result: ProbeResult) => {
  await desk.clock.advance(120_000)
  const now = desk.clock.now()
  const claimed = await claimDueChecks(base.db, { due: now, now, limit: 100 })
  return recordResults(
    base.db,
    claimed.map((check) => ({ check, result })),
    { now, random: () => 0.5 },
  )
}
const statusOf = async (id: string) =>
  (await base.db.select().from(servers).where(eq(servers.id, id)))[0]?.status
const fieldOf = (card: ReturnType<typeof cardOf>, key: string) =>
  card.fields?.find(({ label }) => label === t(key))?.value
const labels = (card: ReturnType<typeof cardOf>) => card.buttons?.flat().map(({ label }) => label) ?? []

describe('/servers', () => {
  test('lists them by name, with whether each answers and when that was seen', async () => {
    await add('web-2')
    await add('db-1', 'maintenance')
    await add('gone', 'retired')
    await look(OK)
    await desk.clock.advance(30_000)
    const card = cardOf(await says('/servers', 'vera'))
    expect(card.body?.split('\n')).toEqual([
      '- **db-1** · 10.0.0.4 · in maintenance · answers in 12 ms · looked at 30 s ago',
      '- **web-2** · 10.0.0.4 · ready · answers in 12 ms · looked at 30 s ago',
    ])
    expect(card.buttons?.flat().map(({ action }) => action)).toEqual([
      'cmd:/server db-1',
      'cmd:/server web-2',
    ])
  })

  test('comes in pages, and says so when there is none', async () => {
    expect(cardOf(await says('/servers')).body).toBe(t('servers-none'))
    for (let i = 1; i <= 9; i++) await add(`web-${i}`)
    const first = cardOf(await says('/servers'))
    expect(first.body?.split('\n')).toHaveLength(8)
    expect(first.buttons?.flat().at(-1)?.action).toBe(pageAction('servers', 2))
    expect(cardOf(await desk.press('vera', pageAction('servers', 2))).body).toContain('web-9')
    expect(cardOf(await says('/servers 3')).body).toBe(t('servers-no-more'))
    expect((await says('/servers x'))?.markdown).toContain('/servers')
  })
})

describe('/server', () => {
  test('shows how it is, what runs there and what was done to it', async () => {
    const server = await add('web-1')
    const { id: projectId } = shop.project
    await base.db.transaction((tx) =>
      ensureServiceCheck(
        tx,
        { projectId, url: 'https://shop.example', version: 'a', serverId: server.id },
        desk.clock.now(),
      ),
    )
    const tlsExpiresAt = new Date(desk.clock.now().getTime() + 20 * 86_400_000).toISOString()
    await look({ ...OK, facts: { ...OK.facts, tlsExpiresAt } })
    await base.db.transaction((tx) =>
      moveServer(tx, { serverId: server.id, to: 'unreachable', actor: 'system', reason: 'does not answer' }),
    )
    const card = cardOf(await says('/server WEB-1', 'vera'))
    expect(card.title).toBe('web-1')
    expect(fieldOf(card, 'field-address')).toBe('root@10.0.0.4')
    expect(fieldOf(card, 'server-field-check')).toBe('answers in 12 ms · looked at 0 s ago')
    expect(fieldOf(card, 'server-field-disk')).toBe('61 %')
    expect(fieldOf(card, 'server-field-memory')).toBe('40 %')
    expect(fieldOf(card, 'server-field-load')).toBe('0.5')
    expect(fieldOf(card, 'server-field-certificate')).toBe('ends in 20 d')
    expect(fieldOf(card, 'server-field-source')).toBe('hetzner · location: fsn1')
    expect(card.body).toContain('- **shop** · answers in 12 ms')
    expect(card.body).toMatch(/unreachable · does not answer/)
    expect(labels(card)).toEqual([])
  })

  test('of one that does not answer tells why and since when', async () => {
    await add('web-1')
    await look(OK)
    for (let i = 0; i < 3; i++) await look(REFUSED)
    const card = cardOf(await says('/server web-1'))
    expect(card.tone).toBe('danger')
    expect(fieldOf(card, 'server-field-check')).toMatch(
      /^does not answer \(3 failed checks\) · connection refused · last ok \d\d:\d\d UTC · looked at 0 s ago$/,
    )
    expect(fieldOf(card, 'server-field-disk'), 'as it was last').toBe('61 %')
  })

  test('of one that waits to be prepared tells for what', async () => {
    const { id } = await add('web-1', 'discovered')
    await base.db
      .update(servers)
      .set({ facts: { provisioningLacks: 'ssh_key answer' } })
      .where(eq(servers.id, id))
    const card = cardOf(await says('/server web-1'))
    expect(fieldOf(card, 'server-field-waits')).toBe('an SSH key (PRORAB_SSH_KEY), its first answer')
    expect(fieldOf(card, 'server-field-source')).toBe('hetzner')
  })

  test('of nobody known names the nearest', async () => {
    await add('web-1')
    expect((await says('/server wbe-1'))?.markdown).toBe(
      t('server-unknown-near', { name: 'wbe-1', nearest: 'web-1' }),
    )
    expect((await says('/server zzzzzzzz'))?.markdown).toBe(t('server-unknown', { name: 'zzzzzzzz' }))
    for (const line of ['/server', '/server burn web-1', '/server a b c'])
      expect((await says(line))?.markdown).toContain('/server maintenance web-1')
  })

  test('with a name full of markup stays one line of it', async () => {
    await add('*web*[x](http://evil)')
    expect(cardOf(await says('/servers')).body).not.toContain('](http')
  })
})

describe('"check now"', () => {
  test('has a server looked at in the next round, and its card shows the result in place', async () => {
    const { id } = await add('web-1')
    await look(OK)
    await says('/server web-1')
    await base.db.update(outbox).set({ state: 'delivered' })
    expect((await says('/server check web-1', 'oleg'))?.markdown).toBe(
      t('server-checking', { name: 'web-1' }),
    )
    const now = desk.clock.now()
    const claimed = await claimDueChecks(base.db, { due: now, now, limit: 10 })
    expect(claimed).toMatchObject([{ key: serverCheckKey(id) }])
    const { wake } = await recordResults(
      base.db,
      claimed.map((check) => ({ check, result: REFUSED })),
      { now, random: () => 0.5 },
    )
    expect(wake).toEqual([shop.conversationId])
    const rows = await base.db.select().from(outbox)
    const shown = rows.find(({ content }) => content.type === 'view' && content.view === 'server')
    expect(shown?.state).toBe('pending')
    if (shown)
      expect(fieldOf(cardOf(await desk.draw(shown)), 'server-field-check')).toContain('1 check failed')
  })

  test('is for operators, and of no use where nobody looks', async () => {
    await add('web-1')
    expect((await says('/server check web-1', 'vera'))?.markdown).toContain('operator')
    await base.db.delete(checks)
    expect((await says('/server check web-1', 'oleg'))?.markdown).toBe(
      t('server-not-checked', { name: 'web-1' }),
    )
  })
})

describe('maintenance', () => {
  test('silences a server, and what was open about it is over; afterwards it is what it was', async () => {
    const { id } = await add('web-1')
    await look(OK)
    for (let i = 0; i < 3; i++) await look(REFUSED)
    expect(await statusOf(id)).toBe('unreachable')
    expect((await says('/server maintenance web-1'))?.markdown).toBe(
      t('server-maintenance-begun', { name: 'web-1' }),
    )
    expect(await statusOf(id)).toBe('maintenance')
    expect(await base.db.select().from(incidents)).toMatchObject([{ kind: 'server_down', state: 'resolved' }])
    for (let i = 0; i < 3; i++) await look(REFUSED)
    expect(await base.db.select().from(incidents)).toMatchObject([{ state: 'resolved' }])
    expect(labels(cardOf(await says('/server web-1')))).toEqual([
      t('server-button-check'),
      t('server-button-resume'),
    ])
    await says('/server resume web-1')
    expect(await statusOf(id)).toBe('ready')
    for (let i = 0; i < 2; i++) await look(OK)
    expect(await statusOf(id)).toBe('ready')
    expect(await base.db.select().from(auditEntries)).toMatchObject([
      { action: 'server.maintenance', subject: 'server:web-1', actor: 'anna' },
      { action: 'server.resume' },
    ])
  })

  test('of a server that was never in use leaves it as it was found', async () => {
    const { id } = await add('web-1', 'discovered')
    await says('/server maintenance web-1')
    await says('/server maintenance web-1')
    await says('/server resume web-1')
    expect(await statusOf(id)).toBe('discovered')
  })

  test('that ends while the server is still down is told of again', async () => {
    const { id } = await add('web-1')
    await says('/server maintenance web-1')
    for (let i = 0; i < 4; i++) await look(REFUSED)
    expect(await base.db.select().from(incidents)).toEqual([])
    await says('/server resume web-1')
    await look(REFUSED)
    expect(await base.db.select().from(incidents)).toMatchObject([{ kind: 'server_down', state: 'open' }])
    expect(await statusOf(id)).toBe('unreachable')
  })

  test('cannot begin in the middle of the preparation, and is for admins', async () => {
    const { id } = await add('web-1', 'provisioning')
    expect((await says('/server maintenance web-1'))?.markdown).toBe(t('server-move-impossible'))
    expect((await says('/server maintenance web-1', 'oleg'))?.markdown).toContain('admin')
    expect(await statusOf(id)).toBe('provisioning')
  })
})

test('a server that is retired by hand is looked at no more', async () => {
  const { id } = await add('web-1')
  for (let i = 0; i < 3; i++) await look(REFUSED)
  expect((await says('/server retire web-1'))?.markdown).toBe(t('server-retired', { name: 'web-1' }))
  expect(await statusOf(id)).toBe('retired')
  expect(await base.db.select().from(checks)).toEqual([])
  expect(await base.db.select().from(incidents)).toMatchObject([{ state: 'resolved' }])
})

test('a host key that changed is believed once somebody who knows why says so', async () => {
  const { id } = await add('web-1')
  await look({ ...OK, facts: { hostKey: 'SHA256:old' } })
  await says('/server trust web-1', 'oleg')
  const factsOf = async () => (await base.db.select().from(checks).where(eq(checks.serverId, id)))[0]?.facts
  expect(await factsOf()).toEqual({ hostKey: 'SHA256:old' })
  expect((await says('/server trust web-1'))?.markdown).toBe(t('server-key-trusted', { name: 'web-1' }))
  expect(await factsOf()).toEqual({})
})
