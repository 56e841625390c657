import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createInbox, findInbox, type Inbox, type InboxRow } from '../../../src/domain/conversations/inbox.ts'
import { ACTION_CLAIM_MS, renewActions, takeActions } from '../../../src/domain/conversations/take-actions.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { arrival, command } from './arrivals.ts'

/** A process that deals with commands itself, and another that looks for what is left. */
let database: TestDatabase
let clock: ManualClock
let inbox: Inbox
let begun: InboxRow[]

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(() => {
  clock = createManualClock('2030-01-01T12:00:00Z')
  begun = []
  inbox = createInbox(database.db, { clock, taker: { by: 'me', begin: (row) => begun.push(row) } })
})

const other = (id: string) => takeActions(database.db, { by: 'other', limit: 1, ids: [id], now: clock.now() })

test('commands are in hand from the moment they are written, in order, as they stand in the database', async () => {
  const said = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      inbox.write(command(`c${n}`, { messageKey: `m${n}-${clock.now()}` })),
    ),
  )
  expect(said.every(({ taken }) => taken)).toBe(true)
  expect(begun.map(({ body }) => body)).toMatchObject(
    Array.from({ length: 20 }, (_, n) => ({ name: `c${n}` })),
  )
  for (const row of begun) expect(await findInbox(database.db, row.id)).toEqual(row)
  expect(await other(begun[0]?.id ?? '')).toEqual([])
})

test('texts wait for their turn', async () => {
  expect(await inbox.write(arrival('hello'))).toMatchObject({ lane: 'turn', taken: false })
  expect(begun).toEqual([])
})

test('a redelivery begins nothing again, at once or later', async () => {
  const once = command('status')
  const said = await Promise.all(Array.from({ length: 5 }, () => inbox.write(once)))
  said.push(await inbox.write(once))
  expect(said.filter(({ taken }) => taken)).toHaveLength(1)
  expect(begun).toHaveLength(1)
})

test('what takes long stays in hand as long as the process lives, and not much longer', async () => {
  const { id } = await inbox.write(command('restart'))
  await clock.advance(ACTION_CLAIM_MS - 1)
  await renewActions(database.db, 'me', clock.now())
  await clock.advance(ACTION_CLAIM_MS - 1)
  expect(await other(id)).toEqual([])
  await clock.advance(1)
  expect(await other(id)).toMatchObject([{ id, attempts: 2 }])
  await renewActions(database.db, 'me', clock.now())
  expect(await findInbox(database.db, id)).toMatchObject({ claimedBy: 'other' })
})
