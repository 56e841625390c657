import { eq, ne } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/clock.ts'
import { inbox, outbox } from '../../src/db/schema/index.ts'
import { liveRuns } from '../../src/domain/runs/runs.ts'
import { waitFor } from '../support/wait-for.ts'
import { type House, openHouse } from './telegram-house.ts'

describe('what people say in Telegram', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ burstWindowMs: 300 })
  })
  afterAll(() => house[Symbol.asyncDispose]())

  const t = (key: string, args?: Record<string, string | number>) => house.t(key, args)
  const db = () => house.test.app.db
  const own = (chat: number) =>
    house.telegram
      .chat(chat)
      .messages()
      .filter((message) => message.own)
  /** Everything that was said so far is dealt with: nothing waits, nothing is being shown. */
  const settled = () =>
    waitFor(async () => {
      const rows = await db().select({ state: inbox.state }).from(inbox)
      const unsaid = await db().select().from(outbox).where(ne(outbox.state, 'delivered'))
      return (
        house.telegram.pending() === 0 &&
        rows.every(({ state }) => state !== 'pending') &&
        unsaid.length === 0
      )
    }, 'everything to be dealt with')

  it('an update that comes five times at once is one row and one answer', async () => {
    const { updateId } = house.ann.says('/lang en')
    for (let time = 0; time < 4; time++) house.telegram.repeat(updateId)
    const talk = house.ann.says('hello there')
    for (let time = 0; time < 4; time++) house.telegram.repeat(talk.updateId)
    const answer = await house.telegram.waitForMessage(/Tell me what you want built/, {
      chat: house.ann.id,
      after: talk,
    })
    await settled()
    for (const id of [updateId, talk.updateId]) {
      const rows = await db()
        .select()
        .from(inbox)
        .where(eq(inbox.eventId, `${house.telegram.bot.id}:${id}`))
      expect(rows).toHaveLength(1)
    }
    expect(own(house.ann.id).filter(({ text }) => text === t('lang-changed'))).toHaveLength(1)
    expect(own(house.ann.id).filter(({ id }) => id >= answer.id)).toHaveLength(1)
  })

  it('five texts in a row are one turn and one answer', async () => {
    const first = house.ann.says('hello')
    for (const text of ['please', 'create', 'a guestbook', 'called burst-book']) house.ann.says(text)
    await house.telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), {
      chat: house.ann.id,
      after: first,
    })
    await settled()
    const answers = own(house.ann.id).filter(({ id, text }) => id > first.id && text.includes('Understood'))
    expect(answers).toHaveLength(1)
    expect(answers[0]?.text).toContain('burst-book')
    const asked = house.ann.says('/stop')
    await house.telegram.waitForMessage(t('stop-done', { what: 'burst-book' }), {
      chat: house.ann.id,
      after: asked,
    })
    // Its project is there until the run has wound down.
    await waitFor(async () => (await liveRuns(db())).length === 0, 'the run to wind down')
  })

  it('a turn that hangs holds back neither commands nor buttons, and /stop ends it', async () => {
    house.models.hold('product_owner')
    house.ann.says('create a todo list')
    await waitFor(() => house.models.waiting('product_owner') === 1, 'the model to be asked')
    const asked = house.ann.says('/projects')
    const projects = await house.telegram.waitForMessage(t('projects-title'), {
      chat: house.ann.id,
      after: asked,
    })
    expect(projects.text).toContain(t('projects-none').slice(0, 20))
    const help = house.ann.says('/help')
    await house.telegram.waitForMessage(t('help-title'), { chat: house.ann.id, after: help })

    const stop = house.ann.says('/stop')
    await house.telegram.waitForMessage(t('stop-done-answer'), { chat: house.ann.id, after: stop })
    await waitFor(() => house.models.waiting('product_owner') === 0, 'the model to be left alone')
    house.models.release('product_owner')
    await settled()
    // Stopped is stopped: the text is not answered later, and the next one is.
    const next = house.ann.says('thanks')
    await house.telegram.waitForMessage('You are welcome.', { chat: house.ann.id, after: next })
    expect(own(house.ann.id).filter(({ text }) => text.includes('todo'))).toEqual([])
  })

  it('what is said before /stop is put aside, also unread; what is said right after it is answered, every time', async () => {
    for (let round = 1; round <= 10; round++) {
      const unread = house.ann.says('create a todo list')
      const stop = house.ann.says('/stop')
      await house.telegram.waitForMessage(/^(I stopped answering|Stopped: todo|Nothing is being)/, {
        chat: house.ann.id,
        after: stop,
      })
      const next = house.ann.says('thanks')
      await house.telegram.waitForMessage('You are welcome.', { chat: house.ann.id, after: next })
      expect(unread.id).toBeLessThan(next.id)
      const again = house.ann.says('/stop')
      await house.telegram.waitForMessage(/^(I stopped answering|.*topped: todo|Nothing is being)/, {
        chat: house.ann.id,
        after: again,
      })
    }
  })

  it('a button is pressed and /stop is said while a turn hangs: the run ends, and all of it is told', async () => {
    const group = house.newGroup()
    house.ann.says('@prorab_bot create a guestbook called held-book', { chat: group.id })
    const card = await house.telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), {
      chat: group.id,
    })
    house.models.hold('product_owner')
    house.models.hold('code')
    house.ann.says('@prorab_bot how is it going?', { chat: group.id })
    await waitFor(() => house.models.waiting('product_owner') === 1, 'the model to be asked')
    const press = house.ann.presses('Approve', { message: card })
    expect((await press.answer).text).toBe(t('click-approved'))
    await waitFor(() => house.models.waiting('code') === 1, 'the developer to begin')

    const stop = house.ann.says('/stop@prorab_bot', { chat: group.id })
    await house.telegram.waitForMessage(t('stop-done-both', { what: 'held-book' }), {
      chat: group.id,
      after: stop,
    })
    const result = await house.telegram.waitForMessage(t('result-stopped', { project: 'held-book' }), {
      chat: group.id,
    })
    expect(result.text).toContain(t('result-stopped-by', { who: 'Ann' }))
    house.models.release('product_owner')
    house.models.release('code')
    const again = house.ann.says('/stop@prorab_bot', { chat: group.id })
    await house.telegram.waitForMessage(t('stop-nothing'), { chat: group.id, after: again })
  })

  it('in a group it hears those who name it or reply to it, and nobody else', async () => {
    const group = house.newGroup()
    const idle = house.ann.says('shall we have lunch?', { chat: group.id })
    const named = house.ann.says('@prorab_bot hello', { chat: group.id })
    const answer = await house.telegram.waitForMessage(/Tell me what you want built/, {
      chat: group.id,
      after: idle,
    })
    expect(answer.replyTo).toBe(named.id)
    const reply = house.ann.says('thanks', { chat: group.id, replyTo: answer })
    await house.telegram.waitForMessage('You are welcome.', { chat: group.id, after: reply })
    await settled()
    expect(own(group.id)).toHaveLength(2)
  })

  it('in a forum it answers in the topic in which it was asked', async () => {
    const group = house.telegram.group({ title: 'Forum', topics: { 5: 'Deployments', 6: 'Lunch' } })
    house.ann.says('@prorab_bot create a guestbook called topic-book', { chat: group.id, topic: 5 })
    await house.telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), { chat: group.id })
    house.ann.says('/status@prorab_bot', { chat: group.id, topic: 6 })
    await house.telegram.waitForMessage(
      ({ text, topic }) => topic === 6 && text.includes(t('status-title')),
      {
        chat: group.id,
      },
    )
    await settled()
    const topics = (topic: number) =>
      house.telegram
        .chat(group.id)
        .messages({ topic })
        .filter((message) => message.own).length
    expect(topics(5)).toBe(3)
    expect(topics(6)).toBe(1)
    expect(topics(0)).toBe(0)
    // Each topic is a conversation of its own: what is stopped in one goes on in the other.
    const elsewhere = house.ann.says('/stop@prorab_bot', { chat: group.id, topic: 6 })
    await house.telegram.waitForMessage(t('stop-nothing'), { chat: group.id, after: elsewhere })
    const here = house.ann.says('/stop@prorab_bot', { chat: group.id, topic: 5 })
    await house.telegram.waitForMessage(t('stop-done', { what: 'topic-book' }), {
      chat: group.id,
      after: here,
    })
  })

  it('somebody unknown gets one line a day, whatever they say', async () => {
    const stranger = await house.newcomer('Stranger')
    stranger.says('create a URL shortener')
    stranger.says('/help')
    stranger.says('/status')
    stranger.sends('photo')
    await house.telegram.waitForMessage(t('stranger-notice'), { chat: stranger.id })
    await settled()
    expect(own(stranger.id)).toHaveLength(1)
    house.clock.skip(DAY_MS)
    const last = stranger.says('hello?')
    await house.telegram.waitForMessage(t('stranger-notice'), { chat: stranger.id, after: last })
    await settled()
    expect(own(stranger.id)).toHaveLength(2)
  })
})
