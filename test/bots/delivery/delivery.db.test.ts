import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConversationKey } from '../../../src/bots/chat.ts'
import type { Present } from '../../../src/bots/delivery/index.ts'
import { MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import { outbox } from '../../../src/db/schema/conversations.ts'
import { identities, users } from '../../../src/db/schema/users.ts'
import { findConversation } from '../../../src/domain/conversations/conversations.ts'
import { findSaid, PRIORITY, revise, undelivered } from '../../../src/domain/conversations/outbox.ts'
import { DELIVERY_CLAIM_MS } from '../../../src/domain/conversations/outbox-claims.ts'
import { AppError } from '../../../src/errors.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { waitFor } from '../../support/wait-for.ts'
import { MEMORY_EDIT_INTERVAL_MS } from './memory-chat.ts'
import { createStage, plainPresent } from './stage.ts'

let database: TestDatabase
let present: Present
let stage: ReturnType<typeof createStage>

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.db.delete(outbox)
  present = plainPresent
  stage = createStage(database.db, (...args) => present(...args))
})
afterEach(() => stage.delivery.stop())

/** Lets time pass until something holds: timers of the delivery wake up, sockets get their turn. */
const passUntil = async (look: () => boolean | Promise<boolean>, what: string, stepMs = 100) =>
  waitFor(async () => {
    if (await look()) return true
    await stage.clock.advance(stepMs)
    return false
  }, what)

describe('the order of messages', () => {
  test('a conversation is told things in the order they were said', async () => {
    const { chat, delivery, converse, speak } = stage
    const { id, key } = await converse('order')
    for (let n = 0; n < 10; n += 1) await speak(id, `message ${n}`)
    delivery.kick(id)
    await delivery.drain()
    expect(chat.shown(key)).toEqual(Array.from({ length: 10 }, (_, n) => `message ${n}`))
  })

  test('fifty conversations at once lose nothing and keep their order, with two processes at work', async () => {
    const { chat, delivery, createInstance, converse, speak } = stage
    const other = createInstance()
    const talks = await Promise.all(Array.from({ length: 50 }, (_, n) => converse(`many-${n}`)))
    for (let n = 0; n < 6; n += 1)
      await Promise.all(
        talks.map(async ({ id }) => {
          await speak(id, `${n}`)
          delivery.kick(id)
          other.kick(id)
        }),
      )
    await delivery.drain()
    await other.drain()
    await other.stop()
    for (const { key } of talks) expect(chat.shown(key)).toEqual(['0', '1', '2', '3', '4', '5'])
  })

  test('an alert overtakes talk that has not been sent', async () => {
    const { chat, delivery, converse, speak } = stage
    const { id, key } = await converse('alert')
    await speak(id, 'talk')
    await speak(id, 'more talk')
    await speak(id, 'fire!', { priority: PRIORITY.alert })
    await delivery.drain()
    expect(chat.shown(key)).toEqual(['fire!', 'talk', 'more talk'])
  })

  test('an edit that must wait holds back nothing that comes after it', async () => {
    const { chat, delivery, converse, speak } = stage
    const { id, key } = await converse('edit-behind')
    const { id: first } = await speak(id, 'progress 1', { key: 'progress' })
    await delivery.drain()
    await revise(database.db, first, { content: { type: 'text', markdown: 'progress 2' } })
    await speak(id, 'news')
    delivery.kick(id)
    await waitFor(() => chat.shown(key).includes('news'), 'the news')
    expect(chat.shown(key)).toEqual(['progress 1', 'news'])
    await passUntil(() => chat.shown(key)[0] === 'progress 2', 'the edit')
    expect(chat.shown(key)).toEqual(['progress 2', 'news'])
  })

  test('only the first part replies to the person', async () => {
    const { chat, delivery, converse, speak } = stage
    const { id, key } = await converse('reply')
    await speak(id, 'word '.repeat(100), { replyTo: 'm0' })
    await delivery.drain()
    expect(chat.messages(key).map(({ replyTo }) => replyTo)).toEqual(['m0', undefined, undefined])
  })
})

