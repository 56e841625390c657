import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../../src/clock.ts'
import { connectDatabase } from '../../../src/db/client.ts'
import { inbox as table } from '../../../src/db/schema/conversations.ts'
import {
  actionsLeftWaiting,
  completeInbox,
  conversationsLeftWaiting,
  createInbox,
  failInbox,
  findInbox,
  type Inbox,
} from '../../../src/domain/conversations/inbox.ts'
import { takeActions } from '../../../src/domain/conversations/take-actions.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { arrival, command } from './arrivals.ts'

let database: TestDatabase
let inbox: Inbox
let clock: ManualClock

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.db.delete(table)
  clock = createManualClock()
  inbox = createInbox(database.db, { clock })
})

const rows = () => database.db.select().from(table).orderBy(table.seq)

describe('what arrives', () => {
  test('five deliveries of the same update at once make one row, and all learn its id', async () => {
    const update = arrival('make me a URL shortener')
    const other = connectDatabase(database.url)
    const written = await Promise.all(
      [inbox, inbox, inbox, createInbox(other.db), createInbox(other.db)].map((one) => one.write(update)),
    )
    await other.close()
    expect(written.filter(({ fresh }) => fresh)).toHaveLength(1)
    expect(new Set(written.map(({ id }) => id)).size).toBe(1)
    expect(await rows()).toHaveLength(1)
  })

  test('two events that announce one message make one row, together or one after the other', async () => {
    const message = { messageKey: 'T1:C1:1700000000.1' }
    const first = await Promise.all([
      inbox.write(arrival('hi', message)),
      inbox.write(arrival('hi', message)),
    ])
    const later = await inbox.write(arrival('hi', message))
    expect([...first, later].map(({ fresh }) => fresh).sort()).toEqual([false, false, true])
    expect(new Set([...first, later].map(({ id }) => id)).size).toBe(1)
  })

  test('the same event id on two platforms is two events', async () => {
    const update = arrival('hi')
    await inbox.write(update)
    expect(
      (await inbox.write({ ...update, platform: 'slack', conversation: { key: 'slack:T:C', kind: 'group' } }))
        .fresh,
    ).toBe(true)
  })

  test('texts wait their turn; commands, buttons and forms do not', async () => {
    const author = { name: 'Ann' }
    const lanes = await Promise.all(
      [
        arrival('hi'),
        command('status'),
        arrival('', { body: { kind: 'action', action: 'a:1', author } }),
        arrival('', { body: { kind: 'form', action: 'a:1', text: 'hi', author } }),
      ].map((one) => inbox.write(one)),
    )
    expect(lanes.map(({ lane }) => lane)).toEqual(['turn', 'action', 'action', 'action'])
  })

  test('a flood keeps its order', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, n) => inbox.write(arrival(`${n}`))))
    const texts = (await rows()).map(({ body }) => (body.kind === 'text' ? Number(body.text) : -1))
    expect(texts).toEqual(Array.from({ length: 300 }, (_, n) => n))
  })

  test('what a database refuses to keep is kept without it', async () => {
    const { id } = await inbox.write(arrival('nul \0 and half a pair \ud83d.'))
    expect((await findInbox(database.db, id))?.body).toMatchObject({ text: 'nul  and half a pair \ufffd.' })
  })

  test('a write that fails says so', async () => {
    const broken = connectDatabase('postgres://nobody@127.0.0.1:1/none')
    await expect(createInbox(broken.db).write(arrival('hi'))).rejects.toThrow()
    await broken.close()
  })
})

describe('actions', () => {
  test('are taken once, in order, by however many processes', async () => {
    for (let n = 0; n < 40; n += 1) await inbox.write(command(`c${n}`))
    await inbox.write(arrival('a text is no action'))
    const now = clock.now()
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, n) => takeActions(database.db, { by: `p${n}`, limit: 10, now })),
    )
    const ids = taken.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const batch of taken)
      expect(batch.map(({ seq }) => seq)).toEqual(batch.map(({ seq }) => seq).toSorted((a, b) => a - b))
    const rest = await takeActions(database.db, { by: 'p', limit: 100, now })
    expect(ids.length + rest.length).toBe(40)
  })

  test('of a process that died are taken again, and only then', async () => {
    const { id } = await inbox.write(command('status'))
    const take = () => takeActions(database.db, { by: 'p', limit: 1, ids: [id], now: clock.now() })
    expect(await take()).toHaveLength(1)
    expect(await take()).toHaveLength(0)
    await clock.advance(5 * MINUTE_MS)
    expect(await take()).toMatchObject([{ id, attempts: 2 }])
    await completeInbox(database.db, [id])
    await clock.advance(5 * MINUTE_MS)
    expect(await take()).toHaveLength(0)
  })

  test('that were done do not fail afterwards', async () => {
    const { id } = await inbox.write(command('status'))
    await completeInbox(database.db, [id])
    await failInbox(database.db, [id])
    expect((await findInbox(database.db, id))?.state).toBe('done')
  })
})

test('the sweeper sees what nobody came for, and nothing younger', async () => {
  const text = await inbox.write(arrival('hi'))
  const action = await inbox.write(command('status'))
  const taken = await inbox.write(command('help'))
  await clock.advance(20_000)
  await takeActions(database.db, { by: 'p', limit: 1, ids: [taken.id], now: clock.now() })
  const left = () => {
    const terms = { olderThanMs: 30_000, now: clock.now() }
    return Promise.all([conversationsLeftWaiting(database.db, terms), actionsLeftWaiting(database.db, terms)])
  }
  expect(await left()).toEqual([[], []])
  await clock.advance(10_000)
  expect(await left()).toEqual([[text.conversationId], [action.id]])
  await clock.advance(5 * MINUTE_MS)
  expect(await left()).toEqual([[text.conversationId], [action.id, taken.id]])
  await completeInbox(database.db, [text.id, action.id, taken.id])
  expect(await left()).toEqual([[], []])
})
