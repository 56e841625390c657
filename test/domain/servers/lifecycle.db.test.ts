import { afterAll, beforeAll, expect, test } from 'vitest'
import { SERVER_STATUSES, type ServerStatus } from '../../../src/db/shapes/server.ts'
import { moveServer, SERVER_MOVES } from '../../../src/domain/servers/lifecycle.ts'
import { findServer, lastServerEvents } from '../../../src/domain/servers/servers.ts'
import { openWatchHouse, type WatchHouse } from '../checks/watch-house.ts'

let house: WatchHouse
beforeAll(async () => {
  house = await openWatchHouse()
})
afterAll(() => house.close())

const move = (serverId: string, to: ServerStatus, reason = 'why not') =>
  house.db.transaction((tx) => moveServer(tx, { serverId, to, actor: 'system', reason }))

test.each(SERVER_STATUSES)(
  'from %s a server goes where the table lets it, and nowhere else',
  async (from) => {
    for (const to of SERVER_STATUSES) {
      const { id } = await house.server(from)
      if (to === from || SERVER_MOVES[from].includes(to)) {
        await move(id, to)
        expect(await house.statusOf(id)).toBe(to)
      } else {
        await expect(move(id, to)).rejects.toMatchObject({ code: 'conflict' })
        expect(await house.statusOf(id)).toBe(from)
        expect(await lastServerEvents(house.db, id)).toEqual([])
      }
    }
  },
)

test('every move is written down once, with who and why', async () => {
  const { id } = await house.server('ready')
  await move(id, 'unreachable', 'does not answer')
  await move(id, 'unreachable', 'does not answer')
  expect(await lastServerEvents(house.db, id)).toMatchObject([
    { from: 'ready', to: 'unreachable', actor: 'system', reason: 'does not answer' },
  ])
  expect(await findServer(house.db, id)).toMatchObject({ status: 'unreachable', version: 2 })
})

test('two who move the same server at once cannot both be right', async () => {
  const { id } = await house.server('ready')
  const outcomes = await Promise.allSettled([move(id, 'retired'), move(id, 'maintenance')])
  const status = await house.statusOf(id)
  // Whoever came second found it where the first had put it: from maintenance it may still be retired.
  expect(outcomes.filter((one) => one.status === 'rejected')).toHaveLength(
    status === 'retired' && (await lastServerEvents(house.db, id)).length === 2 ? 0 : 1,
  )
})

test('a server that never was cannot be moved', async () => {
  await expect(move('6e1b0a52-7f0e-4a30-9d6a-0c2f51f0f8d1', 'ready')).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('there is a way from every status, and back into use from all but those that were never prepared', () => {
  const reach = (from: ServerStatus, seen = new Set<ServerStatus>()): Set<ServerStatus> => {
    for (const next of SERVER_MOVES[from]) if (!seen.has(next)) reach(next, seen.add(next))
    return seen
  }
  for (const status of SERVER_STATUSES) expect([...reach(status)].sort()).toContain('ready')
})