describe('editing in place', () => {
  test('versions that come faster than the platform allows collapse, and the last one is always shown', async () => {
    const { chat, delivery, converse, speak, settled } = stage
    const { id, key } = await converse('collapse')
    const { id: row } = await speak(id, 'v0', { key: 'collapsing', streaming: true })
    await delivery.drain()
    for (let n = 1; n <= 20; n += 1) {
      await revise(database.db, row, { content: { type: 'text', markdown: `v${n}` }, streaming: n < 20 })
      delivery.kick(id)
    }
    await passUntil(() => chat.shown(key)[0] === 'v20', 'the last version')
    await settled('collapsing')
    expect(chat.calls.filter(({ method }) => method === 'edit').length).toBeLessThanOrEqual(2)
  })

  test('a longer text gets more messages, a shorter one fewer, and what is the same is left alone', async () => {
    const { chat, delivery, converse, speak } = stage
    const { id, key } = await converse('resize')
    const paragraph = (n: number) => `${n} ${'word '.repeat(30).trim()}`
    const text = (n: number) => Array.from({ length: n }, (_, i) => paragraph(i)).join('\n\n')
    const { id: row } = await speak(id, text(2), { key: 'resized' })
    await delivery.drain()
    const shows = async (n: number) => {
      await revise(database.db, row, { content: { type: 'text', markdown: text(n) } })
      delivery.kick(id)
      await passUntil(() => chat.shown(key).length === n, `${n} messages`)
    }
    await shows(4)
    await shows(1)
    expect(chat.shown(key)).toEqual([paragraph(0)])
    expect(chat.calls.filter(({ method }) => method === 'edit')).toEqual([])
  })

  test('a change that changes nothing to be seen makes no call', async () => {
    const { chat, clock, delivery, converse, speak, settled } = stage
    const { id } = await converse('same')
    const { id: row } = await speak(id, 'same', { key: 'same-row' })
    await delivery.drain()
    await revise(database.db, row, {})
    await clock.advance(MEMORY_EDIT_INTERVAL_MS)
    delivery.kick(id)
    await settled('same-row')
    expect(chat.calls).toHaveLength(1)
  })

  test('a message that the person deleted is sent anew', async () => {
    const { chat, clock, delivery, converse, speak } = stage
    const { id, key } = await converse('deleted')
    const { id: row } = await speak(id, 'before', { key: 'deleted-row' })
    await delivery.drain()
    chat.deletes(key, chat.messages(key)[0]?.ref ?? '')
    await revise(database.db, row, { content: { type: 'text', markdown: 'after' } })
    await clock.advance(MEMORY_EDIT_INTERVAL_MS)
    await delivery.drain()
    expect(chat.shown(key)).toEqual(['after'])
    const keys = chat.calls.flatMap(({ idempotencyKey }) => idempotencyKey ?? [])
    expect(new Set(keys).size).toBe(2)
  })
})

