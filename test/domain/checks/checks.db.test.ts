import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AT_ONCE, serverCheckKey, serviceCheckKey } from '../../../src/domain/checks/check.ts'
import { enableCheck, ensureCheck, removeCheck } from '../../../src/domain/checks/ensure.ts'
import { checkServerNow } from '../../../src/domain/checks/server-checks.ts'
import {
  ensureServiceCheck,
  pauseServiceCheck,
  removeServiceCheck,
} from '../../../src/domain/checks/service-checks.ts'
import { OK, openWatchHouse, REFUSED, type WatchHouse } from './watch-house.ts'

let house: WatchHouse
beforeAll(async () => {
  house = await openWatchHouse()
})
afterAll(() => house.close())
beforeEach(() => house.clear())

const tcp = (key: string) =>
  ensureCheck(house.db, {
    key,
    kind: 'tcp',
    target: { host: '10.0.0.4', port: 5000 },
    now: house.clock.now(),
  })

const deployed = async (version = 'abc') => {
  const projectId = await house.project()
  await house.db.transaction((tx) =>
    ensureServiceCheck(tx, { projectId, url: 'http://127.0.0.1:8001', version }, house.clock.now()),
  )
  return projectId
}

describe('a check that is due', () => {
  test('is taken by one of those who come for it, however many come at once', async () => {
    for (let i = 0; i < 40; i++) await tcp(`check ${i}`)
    const taken = await Promise.all(Array.from({ length: 8 }, () => house.claim(7)))
    const ids = [...taken.flat(), ...(await house.claim())].map(({ id }) => id)
    expect(ids).toHaveLength(40)
    expect(new Set(ids).size).toBe(40)
    expect(await house.claim()).toEqual([])
  })

  test('comes the longest overdue first', async () => {
    await tcp('late')
    await house.clock.advance(1_000)
    await tcp('later')
    const [first] = await house.claim(1)
    expect(first?.key).toBe('late')
  })

  test('is looked at again only when its time has come', async () => {
    await tcp('one')
    await house.record((await house.claim()).map((check) => ({ check, result: OK })))
    expect(await house.claim()).toEqual([])
    await house.clock.advance(29_999)
    expect(await house.claim()).toEqual([])
    await house.clock.advance(1)
    expect(await house.claim()).toHaveLength(1)
  })

  test('is not looked at while it is switched off, and from the start when it is on again', async () => {
    await tcp('one')
    await house.look(REFUSED)
    await enableCheck(house.db, 'one', false, house.clock.now())
    await house.clock.advance(600_000)
    expect(await house.claim()).toEqual([])
    expect(await house.checkOf('one')).toMatchObject({ failures: 1, lastError: 'connection refused' })
    await enableCheck(house.db, 'one', true, house.clock.now())
    expect(await house.claim()).toMatchObject([{ key: 'one', failures: 0, state: 'unknown' }])
  })

  test('asked for again is the same, and begins anew when it is about something else', async () => {
    const first = await tcp('one')
    await house.look(REFUSED)
    expect(await tcp('one')).toMatchObject({ id: first.id, failures: 1 })
    const moved = await ensureCheck(house.db, {
      key: 'one',
      kind: 'tcp',
      target: { host: '10.0.0.5', port: 5000 },
      now: house.clock.now(),
    })
    expect(moved).toMatchObject({ id: first.id, failures: 0, lastCheckedAt: null, nextAt: house.clock.now() })
    await removeCheck(house.db, 'one')
    await removeCheck(house.db, 'one')
    expect(await house.checkOf('one')).toBeUndefined()
  })
})

