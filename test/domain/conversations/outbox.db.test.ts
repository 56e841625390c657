import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { outbox } from '../../../src/db/schema/conversations.ts'
import type { ViewContent } from '../../../src/db/shapes/outgoing.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import {
  findByPart,
  findSaid,
  revise,
  reviseLists,
  reviseViews,
  say,
  undelivered,
} from '../../../src/domain/conversations/outbox.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
let conversationId: string
let elsewhere: string

beforeAll(async () => {
  database = await createTestDatabase()
  const ensure = (key: string) =>
    ensureConversation(database.db, { key, platform: 'telegram', kind: 'private' }).then(({ id }) => id)
  conversationId = await ensure('telegram:1:2')
  elsewhere = await ensure('telegram:1:3')
})
afterAll(() => database.close())
beforeEach(() => database.db.delete(outbox))

const text = (markdown: string) => ({ type: 'text', markdown }) as const
const setRow = (id: string, values: Partial<typeof outbox.$inferInsert>) =>
  database.db.update(outbox).set(values).where(eq(outbox.id, id))

describe('saying something', () => {
  test('twice under one key says it once, as it was said first', async () => {
    const { db } = database
    const both = await Promise.all(
      ['a', 'b'].map((m) => say(db, { conversationId, key: 'k', content: text(m) })),
    )
    const again = await say(db, { conversationId, key: 'k', content: text('c') })
    expect([...both, again].filter(({ fresh }) => fresh)).toHaveLength(1)
    expect(new Set([...both, again].map(({ id }) => id)).size).toBe(1)
    expect((await findSaid(db, 'k'))?.version).toBe(1)
  })

  test('in a transaction that fails says nothing', async () => {
    await expect(
      database.db.transaction(async (tx) => {
        await say(tx, { conversationId, key: 'never', content: text('no') })
        throw new Error('rolled back')
      }),
    ).rejects.toThrow()
    expect(await undelivered(database.db)).toEqual([])
  })
})

describe('changing what was said', () => {
  test('makes a shown message due again, and tells whom to wake', async () => {
    const { db } = database
    const { id } = await say(db, { conversationId, key: 'k', content: text('a') })
    await setRow(id, { state: 'delivered', deliveredVersion: 1 })
    expect(await revise(db, id, { content: text('b') })).toBe(conversationId)
    expect(await findSaid(db, 'k')).toMatchObject({ state: 'pending', version: 2, content: text('b') })
  })

  test('leaves a message that is just being sent to its sender, and one that failed alone', async () => {
    const { db } = database
    const { id } = await say(db, { conversationId, key: 'k', content: text('a') })
    await setRow(id, { state: 'sending' })
    await revise(db, id, { streaming: true })
    expect(await findSaid(db, 'k')).toMatchObject({ state: 'sending', version: 2, content: text('a') })
    await setRow(id, { state: 'failed' })
    expect(await revise(db, id, { content: text('b') })).toBeUndefined()
    expect(await findSaid(db, 'k')).toMatchObject({ state: 'failed', version: 2 })
  })

  test('redraws every message that shows the thing, wherever it is, and no other', async () => {
    const { db } = database
    const view = (name: ViewContent['view'], args: ViewContent['args']) =>
      ({ type: 'view', view: name, args }) as const
    const rows = {
      here: await say(db, { conversationId, key: 'here', content: view('approval', { id: 'A1' }) }),
      more: await say(db, {
        conversationId: elsewhere,
        key: 'more',
        content: view('approval', { id: 'A1', n: 2 }),
      }),
      other: await say(db, { conversationId, key: 'other', content: view('approval', { id: 'A2' }) }),
      run: await say(db, { conversationId, key: 'run', content: view('run', { id: 'A1' }) }),
    }
    await setRow(rows.here.id, { state: 'delivered', deliveredVersion: 1 })
    const woken = await reviseViews(db, 'approval', { id: 'A1' })
    expect(woken.toSorted()).toEqual([conversationId, elsewhere].toSorted())
    const versions = await Promise.all(
      Object.keys(rows).map(async (key) => (await findSaid(db, key))?.version),
    )
    expect(versions).toEqual([2, 2, 1, 1])
    expect((await findSaid(db, 'here'))?.state).toBe('pending')
  })
})

test('of a list that people ask for again and again, each chat sees the newest one change', async () => {
  const { db } = database
  const list = (key: string, where = conversationId) =>
    say(db, { conversationId: where, key, content: { type: 'view', view: 'workers', args: {} } })
  await list('first')
  const { id: forgotten } = await list('of last week', elsewhere)
  await setRow(forgotten, { createdAt: new Date(Date.now() - 7 * 24 * 3_600_000) })
  const { id: newest } = await list('second')
  await setRow(newest, { state: 'delivered', deliveredVersion: 1 })
  expect(await reviseLists(db, 'workers')).toEqual([conversationId])
  const versions = await Promise.all(
    ['first', 'second', 'of last week'].map(async (key) => (await findSaid(db, key))?.version),
  )
  expect(versions).toEqual([1, 2, 1])
  expect((await findSaid(db, 'second'))?.state).toBe('pending')
})

test('a reply is traced to the message that it answers, whichever part it points to', async () => {
  const { db } = database
  const { id } = await say(db, { conversationId, key: 'k', content: text('a') })
  await setRow(id, {
    parts: [
      { ref: 'm1', hash: 'x' },
      { ref: 'm2', hash: 'y' },
    ],
  })
  expect((await findByPart(db, conversationId, 'm2'))?.id).toBe(id)
  expect(await findByPart(db, conversationId, 'm3')).toBeUndefined()
  expect(await findByPart(db, elsewhere, 'm1')).toBeUndefined()
})