describe('a platform in trouble', () => {
  test('ten minutes of 429 delay everything and lose nothing; afterwards the chat is paced for a minute', async () => {
    const { chat, clock, delivery, converse, speak } = stage
    const { id, key } = await converse('limited')
    const other = await converse('not-limited')
    chat.limit(key, 10 * MINUTE_MS)
    for (let n = 0; n < 5; n += 1) await speak(id, `${n}`)
    await speak(other.id, 'unhindered')
    await delivery.sweep()
    await delivery.drain()
    expect(chat.shown(other.key)).toEqual(['unhindered'])
    expect(chat.shown(key)).toEqual([])
    await clock.advance(9 * MINUTE_MS)
    await delivery.drain()
    expect(chat.calls.filter((call) => call.key === key)).toHaveLength(1)

    await passUntil(() => chat.shown(key).length === 5, 'all five', 500)
    expect(chat.shown(key)).toEqual(['0', '1', '2', '3', '4'])
    const times = chat.calls.filter((call) => call.key === key).map(({ atMs }) => atMs)
    for (const [n, time] of times.slice(2).entries())
      expect(time - (times[n + 1] ?? 0)).toBeGreaterThanOrEqual(MEMORY_EDIT_INTERVAL_MS)

    await clock.advance(2 * MINUTE_MS)
    const before = chat.calls.length
    for (let n = 5; n < 9; n += 1) await speak(id, `${n}`)
    delivery.kick(id)
    await waitFor(() => chat.shown(key).length === 9, 'the unpaced rest')
    expect(new Set(chat.calls.slice(before).map(({ atMs }) => atMs)).size).toBe(1)
  })

  test('a limit on the whole account makes everybody wait', async () => {
    const { chat, clock, delivery, converse, speak } = stage
    const [one, two] = [await converse('global-1'), await converse('global-2')]
    chat.limit('everybody', MINUTE_MS)
    await speak(one.id, 'one')
    await delivery.drain()
    await speak(two.id, 'two')
    await delivery.drain()
    expect(chat.calls).toHaveLength(1)
    await clock.advance(MINUTE_MS)
    await passUntil(() => chat.shown(two.key).length === 1 && chat.shown(one.key).length === 1, 'both')
  })

  test('an outage is retried with growing waits until it is over, visibly', async () => {
    const { chat, clock, delivery, converse, speak, settled } = stage
    const { id, key } = await converse('outage')
    const down = () => new AppError('platform_unavailable', 'Bad Gateway')
    chat.failNext(...Array.from({ length: 9 }, down))
    await speak(id, 'at last', { key: 'outlasted' })
    await delivery.drain()
    await waitFor(
      async () => (await findSaid(database.db, 'outlasted'))?.error?.includes('Bad Gateway'),
      'an error',
    )
    for (let passed = 0; chat.shown(key).length === 0 && passed < 60 * MINUTE_MS; passed += SECOND_MS) {
      await clock.advance(SECOND_MS)
      await delivery.drain()
    }
    expect(chat.shown(key)).toEqual(['at last'])
    const times = chat.calls.map(({ atMs }) => atMs)
    const waits = times.slice(1).map((time, n) => time - (times[n] ?? 0))
    expect(waits[0]).toBeGreaterThanOrEqual(SECOND_MS)
    expect(waits[0]).toBeLessThan(20 * SECOND_MS)
    expect(Math.max(...waits)).toBeLessThan(2 * MINUTE_MS)
    expect(waits.at(-1)).toBeGreaterThanOrEqual(MINUTE_MS)
    await settled('outlasted')
    expect((await findSaid(database.db, 'outlasted'))?.error).toBeNull()
  })

  test('a bot that was blocked fails the message with its reason, and still tries the next', async () => {
    const { chat, delivery, converse, speak } = stage
    const { id, key } = await converse('blocked')
    chat.failNext(new AppError('platform_refused', 'bot was blocked by the user'))
    await speak(id, 'unwelcome', { key: 'unwelcome' })
    await speak(id, 'welcome again')
    await delivery.drain()
    expect(chat.shown(key)).toEqual(['welcome again'])
    expect(await findSaid(database.db, 'unwelcome')).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('blocked by the user'),
    })
  })

  test('an error nobody foresaw is tried again, and in the end stops only its own message', async () => {
    const { chat, delivery, converse, speak, state } = stage
    const { id, key } = await converse('unforeseen')
    chat.failNext(...Array.from({ length: 5 }, () => new TypeError('x is not a function')))
    await speak(id, 'cursed', { key: 'cursed' })
    await speak(id, 'fine')
    delivery.kick(id)
    await passUntil(() => chat.shown(key).includes('fine'), 'the next message', 500)
    expect(await state('cursed')).toBe('failed')
  })

  test('a group that became a supergroup is followed', async () => {
    const { chat, clock, delivery, converse, speak } = stage
    const { id, key } = await converse('group', 'group')
    const to: ConversationKey = 'telegram:1:supergroup'
    const { id: card } = await speak(id, 'card')
    await delivery.drain()
    chat.migrate(key, to)
    await speak(id, 'hello')
    await delivery.drain()
    expect(chat.shown(to)).toEqual(['hello'])
    expect((await findConversation(database.db, id))?.key).toBe(to)
    await revise(database.db, card, { content: { type: 'text', markdown: 'card, decided' } })
    await clock.advance(MINUTE_MS)
    await delivery.drain()
    expect(chat.shown(to)).toEqual(['hello', 'card, decided'])
  })

  test('people who already wrote in the supergroup get what was meant for the old group', async () => {
    const { chat, delivery, converse, speak } = stage
    const [old, next] = [await converse('old', 'group'), await converse('next', 'group')]
    chat.migrate(old.key, next.key)
    await speak(old.id, 'late news')
    await delivery.drain()
    expect(chat.shown(next.key)).toEqual(['late news'])
  })
})