describe('whoever is killed between the claim and the result', () => {
  test('loses nothing: the check is looked at again once the claim has run out', async () => {
    await tcp('one')
    expect(await house.claim()).toHaveLength(1)
    await house.clock.advance(24_999)
    expect(await house.claim()).toEqual([])
    await house.clock.advance(1)
    expect(await house.claim()).toHaveLength(1)
  })

  test('and comes back after all, counts for nothing', async () => {
    const id = await deployed()
    const late = await house.claim()
    await house.clock.advance(25_000)
    const [again] = await house.claim()
    expect(again?.claim).not.toBe(late[0]?.claim)
    expect(await house.record(late.map((check) => ({ check, result: REFUSED })))).toMatchObject({
      recorded: 0,
    })
    expect(await house.checkOf(serviceCheckKey(id))).toMatchObject({ failures: 0, state: 'unknown' })
    expect(again && (await house.record([{ check: again, result: OK }]))).toMatchObject({ recorded: 1 })
    expect(await house.checkOf(serviceCheckKey(id))).toMatchObject({ failures: 0, state: 'ok', claim: null })
  })

  test('opens no incident with a result that comes too late, even when nobody took the check over', async () => {
    await deployed()
    for (let i = 0; i < 2; i++) await house.look(REFUSED)
    await house.clock.advance(120_000)
    const claimed = await house.claim()
    await house.clock.advance(25_000)
    expect(await house.record(claimed.map((check) => ({ check, result: REFUSED })))).toMatchObject({
      recorded: 0,
    })
    expect(await house.incidents()).toEqual([])
  })

  test('a result is counted once, also when it is written twice', async () => {
    await tcp('one')
    const looked = (await house.claim()).map((check) => ({ check, result: REFUSED }))
    expect(await house.record(looked)).toMatchObject({ recorded: 1 })
    expect(await house.record(looked)).toMatchObject({ recorded: 0 })
    expect(await house.checkOf('one')).toMatchObject({ failures: 1 })
  })
})

describe('a service', () => {
  test('that stops answering is one incident after three failures, and its own end when it answers again', async () => {
    const id = await deployed()
    await house.look(OK)
    for (let i = 0; i < 2; i++) await house.look(REFUSED)
    expect(await house.incidents()).toEqual([])
    expect(await house.look(REFUSED)).toMatchObject({ recorded: 1, failing: 1 })
    await house.look(REFUSED)
    expect(await house.incidents()).toMatchObject([
      {
        kind: 'service_unhealthy',
        key: `service_unhealthy:${id}`,
        state: 'open',
        severity: 'critical',
        projectId: id,
        occurrences: 2,
        facts: { reason: 'connection refused', failures: 4 },
      },
    ])
    await house.look(OK)
    expect(await house.incidents()).toMatchObject([{ state: 'open' }])
    expect(await house.look(OK)).toMatchObject({ recorded: 1, recovered: 1 })
    expect(await house.incidents()).toMatchObject([{ state: 'resolved', resolution: 'healed' }])
  })

  test('is called by the name of its project', async () => {
    const projectId = await house.project('url-shortener')
    await house.db.transaction((tx) =>
      ensureServiceCheck(tx, { projectId, url: 'http://127.0.0.1:8001', version: 'a' }, house.clock.now()),
    )
    for (let i = 0; i < 3; i++) await house.look(REFUSED)
    expect(await house.incidents()).toMatchObject([{ subject: 'url-shortener' }])
  })

  test('that was stopped on purpose alerts nobody, and what was open about it is over', async () => {
    const id = await deployed()
    for (let i = 0; i < 3; i++) await house.look(REFUSED)
    await house.db.transaction((tx) => pauseServiceCheck(tx, id, house.clock.now()))
    // It has not recovered, and nobody is told so.
    expect(await house.incidents()).toMatchObject([{ state: 'resolved', resolution: 'unwatched' }])
    for (let i = 0; i < 5; i++) expect(await house.look(REFUSED)).toMatchObject({ recorded: 0 })
    expect(await house.incidents()).toHaveLength(1)
  })

  test('that is stopped while somebody looks at it alerts nobody either', async () => {
    const id = await deployed()
    for (let i = 0; i < 2; i++) await house.look(REFUSED)
    await house.clock.advance(120_000)
    const claimed = await house.claim()
    await house.db.transaction((tx) => pauseServiceCheck(tx, id, house.clock.now()))
    expect(await house.record(claimed.map((check) => ({ check, result: REFUSED })))).toMatchObject({
      recorded: 0,
    })
    expect(await house.incidents()).toEqual([])
  })

  test('that is deployed anew begins with a clean record, and its first answer ends what was wrong', async () => {
    const id = await deployed()
    for (let i = 0; i < 3; i++) await house.look(REFUSED)
    await house.db.transaction((tx) =>
      ensureServiceCheck(
        tx,
        { projectId: id, url: 'http://127.0.0.1:8001', version: 'next' },
        house.clock.now(),
      ),
    )
    expect(await house.checkOf(serviceCheckKey(id))).toMatchObject({
      state: 'unknown',
      failures: 0,
      target: { url: 'http://127.0.0.1:8001/healthz', version: 'next' },
    })
    await house.look(OK)
    expect(await house.incidents()).toMatchObject([{ state: 'resolved' }])
  })

  test('that is deleted is looked at no more', async () => {
    const id = await deployed()
    for (let i = 0; i < 3; i++) await house.look(REFUSED)
    await house.db.transaction((tx) => removeServiceCheck(tx, id, house.clock.now()))
    expect(await house.checkOf(serviceCheckKey(id))).toBeUndefined()
    expect(await house.incidents()).toMatchObject([{ state: 'resolved' }])
  })

  test('that breaks among a hundred others is the only one people hear of', async () => {
    for (let i = 0; i < 30; i++) await tcp(`check ${i}`)
    const id = await deployed()
    for (let i = 0; i < 3; i++) await house.look((check) => (check.projectId === id ? REFUSED : OK))
    expect(await house.incidents()).toMatchObject([{ key: `service_unhealthy:${id}` }])
    expect(await house.checkOf('check 7')).toMatchObject({ state: 'ok', successes: 3 })
  })
})

