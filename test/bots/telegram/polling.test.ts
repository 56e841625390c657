import { describe, expect, it } from 'vitest'
import type { Incoming } from '../../../src/bots/chat.ts'
import { createMailbox } from '../../contract/mailbox.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createTelegramTestWorld } from './world.ts'

const textsOf = (arrived: Incoming[]) => arrived.map(({ body }) => ('text' in body ? body.text : body.kind))

describe('polling goes on by itself', () => {
  it.each(['resets', 'breaks'] as const)('after an outage in which the network %s', async (trouble) => {
    await using world = await createTelegramTestWorld()
    const { telegram, adapter } = world
    const mailbox = createMailbox()
    await adapter.start(mailbox.receive)
    const ann = telegram.person({ id: 7, name: 'Ann' })
    ann.says('before')
    await mailbox.next()

    telegram.faults[trouble]()
    const calls = telegram.calls.length
    ann.says('during')
    await waitFor(() => telegram.calls.length >= calls + 3, 'three attempts')
    telegram.faults.heal()

    await mailbox.next()
    ann.says('after')
    await mailbox.next()
    expect(textsOf(mailbox.arrived)).toEqual(['before', 'during', 'after'])
    expect(linesOf(world.logged(), 'telegram-polling-interrupted', 'warn')).toHaveLength(1)
    expect(linesOf(world.logged(), 'telegram-recovered', 'info')).not.toHaveLength(0)
  })

  it('after a connection that died without a word', async () => {
    const clock = createManualClock()
    await using world = await createTelegramTestWorld({ clock })
    const { telegram, adapter } = world
    const mailbox = createMailbox()
    telegram.faults.hangs({ methods: ['getUpdates'], times: 1 })
    await adapter.start(mailbox.receive)
    await waitFor(() => telegram.calls.some(({ method }) => method === 'getUpdates'), 'the poll that hangs')
    telegram.person({ id: 7, name: 'Ann' }).says('is anybody there?')

    await clock.advance(34_000)
    expect(mailbox.arrived).toEqual([])
    await clock.advance(1_000)
    await waitFor(() => linesOf(world.logged(), 'telegram-polling-interrupted', 'warn')[0], 'the watchdog')
    await clock.advance(1_000)
    expect((await mailbox.next()).body).toMatchObject({ text: 'is anybody there?' })
  })

  it('waits as long as Telegram asks, and no longer', async () => {
    const clock = createManualClock()
    await using world = await createTelegramTestWorld({ clock })
    const { telegram, adapter } = world
    telegram.faults.tooManyRequests(600, { methods: ['getUpdates'], times: 1 })
    await adapter.start(createMailbox().receive)
    const polls = () => telegram.calls.filter(({ method }) => method === 'getUpdates').length
    await waitFor(() => clock.sleeping === 1 && polls() === 1, 'the wait')
    await clock.advance(599_000)
    expect(polls()).toBe(1)
    await clock.advance(1_000)
    await waitFor(() => polls() === 2, 'the next poll')
  })

  it('after another program polled with the same token, which it says once and clearly', async () => {
    await using world = await createTelegramTestWorld()
    const { telegram, adapter } = world
    const mailbox = createMailbox()
    await adapter.start(mailbox.receive)
    const conflicts = () => telegram.calls.filter(({ error }) => error?.startsWith('Conflict'))
    while (conflicts().length < 3) await fetch(`${telegram.root}/bot${telegram.token}/getUpdates?offset=0`)

    telegram.person({ id: 7, name: 'Ann' }).says('hello')
    await mailbox.next()
    const lines = linesOf(world.logged(), 'telegram-conflict-polling', 'warn')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('another program polls with the same token')
  })
})

