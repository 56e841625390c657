import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, inbox, projects } from '../../src/db/schema/index.ts'
import type { SeenMessage } from '../fakes/slack.ts'
import { waitFor } from '../support/wait-for.ts'
import { openSlackHouse, type SlackHouse } from './slack-house.ts'

const ANN = 'person-uann'

describe('in a Slack channel', () => {
  let house: SlackHouse
  beforeAll(async () => {
    house = await openSlackHouse()
    house.models.hold('code')
  })
  afterAll(() => house[Symbol.asyncDispose]())

  let channel = ''
  let project = ''
  let count = 0
  beforeEach(() => {
    channel = `C${++count}`
    project = `book-${count}`
    house.slack.channel(channel, { members: ['UANN', 'UBOB', 'UVERA'] })
  })

  const t = (key: string, args?: Record<string, string | number>) => house.t(key, args)
  const db = () => house.test.app.db
  const say = (text: string) => house.ann.says(text, { channel, mention: true })
  const hasButton = (label: string) => (message: SeenMessage) =>
    message.buttons.some((button) => button.label === label)
  const planCard = async (): Promise<SeenMessage> => {
    say(`create a guestbook called ${project}`)
    return house.sees(hasButton('Approve'), channel)
  }
  const becomes = (card: SeenMessage, words: RegExp) =>
    waitFor(() => {
      const message = house.slack.messages(channel).find(({ ref }) => ref === card.ref)
      expect(message?.text).toMatch(words)
      return message
    }, `the card to say ${words}`)
  const whispered = (userId: string, words: string | RegExp) =>
    waitFor(() => {
      const heard = house.slack.whispers(userId).map(({ text }) => text)
      if (!heard.some((text) => text.match(words))) throw new Error(`They heard: ${heard.join(' | ')}`)
      return true
    }, `a whisper to ${userId} with ${words}`)

  it('a mention is announced twice and delivered again and again, and answered once, in its thread', async () => {
    const ts = say('hello')
    for (const delivery of house.slack.deliveries.filter(({ payload }) =>
      JSON.stringify(payload).includes(ts),
    ))
      for (let time = 0; time < 4; time++) house.slack.repeat(delivery)
    const answer = await house.sees(/Tell me what you want built/, channel)
    expect(answer.threadTs).toBe(ts)
    await waitFor(async () => {
      const rows = await db().select().from(inbox).where(eq(inbox.state, 'pending'))
      return rows.length === 0
    }, 'everything to be dealt with')
    expect(house.slack.messages(channel)).toHaveLength(1)
  })

  it('the thread goes on without naming the bot; talk outside of it is not for the bot', async () => {
    const ts = say('hello')
    await house.sees(/Tell me what you want built/, channel)
    house.ann.says('lunch, anybody?', { channel })
    house.ann.says('thanks', { channel, thread: ts })
    const answer = await house.sees('You are welcome.', channel)
    expect(answer.threadTs).toBe(ts)
    expect(house.slack.messages(channel)).toHaveLength(2)
  })

  it('five clicks at once are one approval, and the others are told', async () => {
    const card = await planCard()
    for (let time = 0; time < 5; time++) house.ann.presses('Approve', { channel })
    await becomes(card, new RegExp(`Approved by ${ANN}`))
    await waitFor(() => {
      const late = house.slack.whispers('UANN').map(({ text }) => text)
      expect(
        late.filter((text) => text.startsWith(`${ANN} approved this at`)),
        late.join(' | '),
      ).toHaveLength(4)
      return true
    }, 'four late clicks to be answered')
    const decided = await db().select().from(auditEntries).where(eq(auditEntries.action, 'approval.approve'))
    expect(decided).toHaveLength(1)
    house.ann.says('/stop', { channel, thread: card.threadTs })
    // The turn that began the run may be ending still, and is stopped with it.
    await house.sees(new RegExp(`stopped: ${project}\\.$`, 'i'), channel)
  })

  it('of two people who click at once one decides; who only watches is told who may', async () => {
    const [bob, vera] = [await house.newcomer('UBOB', 'admin'), await house.newcomer('UVERA', 'viewer')]
    const card = await planCard()
    vera.presses('Approve', { channel })
    await whispered('UVERA', t('click-forbidden'))
    house.ann.presses('Approve', { channel })
    bob.presses('Reject', { channel })
    await becomes(card, /(Approved|Rejected) by /)
    await waitFor(
      () =>
        [...house.slack.whispers('UANN'), ...house.slack.whispers('UBOB')].some(({ text }) =>
          /(approved|rejected) this at/.test(text),
        ),
      'the second to be told',
    )
    house.ann.says('/stop', { channel, thread: card.threadTs })
    await house.sees(/^(Stopped|I stopped|Nothing is being)/, channel)
  })

  it('"Change…" opens a form; an empty one is refused there, words bring a new card', async () => {
    const card = await planCard()
    house.ann.presses('Change…', { channel })
    const form = await house.ann.sees()
    house.ann.submits('   ')
    await waitFor(() => Object.keys(form.errors).length > 0, 'the form to say what is missing')
    house.ann.submits('let me approve entries before they show')
    const old = await becomes(card, new RegExp(`${ANN} asked for a change`))
    expect(old?.buttons).toEqual([])
    const next = await house.sees(hasButton('Approve'), channel)
    expect(next.ref).not.toBe(card.ref)
    expect(next.text).toMatch(/approval/i)
    house.ann.presses('Reject', { channel })
    await becomes(next, new RegExp(`Rejected by ${ANN}`))
    await waitFor(async () => {
      const [row] = await db().select().from(projects).where(eq(projects.name, project))
      return row?.status === 'archived'
    }, 'the project to be archived')
  })

  it('a socket that is cut in the middle of a run costs nothing', async () => {
    const card = await planCard()
    house.slack.dropSockets()
    await waitFor(() => house.slack.sockets() > 0, 'the app to connect again')
    house.ann.presses('Reject', { channel })
    await becomes(card, new RegExp(`Rejected by ${ANN}`))
  })

  it('Slack asks for patience, breaks and cuts: the answer comes when it is well again, once', async () => {
    house.slack.fail({ kind: 'rate', retryAfterMs: 1000 }, { method: 'chat.postMessage', times: 2 })
    house.slack.fail({ kind: 'status', status: 503 }, { method: 'chat.postMessage', times: 1 })
    house.slack.fail({ kind: 'reset' }, { method: 'chat.postMessage', times: 1 })
    house.slack.fail({ kind: 'reset-after' }, { method: 'chat.postMessage', times: 1 })
    say('hello')
    await house.sees(/Tell me what you want built/, channel)
    house.slack.heal()
    say('thanks')
    await house.sees('You are welcome.', channel)
    expect(house.slack.messages(channel)).toHaveLength(2)
  })
})
