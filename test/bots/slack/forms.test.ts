import { describe, expect, it } from 'vitest'
import type { Incoming } from '../../../src/bots/chat.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createSlackWorld, type Way } from './world.ts'

const setUp = async (way: Way = 'socket') => {
  const clock = createManualClock()
  const world = await createSlackWorld(way, { clock })
  const received: Incoming[] = []
  await world.adapter.start(async (incoming) => {
    received.push(incoming)
  })
  const ann = world.slack.person('UANN')
  const show = async (
    title = 'A plan',
    change = 'Change…',
    form = { title: 'Change the plan', label: 'What should change?' },
  ) => {
    const buttons = [
      [
        { label: 'Approve', action: 'a:1:approve' },
        { label: change, action: 'a:1:change', form },
      ],
    ]
    const [part] = world.adapter.render({ card: { title, tone: 'question', buttons } })
    return world.adapter.send(`slack:T1:${ann.direct()}:main`, part ?? expect.unreachable(), {
      idempotencyKey: title,
    })
  }
  return { ...world, clock, received, ann, show, [Symbol.asyncDispose]: world.close }
}

const text = (value: unknown) => (value as { text: string }).text

describe.each<Way>(['socket', 'http'])('a button with a form (%s)', (way) => {
  it('opens the form, and what is written there comes back with the action and the card', async () => {
    await using world = await setUp(way)
    const ref = await world.show()
    const click = world.ann.presses('Change…')
    const { view } = await world.ann.sees()
    expect(text(view.title)).toBe('Change the plan')
    await waitFor(() => click.state === 'acknowledged', 'the acknowledgement of the click')
    expect(world.received).toEqual([])

    const sent = world.ann.submits('use *SQLite* & <b>')
    await waitFor(() => sent.state === 'acknowledged', 'the acknowledgement of the form')
    expect(world.received).toMatchObject([
      {
        platformUserId: 'UANN',
        conversation: { key: 'slack:T1:DUANN:main', kind: 'private' },
        body: { kind: 'form', action: 'a:1:change', text: 'use *SQLite* & <b>', messageRef: ref },
      },
    ])
    expect(sent.answer).toBeUndefined()
    expect(world.slack.views()).toMatchObject([{ open: false }])
  })

  it.each(['', '   \n ', null])('stays open and says why when %j is sent', async (nothing) => {
    await using world = await setUp(way)
    await world.show()
    world.ann.presses('Change…')
    await world.ann.sees()
    const sent = world.ann.submits(nothing)
    await waitFor(() => sent.state === 'acknowledged', 'the answer')
    expect(world.slack.views()).toMatchObject([
      { open: true, errors: { answer: 'Please write something first.' } },
    ])
    expect(world.received).toEqual([])
  })

  it('that opens too late tells the one who pressed it', async () => {
    await using world = await setUp(way)
    await world.show()
    world.slack.fail({ kind: 'error', error: 'expired_trigger_id' }, { method: 'views.open' })
    const click = world.ann.presses('Change…')
    await waitFor(() => click.state === 'acknowledged', 'the acknowledgement')
    expect(world.slack.whispers('UANN')).toMatchObject([
      { text: expect.stringContaining('press the button again') },
    ])
    expect(world.received).toEqual([])
  })
})

