import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import { conversations, outbox, projects } from '../../src/db/schema/index.ts'
import type { Person } from '../fakes/telegram/person.ts'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { cutConnections } from '../support/database.ts'
import { waitFor } from '../support/wait-for.ts'
import { type House, openHouse } from './telegram-house.ts'

/** Building something takes 10 s, and on a machine that does much else many times that. */
const BUILT_WITHIN_MS = 120_000

describe('when Telegram or the database is in trouble', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house[Symbol.asyncDispose]())

  let someone: Person
  let count = 0
  let project = ''
  beforeEach(async () => {
    someone = await house.newcomer(`Someone ${++count}`, 'admin')
    project = `book-${count}`
  })
  afterEach(() => house.telegram.faults.heal())

  const t = (key: string, args?: Record<string, string | number>) => house.t(key, args)
  const db = () => house.test.app.db
  const sees = (
    match: Parameters<House['telegram']['waitForMessage']>[0],
    after?: ShownMessage,
    limitMs?: number,
  ) => house.telegram.waitForMessage(match, { chat: someone.id, limitMs, ...(after && { after }) })
  const ownAfter = (after: ShownMessage) =>
    house.telegram
      .chat(someone.id)
      .messages()
      .filter(({ own, id }) => own && id > after.id)
  const undelivered = async () =>
    (await db().select().from(outbox)).filter(({ state }) => state !== 'delivered')
  const called = (method: string) => house.telegram.calls.filter((call) => call.method === method).length

  it('told to wait ten minutes it waits, asks no more, and then says everything once and in order', async () => {
    house.telegram.faults.tooManyRequests(600, { methods: ['sendMessage'], forMs: 10 * MINUTE_MS })
    const before = called('sendMessage')
    const first = someone.says('hello')
    await waitFor(() => called('sendMessage') > before, 'the first attempt')
    someone.says('/help')
    someone.says('/projects')
    await waitFor(async () => (await undelivered()).length === 3, 'three answers to wait')
    house.clock.skip(5 * MINUTE_MS)
    expect(ownAfter(first)).toEqual([])
    expect(called('sendMessage')).toBe(before + 1)
    house.clock.skip(6 * MINUTE_MS)
    // A chat that was limited is kept to Telegram's pace for a while: time goes on until all is said.
    await waitFor(async () => {
      house.clock.skip(1_200)
      return (await undelivered()).length === 0
    }, 'everything to be said')
    const said = ownAfter(first).map(({ text }) => text)
    expect(said).toHaveLength(3)
    expect(new Set(said).size).toBe(3)
  })

  it('errors and cut connections cost a retry each, and the answer is said once', async () => {
    house.telegram.faults.breaks({ methods: ['sendMessage'], times: 1 })
    house.telegram.faults.resets({ methods: ['sendMessage'], times: 1 })
    house.telegram.faults.refuses(500, 'Internal Server Error', { methods: ['sendMessage'], times: 1 })
    const asked = someone.says('hello')
    await sees(/Tell me what you want built/, asked)
    await waitFor(async () => (await undelivered()).length === 0, 'the outbox to be empty')
    expect(ownAfter(asked)).toHaveLength(1)
  })

  it('getting updates fails for a while: what people said meanwhile is answered', async () => {
    house.telegram.faults.breaks({ methods: ['getUpdates'], times: 3 })
    const asked = someone.says('hello')
    await sees(/Tell me what you want built/, asked)
  })

  it('"message is not modified" is no problem', async () => {
    someone.says(`create a guestbook called ${project}`)
    const card = await sees(({ buttons }) => buttons.includes('Approve'))
    house.telegram.faults.refuses(
      400,
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same',
      { methods: ['editMessageText'], times: 1 },
    )
    await someone.presses('Reject', { message: card }).answer
    await sees(t('result-rejected', { project }))
    await waitFor(async () => (await undelivered()).length === 0, 'the outbox to be empty')
  })

  it('a card that the person deleted is shown again with its decision', async () => {
    const asked = someone.says(`create a guestbook called ${project}`)
    const card = await sees(({ buttons }) => buttons.includes('Approve'), asked)
    const press = someone.presses('Reject', { message: card })
    someone.deletes(card)
    await press.answer
    await sees(
      ({ text }) => text.includes(t('approval-title-plan', { project })) && /Rejected by/.test(text),
      card,
    )
    await sees(t('result-rejected', { project }))
  })

  it('somebody who blocks the bot stops nobody else, and is answered when they come back', async () => {
    const asked = someone.says(`create a guestbook called ${project}`)
    await sees(({ buttons }) => buttons.includes('Approve'), asked)
    const failed = async () => (await undelivered()).filter(({ state }) => state === 'failed').length
    const failedBefore = await failed()
    house.models.hold('product_owner')
    someone.says('how is it going?')
    await waitFor(() => house.models.waiting('product_owner') === 1, 'the model to be asked')
    someone.blocksTheBot()
    house.models.release('product_owner')
    await waitFor(async () => (await failed()) > failedBefore, 'the answer to fail')
    const other = house.ann.says('/help')
    await house.telegram.waitForMessage(t('help-title'), { chat: house.ann.id, after: other })
    const back = someone.says('/help')
    await sees(t('help-title'), back)
    someone.says('/stop')
    // The turn whose answer could not be shown may be ending still.
    await sees(new RegExp(`stopped: ${project}\\.$`, 'i'), back)
  })

  it('a group that becomes a supergroup in the middle of a run is followed', async () => {
    house.models.hold('code')
    const group = house.telegram.group({ basic: true })
    someone.says(`@prorab_bot create a guestbook called ${project}`, { chat: group.id })
    const card = await house.telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), {
      chat: group.id,
    })
    await someone.presses('Approve', { message: card }).answer
    await waitFor(() => house.models.waiting('code') === 1, 'the developer to begin')
    const moved = group.migrates()
    house.models.release('code')
    await house.telegram.waitForMessage(t('result-active', { project }), {
      chat: moved,
      limitMs: BUILT_WITHIN_MS,
    })
    const asked = someone.says('/status@prorab_bot', { chat: moved })
    await house.telegram.waitForMessage(t('status-title'), { chat: moved, after: asked })
    const rows = await db()
      .select({ key: conversations.key })
      .from(conversations)
      .innerJoin(projects, eq(projects.conversationId, conversations.id))
      .where(eq(projects.name, project))
    expect(rows).toEqual([{ key: `telegram:${house.telegram.bot.id}:${moved}:0` }])
  })

  it('the database cuts everybody off in the middle of a turn: the answer comes, once', async () => {
    house.models.hold('product_owner')
    const asked = someone.says('hello')
    await waitFor(() => house.models.waiting('product_owner') === 1, 'the model to be asked')
    await cutConnections(house.test.database.url)
    house.models.release('product_owner')
    const answer = await sees(/Tell me what you want built|Reference|P-[2-9A-Z]{6}/, asked)
    const next = someone.says('thanks')
    await sees('You are welcome.', next)
    expect(ownAfter(asked).filter(({ id }) => id < next.id)).toHaveLength(1)
    expect(answer.text).toMatch(/Tell me what you want built|P-[2-9A-Z]{6}/)
  })

  it('the database cuts everybody off in the middle of a run: it goes on to its end', async () => {
    house.models.hold('code')
    const asked = someone.says(`create a guestbook called ${project}`)
    const card = await sees(({ buttons }) => buttons.includes('Approve'), asked)
    await someone.presses('Approve', { message: card }).answer
    await waitFor(() => house.models.waiting('code') === 1, 'the developer to begin')
    await cutConnections(house.test.database.url)
    house.models.release('code')
    await sees(({ text }) => text.includes(t('result-active', { project })), asked, BUILT_WITHIN_MS)
  })
})
