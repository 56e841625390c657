import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectDatabase } from '../../../src/db/client.ts'
import { conversations } from '../../../src/db/schema/conversations.ts'
import {
  ensureConversation,
  findConversation,
  moveConversation,
} from '../../../src/domain/conversations/conversations.ts'
import { createInbox, findInbox } from '../../../src/domain/conversations/inbox.ts'
import { findSaid, say } from '../../../src/domain/conversations/outbox.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { arrival } from './arrivals.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const at = (key: string) => ({ key, platform: 'telegram', kind: 'group' }) as const

describe('a conversation', () => {
  test('comes into being once, however many first messages arrive in however many processes', async () => {
    const other = connectDatabase(database.url)
    const found = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        ensureConversation(n % 2 ? database.db : other.db, at('telegram:1:first')),
      ),
    )
    await other.close()
    expect(new Set(found.map(({ id }) => id)).size).toBe(1)
    expect(
      (await database.db.select().from(conversations)).filter((c) => c.key === 'telegram:1:first'),
    ).toHaveLength(1)
  })

  test('keeps its identity when its chat gets a new address', async () => {
    const { id } = await ensureConversation(database.db, at('telegram:1:small'))
    expect((await moveConversation(database.db, 'telegram:1:small', 'telegram:1:super'))?.id).toBe(id)
    expect((await findConversation(database.db, id))?.key).toBe('telegram:1:super')
    expect((await ensureConversation(database.db, at('telegram:1:super'))).id).toBe(id)
    expect((await moveConversation(database.db, 'telegram:1:small', 'telegram:1:super'))?.id).toBe(id)
  })

  test('that moves to where people already write hands over what is still to be done', async () => {
    const { db } = database
    const inbox = createInbox(db)
    const { id: old } = await ensureConversation(db, at('telegram:1:old'))
    const { id: next } = await ensureConversation(db, at('telegram:1:new'))
    const text = await inbox.write(arrival('hi', { conversation: { key: 'telegram:1:old', kind: 'group' } }))
    await say(db, { conversationId: old, key: 'moving', content: { type: 'text', markdown: 'hello' } })
    expect((await moveConversation(db, 'telegram:1:old', 'telegram:1:new'))?.id).toBe(next)
    expect((await findInbox(db, text.id))?.conversationId).toBe(next)
    expect((await findSaid(db, 'moving'))?.conversationId).toBe(next)
  })

  test('that nobody knows does not move', async () => {
    expect(await moveConversation(database.db, 'telegram:1:nobody', 'telegram:1:nowhere')).toBeUndefined()
  })
})
