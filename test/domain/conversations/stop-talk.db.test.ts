import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inbox as inboxTable, turns } from '../../../src/db/schema/conversations.ts'
import { createInbox, findInbox, type Inbox } from '../../../src/domain/conversations/inbox.ts'
import { stoppedAmong, stopTalk } from '../../../src/domain/conversations/stop-talk.ts'
import { beginTurn, finishTurn } from '../../../src/domain/conversations/turns.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { arrival, command } from './arrivals.ts'
import { leased } from './leased.ts'

let database: TestDatabase
let inbox: Inbox
let conversationId: string

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.db.delete(inboxTable)
  await database.db.delete(turns)
  inbox = createInbox(database.db)
  conversationId = (await inbox.write(command('start'))).conversationId
})

const says = async (text: string) => (await inbox.write(arrival(text))).id
const saysStop = async () => {
  const { id } = await inbox.write(command('stop'))
  return (await findInbox(database.db, id))?.seq ?? 0
}
const stop = (stopSeq: number) => stopTalk(database.db, conversationId, { stopSeq, now: new Date() })
const begin = () =>
  leased(database.db, conversationId, async (lease) => ({
    lease,
    begun: await beginTurn(database.db, lease, conversationId),
  }))
const textsOf = ({ begun }: Awaited<ReturnType<typeof begin>>) =>
  begun?.rows.map(({ body }) => (body.kind === 'text' ? body.text : body.kind))
const stateOf = async (id: string) => (await findInbox(database.db, id))?.state

describe('a stop', () => {
  test('puts aside what nobody has taken up', async () => {
    const text = await says('make me a shortener')
    expect(await stop(await saysStop())).toBe(true)
    expect(await stateOf(text)).toBe('done')
    expect(textsOf(await begin())).toBeUndefined()
  })

  test('says so when there is nothing to stop', async () => {
    expect(await stop(await saysStop())).toBe(false)
  })

  test('ends the turn that is being answered, also when whoever answered it is dead', async () => {
    const text = await says('make me a shortener')
    const { begun } = await begin()
    expect(await stop(await saysStop())).toBe(true)
    expect(await stateOf(text)).toBe('done')
    expect(await stoppedAmong(database.db, [begun?.turn.id ?? ''])).toEqual(new Set([begun?.turn.id]))
    expect(textsOf(await begin())).toBeUndefined()
  })

  test('leaves a turn that was answered before it as it is', async () => {
    await says('hello')
    const { begun } = await begin()
    const { lease } = await begin()
    await database.db.transaction((tx) => finishTurn(tx, lease, begun?.turn.id ?? '', 'done'))
    expect(await stop(await saysStop())).toBe(false)
    expect(await stoppedAmong(database.db, [begun?.turn.id ?? ''])).toEqual(new Set())
  })

  test('leaves alone what was said after it, also when the same turn took it up', async () => {
    const before = await says('make me a shortener')
    const stopSeq = await saysStop()
    const after = await says('thanks')
    expect(textsOf(await begin())).toEqual(['make me a shortener', 'thanks'])
    expect(await stop(stopSeq)).toBe(true)
    expect(await stateOf(before)).toBe('done')
    expect(await stateOf(after)).toBe('pending')
    expect(textsOf(await begin())).toEqual(['thanks'])
  })

  test('that is done again after a crash stops nothing that was said since', async () => {
    await says('make me a shortener')
    const stopSeq = await saysStop()
    await stop(stopSeq)
    await says('thanks')
    const { begun } = await begin()
    expect(await stop(stopSeq)).toBe(false)
    expect(await stoppedAmong(database.db, [begun?.turn.id ?? ''])).toEqual(new Set())
  })
})