describe('a crash', () => {
  test('after a send: another process takes over once the claim ran out, and repeats that message at most', async () => {
    const { chat, clock, createInstance, createDoomed, converse, speak } = stage
    const { id, key } = await converse('crash')
    for (const text of ['one', 'two', 'three']) await speak(id, text)
    chat.hangNext()
    createDoomed().kick(id)
    await waitFor(() => chat.calls.length === 1, 'the message in flight')

    const survivor = createInstance()
    await survivor.drain()
    await clock.advance(DELIVERY_CLAIM_MS - SECOND_MS)
    await survivor.drain()
    expect(chat.shown(key)).toEqual(['one'])
    await clock.advance(2 * SECOND_MS)
    await survivor.drain()
    expect(chat.shown(key)).toEqual(['one', 'one', 'two', 'three'])
    const [first, again] = chat.calls.map(({ idempotencyKey }) => idempotencyKey)
    expect(again).toBe(first)
    await survivor.stop()
  })

  test('between claim and send: the message is sent once', async () => {
    const { chat, clock, createInstance, createDoomed, converse, speak } = stage
    const { id, key } = await converse('crash-before')
    await speak(id, 'one')
    present = () => new Promise(() => {})
    createDoomed().kick(id)
    await waitFor(async () => (await undelivered(database.db, id))[0]?.state === 'sending', 'the claim')
    present = plainPresent
    const survivor = createInstance()
    await clock.advance(DELIVERY_CLAIM_MS)
    await survivor.drain()
    expect(chat.shown(key)).toEqual(['one'])
    await survivor.stop()
  })

  test('in the middle of a long message: the parts that arrived are not repeated', async () => {
    const { chat, clock, createInstance, createDoomed, converse, speak } = stage
    const { id, key } = await converse('crash-parts')
    await speak(id, Array.from({ length: 4 }, (_, n) => `${n} ${'word '.repeat(30).trim()}`).join('\n\n'))
    chat.hangNext(2)
    createDoomed().kick(id)
    await waitFor(() => chat.shown(key).length === 3, 'three parts')
    const survivor = createInstance()
    await clock.advance(2 * DELIVERY_CLAIM_MS)
    await survivor.drain()
    await survivor.stop()
    expect(chat.shown(key).map((text) => text.slice(0, 1))).toEqual(['0', '1', '2', '2', '3'])
  })

  test('a process that lost its claim does not overwrite what its successor wrote', async () => {
    const { chat, clock, createInstance, createDoomed, converse, speak } = stage
    const { id } = await converse('late')
    await speak(id, 'once', { key: 'late-row' })
    const release = chat.hold()
    const late = createDoomed()
    late.kick(id)
    await waitFor(() => chat.calls.length === 1, 'the message in flight')
    await clock.advance(DELIVERY_CLAIM_MS)
    const successor = createInstance()
    await successor.sweep()
    await waitFor(() => chat.calls.length === 2, 'the successor')
    // The first call, of the process that is late, is refused; the second one succeeds.
    chat.failNext(new AppError('platform_refused', 'too late'))
    release()
    await late.stop()
    await successor.drain()
    await successor.stop()
    expect(await findSaid(database.db, 'late-row')).toMatchObject({ state: 'delivered', error: null })
  })

  test('is no platform that takes its time: the claim is kept, and nobody else sends', async () => {
    const { chat, clock, delivery, createInstance, converse, speak } = stage
    const { id, key } = await converse('slow')
    await speak(id, 'slowly')
    const release = chat.hold()
    delivery.kick(id)
    await waitFor(() => chat.calls.length === 1, 'the message in flight')
    const other = createInstance()
    const claimEnd = async () => (await undelivered(database.db, id))[0]?.claimedUntil?.getTime() ?? 0
    for (let passed = 0; passed < 2 * DELIVERY_CLAIM_MS; passed += DELIVERY_CLAIM_MS / 4) {
      const before = await claimEnd()
      await waitFor(() => clock.sleeping > 0, 'the keeper of claims')
      await clock.advance(DELIVERY_CLAIM_MS / 4)
      await waitFor(async () => (await claimEnd()) > before, 'the renewal')
      await other.sweep()
    }
    release()
    await delivery.drain()
    await other.stop()
    expect(chat.shown(key)).toEqual(['slowly'])
    expect(chat.calls).toHaveLength(1)
  })

  test('of the database between send and receipt: the message is sent once all the same', async () => {
    const { chat, clock, delivery, converse, speak, state } = stage
    const { id, key } = await converse('database-away')
    await speak(id, 'once', { key: 'once' })
    const release = chat.hold()
    delivery.kick(id)
    await waitFor(() => chat.calls.length === 1, 'the message in flight')
    await database.sql`alter table outbox rename to outbox_away`
    release()
    await waitFor(() => clock.sleeping > 1, 'the next attempt to write it down')
    await database.sql`alter table outbox_away rename to outbox`
    await passUntil(async () => (await state('once')) === 'delivered', 'the receipt', SECOND_MS)
    expect(chat.shown(key)).toEqual(['once'])
    expect(chat.calls).toHaveLength(1)
  })
})

