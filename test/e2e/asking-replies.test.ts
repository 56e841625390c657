import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { waitFor } from '../support/wait-for.ts'
import { openSlackHouse, type SlackHouse } from './slack-house.ts'
import { type House, openHouse } from './telegram-house.ts'

const AGAIN = /You ask me once more/
const ANSWERED_BY_ARCHITECT = /Architect · asked by (?:name|reply) · research worker .* \/(?:prorab )?why \d+/

describe('a talk with one agent in Telegram', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(async () => {
    house.models.release('architect')
    await house[Symbol.asyncDispose]()
  })

  const t = (key: string, args?: Record<string, string | number>) => house.t(key, args)
  const becomes = (message: ShownMessage, chat: number, words: string | RegExp) =>
    waitFor(() => {
      const shown = house.telegram
        .chat(chat)
        .messages()
        .find(({ id }) => id === message.id)
      expect(shown?.text).toMatch(words)
      return shown
    }, `the message to say ${words}`)

  it('goes on in a group by replies: the answer is a reply, and a reply to it reaches the same agent', async () => {
    const group = house.newGroup()
    const asked = house.ann.says('@prorab_bot @Architect what do you do?', { chat: group.id })
    const answer = await house.telegram.waitForMessage(ANSWERED_BY_ARCHITECT, {
      chat: group.id,
      after: asked,
    })
    expect(answer.replyTo).toBe(asked.id)
    const more = house.ann.says('and why?', { chat: group.id, replyTo: answer })
    const second = await house.telegram.waitForMessage(ANSWERED_BY_ARCHITECT, { chat: group.id, after: more })
    expect(second.text).toMatch(AGAIN)
    expect(second.replyTo).toBe(more.id)
  })

  it('is one message, from "is looking into it" to the answer, also over a restart', async () => {
    house.models.hold('architect')
    const asked = house.ann.says('@architect why one file?')
    const waiting = await house.telegram.waitForMessage(t('answer-working', { agent: 'Architect' }), {
      chat: house.ann.id,
      after: asked,
    })
    await waitFor(() => house.models.waiting('architect') === 1, 'the architect to begin')
    await house.test.restart()
    house.models.release('architect')
    await becomes(waiting, house.ann.id, ANSWERED_BY_ARCHITECT)
    const later = house.telegram
      .chat(house.ann.id)
      .messages()
      .filter(({ own, id }) => own && id > asked.id)
    expect(later).toHaveLength(1)
  })

  it('does not hold up the rest, and /stop takes the question back', async () => {
    house.models.hold('architect')
    const asked = house.ann.says('@Architect why?')
    const waiting = await house.telegram.waitForMessage(t('answer-working', { agent: 'Architect' }), {
      chat: house.ann.id,
      after: asked,
    })
    const talk = house.ann.says('hello')
    await house.telegram.waitForMessage(/Tell me what you want built/, { chat: house.ann.id, after: talk })
    house.ann.says('/stop')
    await becomes(waiting, house.ann.id, t('answer-cancelled'))
    house.models.release('architect')
  })
})

describe('a talk with one agent in Slack', () => {
  let house: SlackHouse
  beforeAll(async () => {
    house = await openSlackHouse()
  })
  afterAll(() => house[Symbol.asyncDispose]())

  it('goes on in the thread of its answer', async () => {
    const { ann } = house
    const direct = ann.direct()
    ann.says('@Architect what do you do?')
    const answer = await house.sees(ANSWERED_BY_ARCHITECT, direct)
    ann.says('and why?', { thread: answer.ts })
    const second = await house.sees(AGAIN, direct)
    expect(second.threadTs).toBe(answer.ts)
    expect(second.text).toMatch(ANSWERED_BY_ARCHITECT)
  })

  it('begins in a channel behind the name of the bot', async () => {
    house.slack.channel('C1', { members: ['UANN'] })
    const ts = house.ann.says('@architect what do you do?', { channel: 'C1', mention: true })
    const answer = await house.sees(ANSWERED_BY_ARCHITECT, 'C1')
    expect(answer.threadTs).toBe(ts)
  })
})
