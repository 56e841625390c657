import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inbox as inboxTable, turns } from '../../../src/db/schema/conversations.ts'
import { createInbox, findInbox, type Inbox } from '../../../src/domain/conversations/inbox.ts'
import { beginTurn, burstReadyAt, finishTurn } from '../../../src/domain/conversations/turns.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { arrival, command } from './arrivals.ts'
import { leased } from './leased.ts'

let database: TestDatabase
let inbox: Inbox
let clock: ManualClock
let conversationId: string

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.db.delete(inboxTable)
  await database.db.delete(turns)
  clock = createManualClock()
  inbox = createInbox(database.db, { clock })
  conversationId = (await inbox.write(command('start'))).conversationId
})

const begin = () =>
  leased(database.db, conversationId, (lease) => beginTurn(database.db, lease, conversationId))
const finish = (id: string, state: 'done' | 'failed' = 'done') =>
  leased(database.db, conversationId, (lease) =>
    database.db.transaction((tx) => finishTurn(tx, lease, id, state, 'P-222222')),
  )
const says = (text: string) => inbox.write(arrival(text))
const textsOf = (begun: Awaited<ReturnType<typeof begin>>) =>
  begun?.rows.map(({ body }) => (body.kind === 'text' ? body.text : body.kind))

describe('a turn', () => {
  test('takes a burst of texts in order, and no command', async () => {
    for (const text of ['make', 'me', 'a shortener']) await says(text)
    expect(textsOf(await begin())).toEqual(['make', 'me', 'a shortener'])
  })

  test('is none when nobody waits', async () => {
    expect(await begin()).toBeUndefined()
  })

  test('goes on after a crash with the very same texts, whatever arrived since', async () => {
    await says('before')
    const first = await begin()
    await says('after')
    const again = await begin()
    expect(again?.turn.id).toBe(first?.turn.id)
    expect(again?.turn.attempts).toBe(2)
    expect(textsOf(again)).toEqual(['before'])
    await finish(again?.turn.id ?? '')
    expect(textsOf(await begin())).toEqual(['after'])
  })

  test('ends once, with its texts', async () => {
    const { id } = await says('hi')
    const begun = await begin()
    expect(await finish(begun?.turn.id ?? '')).toBe(true)
    expect(await finish(begun?.turn.id ?? '', 'failed')).toBe(false)
    expect(await findInbox(database.db, id)).toMatchObject({ state: 'done', turnId: begun?.turn.id })
    expect(await begin()).toBeUndefined()
  })

  test('that failed fails its texts and keeps the reference', async () => {
    const { id } = await says('hi')
    await finish((await begin())?.turn.id ?? '', 'failed')
    expect((await findInbox(database.db, id))?.state).toBe('failed')
    expect(await database.db.select().from(turns)).toMatchObject([{ state: 'failed', reference: 'P-222222' }])
  })

  test('cannot be begun or ended by somebody who lost the lease', async () => {
    const { id } = await says('hi')
    const { sql } = database
    const lostLease = await leased(database.db, conversationId, async (lease) => lease)
    await sql`update leases set fence = fence + 1`
    await expect(beginTurn(database.db, lostLease, conversationId)).rejects.toMatchObject({
      code: 'lease_lost',
    })
    const begun = await begin()
    await expect(
      database.db.transaction((tx) => finishTurn(tx, lostLease, begun?.turn.id ?? '', 'done')),
    ).rejects.toMatchObject({ code: 'lease_lost' })
    expect((await findInbox(database.db, id))?.state).toBe('pending')
  })
})

describe('a burst', () => {
  const WINDOW_MS = 1000
  const readyAfter = async () => {
    const ready = await burstReadyAt(database.db, conversationId, { windowMs: WINDOW_MS })
    return ready && ready.getTime() - clock.now().getTime()
  }

  test('is over one window after its last text', async () => {
    expect(await readyAfter()).toBeUndefined()
    await says('one')
    await clock.advance(600)
    await says('two')
    expect(await readyAfter()).toBe(WINDOW_MS)
  })

  test('is over four windows after its first text, even when the person goes on typing', async () => {
    for (let n = 0; n < 8; n += 1) {
      await says(`${n}`)
      await clock.advance(WINDOW_MS / 2)
    }
    expect(await readyAfter()).toBe(0)
  })

  test('that a crash interrupted is not waited for again', async () => {
    await says('one')
    await begin()
    await says('two')
    expect(await readyAfter()).toBeLessThanOrEqual(0)
  })
})