describe('a form', () => {
  it('is not opened by a click that took more than three seconds to arrive', async () => {
    await using world = await setUp()
    await world.show()
    const click = world.ann.presses('Change…', { ageMs: 3100 })
    await waitFor(() => click.state === 'acknowledged', 'the acknowledgement')
    expect(world.slack.views()).toEqual([])
    expect(world.slack.whispers('UANN')).toHaveLength(1)
    expect(world.logged()).toContain('expired_trigger_id')
  })

  it('opens once when its click is delivered twice, and nobody is told of a failure', async () => {
    await using world = await setUp()
    await world.show()
    const click = world.ann.presses('Change…')
    world.slack.repeat(click)
    await waitFor(() => world.slack.acknowledged() >= 3, 'both acknowledgements')
    expect(world.slack.views()).toHaveLength(1)
    expect(world.slack.whispers('UANN')).toEqual([])
  })

  it('belongs to the thread that its card stands in', async () => {
    await using world = await setUp()
    world.slack.channel('CDEV', { members: ['UANN'] })
    const root = world.ann.says('build it', { channel: 'CDEV', mention: true })
    const key = `slack:T1:CDEV:${root}` as const
    const [part] = world.adapter.render({
      ask: { action: 'q:1', prompt: 'Which *database*?', placeholder: 'SQLite' },
    })
    const ref = await world.adapter.send(key, part ?? expect.unreachable(), { idempotencyKey: 'ask' })
    world.ann.presses('Answer')
    const { view } = await world.ann.sees()
    expect(text(view.title)).toBe('Your answer')
    expect(JSON.stringify(view.blocks)).toContain('"Which database?"')
    expect(JSON.stringify(view.blocks)).toContain('"SQLite"')
    world.ann.submits('PGlite')
    const form = await waitFor(() => world.received.find((one) => one.body.kind === 'form'), 'the form')
    expect(form).toMatchObject({
      conversation: { key, kind: 'group' },
      body: { action: 'q:1', messageRef: ref },
    })
  })

  it('speaks the language of its card', async () => {
    await using world = await setUp()
    await world.show('План', 'Изменить…', { title: 'Изменить план', label: 'Что изменить?' })
    world.ann.presses('Изменить…')
    const { view } = await world.ann.sees()
    expect(text(view.submit)).toBe('Отправить')
    world.ann.submits('')
    await waitFor(
      () => world.slack.views()[0]?.errors.answer === 'Сначала напишите что-нибудь.',
      'the reason',
    )
  })

  it('takes titles and questions of any length', async () => {
    await using world = await setUp()
    await world.show('t', 'c', { title: '😀'.repeat(50), label: '"\\'.repeat(2000) })
    world.ann.presses('c')
    const { view } = await world.ann.sees()
    expect(text(view.title).length).toBeLessThanOrEqual(24)
    expect(text(view.title).isWellFormed()).toBe(true)
  })
})

describe('a click', () => {
  it('on the root of a thread belongs to the channel, where the card was posted', async () => {
    await using world = await setUp()
    world.slack.channel('CDEV', { members: ['UANN'] })
    const [part] = world.adapter.render({
      card: { title: 'Alert', tone: 'danger', buttons: [[{ label: 'Fix', action: 'i:1' }]] },
    })
    const ref = await world.adapter.send('slack:T1:CDEV:main', part ?? expect.unreachable(), {
      idempotencyKey: 'k',
    })
    // Somebody has answered below it: from then on Slack names the card as the root of its own thread.
    world.ann.says('hm', { channel: 'CDEV', thread: ref.split(':')[1] })
    world.ann.presses('Fix')
    const click = await waitFor(() => world.received.find((one) => one.body.kind === 'action'), 'the click')
    expect(click.conversation).toEqual({ key: 'slack:T1:CDEV:main', kind: 'group' })
    expect(click.body.messageRef).toBe(ref)
  })

  it('is answered for one pair of eyes, also when its address has expired', async () => {
    await using world = await setUp()
    await world.show()
    world.ann.presses('Approve')
    const { conversation, platformUserId, body } = await waitFor(() => world.received[0], 'the click')
    const tell = (words: string) =>
      world.adapter.tell(conversation.key, { platformUserId, receipt: body.receipt }, words)
    await tell('Already decided by <@UBOB>.')
    await world.clock.advance(31 * 60_000)
    await tell('And again, <!here>.')
    expect(world.slack.whispers('UANN').map((one) => one.text)).toEqual([
      'Already decided by <@UBOB>.',
      'And again, <!here>.',
    ])
    expect(world.slack.whispers('UANN').flatMap((one) => one.mentions)).toEqual([])
    expect(world.slack.calls.map((call) => call.method)).toContain('chat.postEphemeral')
  })
})
