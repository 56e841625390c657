import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createStreamer } from '../../src/bots/streamer.ts'
import { ensureConversation } from '../../src/domain/conversations/conversations.ts'
import { findSaid, undelivered } from '../../src/domain/conversations/outbox.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { waitFor } from '../support/wait-for.ts'

const INTERVAL_MS = 1000
let database: TestDatabase
let conversationId: string
let clock: ManualClock
let woken: string[]
let keys = 0

beforeAll(async () => {
  database = await createTestDatabase()
  const conversation = await ensureConversation(database.db, {
    key: 'telegram:1:2',
    platform: 'telegram',
    kind: 'private',
  })
  conversationId = conversation.id
})
afterAll(() => database.close())
beforeEach(() => {
  clock = createManualClock()
  woken = []
})

const open = (key = `turn:${++keys}`) => {
  const wake = { deliver: async (id: string) => void woken.push(id) }
  const stream = createStreamer({ db: database.db, wake, clock, intervalMs: INTERVAL_MS }).open({
    conversationId,
    key,
    readerId: null,
    replyTo: 'm1',
  })
  const shown = async () => {
    const row = await findSaid(database.db, key)
    return row?.content.type === 'text' ? row.content.markdown : undefined
  }
  return { key, stream, shown, row: () => findSaid(database.db, key) }
}

describe('a reply that is being written', () => {
  test('is visible at once, then at most once an interval, and whole in the end', async () => {
    const { stream, shown, row } = open()
    stream.push('I')
    await waitFor(async () => (await shown()) === 'I', 'the first word')
    for (const text of ['I wi', 'I will', 'I will **bui']) stream.push(text)
    expect(await shown()).toBe('I')
    await waitFor(() => clock.sleeping === 1, 'the pause')
    await clock.advance(INTERVAL_MS)
    await waitFor(async () => (await shown()) === 'I will **bui**', 'the next snapshot')
    expect((await row())?.version).toBe(2)
    stream.push('I will **build')
    await stream.finish('I will **build** it.')
    expect(await row()).toMatchObject({
      content: { markdown: 'I will **build** it.' },
      streaming: false,
      replyTo: 'm1',
      version: 3,
    })
    expect(woken).toEqual([conversationId, conversationId, conversationId])
  })

  test('goes on in the same row after a restart', async () => {
    const before = open()
    before.stream.push('Half of')
    await waitFor(before.shown, 'the first half')
    const after = open(before.key)
    after.stream.push('Half of the')
    await after.stream.finish('Half of the answer and the rest.')
    expect(await after.shown()).toBe('Half of the answer and the rest.')
    const rows = await undelivered(database.db, conversationId)
    expect(rows.filter(({ key }) => key === before.key)).toHaveLength(1)
  })

  test('says nothing when the model said nothing', async () => {
    const { stream, row } = open()
    stream.push('  ')
    await stream.finish('')
    expect(await row()).toBeUndefined()
  })

  test('keeps what it showed when there is nothing more to say', async () => {
    const { stream, shown, row } = open()
    stream.push('**All')
    await stream.finish('')
    expect(await shown()).toBe('**All')
    expect((await row())?.streaming).toBe(false)
  })

  test('stays as far as it came when the work fails', async () => {
    const { stream, shown, row } = open()
    stream.push('I was about **to')
    await waitFor(shown, 'the text')
    await stream.fail()
    stream.push('too late')
    expect(await shown()).toBe('I was about **to**')
    expect((await row())?.streaming).toBe(false)
  })

  test('rejects when its end cannot be written', async () => {
    const stream = createStreamer({
      db: database.db,
      wake: { deliver: async () => {} },
      clock,
      intervalMs: 1,
    }).open({ conversationId: '00000000-0000-4000-8000-000000000000', key: 'nowhere', readerId: null })
    stream.push('lost?')
    await expect(stream.finish('lost')).rejects.toThrow()
  })
})