describe('a server', () => {
  test('in use that does not answer is unreachable, and ready when it answers again', async () => {
    const { id, name } = await house.server('ready')
    await house.look(OK)
    for (let i = 0; i < 3; i++) await house.look(REFUSED)
    expect(await house.statusOf(id)).toBe('unreachable')
    expect(await house.incidents()).toMatchObject([
      { kind: 'server_down', key: `server_down:${id}`, subject: name, serverId: id, state: 'open' },
    ])
    for (let i = 0; i < 2; i++) await house.look(OK)
    expect(await house.statusOf(id)).toBe('ready')
    expect(await house.incidents()).toMatchObject([{ state: 'resolved' }])
  })

  test('that was never in use stays what it was, and is told of all the same', async () => {
    const { id } = await house.server('discovered')
    for (let i = 0; i < 3; i++) await house.look(REFUSED)
    expect(await house.statusOf(id)).toBe('discovered')
    expect(await house.incidents()).toMatchObject([
      { kind: 'server_down', state: 'open', severity: 'warning' },
    ])
  })

  test.each(['maintenance', 'provisioning'] as const)('in %s alerts nobody', async (status) => {
    const { id } = await house.server(status)
    for (let i = 0; i < 5; i++) await house.look(REFUSED)
    expect(await house.statusOf(id)).toBe(status)
    expect(await house.incidents()).toEqual([])
    expect(await house.checkOf(serverCheckKey(id))).toMatchObject({ state: 'failing', failures: 5 })
  })

  test('explains why the services on it do not answer: only the server is told of', async () => {
    const server = await house.server('ready')
    const projectId = await house.project()
    await house.db.transaction((tx) =>
      ensureServiceCheck(
        tx,
        { projectId, url: 'http://10.0.0.4:8001', version: 'a', serverId: server.id },
        house.clock.now(),
      ),
    )
    for (let i = 0; i < 3; i++) await house.look(REFUSED)
    const all = await house.incidents()
    const down = all.find(({ kind }) => kind === 'server_down')
    expect(down).toMatchObject({ state: 'open', parentId: null })
    expect(all.find(({ kind }) => kind === 'service_unhealthy')).toMatchObject({ parentId: down?.id })
  })

  test('whose disk is full and whose disk has room again', async () => {
    await house.server('ready')
    const disk = (percent: number) => ({ ...OK, facts: { diskUsedPercent: percent } })
    await house.look(disk(92))
    expect(await house.incidents()).toMatchObject([{ kind: 'disk_full', severity: 'warning' }])
    await house.look(disk(96))
    expect(await house.incidents()).toMatchObject([{ kind: 'disk_full', severity: 'critical' }])
    await house.look(disk(50))
    expect(await house.incidents()).toMatchObject([{ state: 'resolved', severity: 'critical' }])
  })

  test('that somebody wants looked at is due at once, before everything else', async () => {
    for (let i = 0; i < 5; i++) await tcp(`check ${i}`)
    const { id } = await house.server('ready')
    await house.look(OK)
    expect(await house.db.transaction((tx) => checkServerNow(tx, id))).toBe(1)
    expect(await house.claim()).toMatchObject([{ serverId: id, nextAt: AT_ONCE }])
  })
})