describe('what cannot be drawn', () => {
  test('is told to the person with a reference, and the conversation goes on', async () => {
    const { chat, delivery, converse, speak } = stage
    const { id, key } = await converse('undrawable')
    present = async (row, reader) => {
      if (row.content.type === 'text' && row.content.markdown === 'bad') throw new TypeError('no such field')
      return plainPresent(row, reader)
    }
    await speak(id, 'bad')
    await speak(id, 'good')
    delivery.kick(id)
    await passUntil(() => chat.shown(key).length === 2, 'both messages', 500)
    expect(chat.shown(key)[0]).toMatch(/^failure-generic .*P-[2-9A-Z]{6}/)
    expect(chat.shown(key)[1]).toBe('good')
  })

  test('is at least a reference when even the notice cannot be drawn', async () => {
    const { chat, delivery, converse, speak } = stage
    const { id, key } = await converse('hopeless')
    present = async () => {
      throw new AppError('not_found', 'gone')
    }
    await speak(id, 'bad')
    await delivery.drain()
    expect(chat.shown(key)).toEqual([expect.stringMatching(/^⚠️ P-[2-9A-Z]{6}$/)])
  })
})

test('what is meant for one person is told to that person alone', async () => {
  const { chat, delivery, converse, speak, state } = stage
  const { id, key } = await converse('private-word', 'group')
  const [user] = await database.db.insert(users).values({ name: 'Ann', role: 'member' }).returning()
  await database.db
    .insert(identities)
    .values({ platform: 'telegram', platformUserId: '4711', userId: user?.id, name: 'Ann' })
  const content = { type: 'notice', key: 'not-yours', args: {}, onlyToReader: true } as const
  await speak(id, '', { content, readerId: user?.id, key: 'whisper' })
  await delivery.drain()
  expect(chat.shown(key)).toEqual([])
  expect(chat.calls.map(({ text }) => text)).toEqual(['4711: not-yours {}'])
  expect(await state('whisper')).toBe('delivered')
})

test('what another process said is found by the sweep', async () => {
  const { chat, delivery, converse, speak } = stage
  const { id, key } = await converse('unkicked')
  await speak(id, 'nobody kicked')
  await delivery.sweep()
  await waitFor(() => chat.shown(key).length === 1, 'the message')
})

test('a conversation of a platform that this process does not serve is left to others', async () => {
  const { delivery, converse, speak, state } = stage
  const { id } = await converse('elsewhere')
  const { sql } = database
  await sql`update conversations set platform = 'slack' where id = ${id}`
  await speak(id, 'for slack', { key: 'for-slack' })
  delivery.kick(id)
  await delivery.drain()
  expect(await state('for-slack')).toBe('pending')
})