describe('an update is confirmed', () => {
  it('when all of its batch is written, and not before', async () => {
    await using world = await createTelegramTestWorld()
    const { telegram, adapter } = world
    const [ann, bob] = [telegram.person({ id: 7, name: 'Ann' }), telegram.person({ id: 8, name: 'Bob' })]
    ann.says('written')
    bob.says('not written')
    const arrived: Incoming[] = []
    let databaseIsUp = false
    await adapter.start(async (incoming) => {
      arrived.push(incoming)
      if (incoming.platformUserId === '8' && !databaseIsUp) throw new Error('no database')
    })
    await waitFor(() => arrived.length >= 4, 'a second delivery')
    expect(telegram.confirmed).toBe(0)
    databaseIsUp = true
    await waitFor(() => telegram.confirmed === 2, 'the confirmation')
    expect(new Set(arrived.map(({ eventId }) => eventId)).size).toBe(2)
    expect(linesOf(world.logged(), 'telegram-updates-not-stored', 'warn')).toHaveLength(1)
  })

  it('also when it was being written as the bot was stopped', async () => {
    await using world = await createTelegramTestWorld()
    const { telegram, adapter } = world
    const mailbox = createMailbox()
    mailbox.hold()
    await adapter.start(mailbox.receive)
    telegram.person({ id: 7, name: 'Ann' }).says('last words')
    await mailbox.next()
    const stopped = adapter.stop()
    expect(telegram.confirmed).toBe(0)
    mailbox.release()
    await stopped
    expect(telegram.confirmed).toBe(1)
  })

  it('and is not lost when nobody listens: it arrives at the next start', async () => {
    await using world = await createTelegramTestWorld()
    const { telegram, adapter } = world
    const mailbox = createMailbox()
    await adapter.start(mailbox.receive)
    await adapter.stop()
    telegram.person({ id: 7, name: 'Ann' }).says('anybody?')
    expect(mailbox.arrived).toEqual([])
    await adapter.start(mailbox.receive)
    expect((await mailbox.next()).body).toMatchObject({ text: 'anybody?' })
  })
})

it('two sentences of one person keep their order, and nobody waits for somebody else', async () => {
  await using world = await createTelegramTestWorld()
  const { telegram, adapter } = world
  const [ann, bob] = [telegram.person({ id: 7, name: 'Ann' }), telegram.person({ id: 8, name: 'Bob' })]
  ann.says('first')
  ann.says('second')
  bob.says('me too')
  const gate = Promise.withResolvers<void>()
  const begun: string[] = []
  await adapter.start(async ({ body }) => {
    begun.push('text' in body ? body.text : '')
    if (begun.at(-1) === 'first') await gate.promise
  })
  await waitFor(() => begun.length === 2, 'two people')
  expect(begun).toEqual(['first', 'me too'])
  gate.resolve()
  await waitFor(() => begun.length === 3, 'the second sentence')
})

describe('starting', () => {
  it('without a network does not fail, and connects when there is one', async () => {
    await using world = await createTelegramTestWorld()
    const { telegram, adapter } = world
    const mailbox = createMailbox()
    telegram.faults.resets()
    await adapter.start(mailbox.receive)
    telegram.person({ id: 7, name: 'Ann' }).says('hello')
    telegram.faults.heal()
    expect((await mailbox.next()).body).toMatchObject({ text: 'hello' })
  })

  it('with a wrong token fails with what to do, and not with the token', async () => {
    await using world = await createTelegramTestWorld({ token: '123456:wrong-token' })
    const failure = world.adapter.start(createMailbox().receive)
    await expect(failure).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('@BotFather'),
    })
    await expect(failure).rejects.not.toThrow('wrong-token')
    await expect(world.adapter.check()).rejects.toMatchObject({ code: 'misconfigured' })
    expect(world.logged()).not.toContain('wrong-token')
  })

  it('takes over from a webhook that was set before', async () => {
    await using world = await createTelegramTestWorld()
    const { telegram, adapter } = world
    await fetch(`${telegram.root}/bot${telegram.token}/setWebhook?url=http://127.0.0.1:9/`)
    telegram.person({ id: 7, name: 'Ann' }).says('kept')
    const mailbox = createMailbox()
    await adapter.start(mailbox.receive)
    expect((await mailbox.next()).body).toMatchObject({ text: 'kept' })
  })

  it('while another start is under way, and stopping meanwhile, ends', async () => {
    await using world = await createTelegramTestWorld()
    world.telegram.faults.hangs({ methods: ['getMe'] })
    const starting = world.adapter.start(createMailbox().receive)
    await waitFor(() => world.telegram.calls.length > 0, 'the call that hangs')
    const stopping = world.adapter.stop()
    world.telegram.faults.heal()
    await Promise.all([starting, stopping])
  })
})

it('an update that makes no sense is logged and does not hold up the next', async () => {
  await using world = await createTelegramTestWorld()
  const { telegram, adapter } = world
  const mailbox = createMailbox()
  await adapter.start(mailbox.receive)
  telegram.push({ message: { message_id: 'not a number' } })
  telegram.push({ message_reaction: { whatever: true } })
  telegram.person({ id: 7, name: 'Ann' }).says('hello')
  await mailbox.next()
  expect(mailbox.arrived).toHaveLength(1)
  expect(linesOf(world.logged(), 'telegram-update-not-understood', 'warn')).toHaveLength(1)
})

const linesOf = (log: string, event: string, level: string) =>
  log.split('\n').filter((line) => line.includes(event) && line.includes(`"level":"${level}"`))
