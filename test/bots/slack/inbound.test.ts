import { describe, expect, it } from 'vitest'
import type { ConversationKey, Incoming } from '../../../src/bots/chat.ts'
import { setUpHearing } from './hearing.ts'

const keys = (received: Incoming[]) => received.map((one) => one.conversation.key)

describe('where a message belongs', () => {
  it('a direct message belongs to the direct conversation, and a reply in it to its thread', async () => {
    await using world = await setUpHearing()
    const root = world.ann.says('hello')
    world.ann.says('and in a thread', { thread: root })
    await world.settled()
    expect(keys(world.received)).toEqual(['slack:T1:DUANN:main', `slack:T1:DUANN:${root}`])
    expect(world.received.map((one) => one.conversation.kind)).toEqual(['private', 'private'])
    expect(world.received[1]?.body.replyTo).toBe(`DUANN:${root}`)
  })

  it('a mention in a channel opens a thread under itself, where the answer goes', async () => {
    await using world = await setUpHearing()
    const ts = world.ann.says('build a shortener', { channel: 'CDEV', mention: true })
    await world.settled()
    expect(new Set(keys(world.received))).toEqual(new Set([`slack:T1:CDEV:${ts}`]))
    expect(world.received[0]).toMatchObject({
      conversation: { kind: 'group' },
      body: { kind: 'text', text: 'build a shortener', messageRef: `CDEV:${ts}` },
    })
    const [part] = world.adapter.render({ markdown: 'on it' })
    await world.adapter.send(`slack:T1:CDEV:${ts}`, part ?? expect.unreachable(), { idempotencyKey: 'k' })
    expect((await world.slack.waitForMessage('on it')).threadTs).toBe(ts)
  })

  it('a mention in a thread belongs to that thread', async () => {
    await using world = await setUpHearing()
    const root = world.ann.says('we talk among us', { channel: 'CDEV' })
    world.ann.says('what do you think?', { channel: 'CDEV', thread: root, mention: true })
    await world.settled()
    expect(new Set(keys(world.received))).toEqual(new Set([`slack:T1:CDEV:${root}`]))
  })

  it('a mention is announced twice, under one message key', async () => {
    await using world = await setUpHearing()
    const ts = world.ann.says('status?', { channel: 'CDEV', mention: true })
    await world.settled()
    expect(world.received).toHaveLength(2)
    expect(new Set(world.received.map((one) => one.messageKey))).toEqual(new Set([`T1:CDEV:${ts}`]))
    expect(new Set(world.received.map((one) => one.eventId)).size).toBe(2)
    expect(world.received[0]?.body).toEqual(world.received[1]?.body)
  })

  it('what people say to each other in a channel is not heard', async () => {
    await using world = await setUpHearing()
    const root = world.ann.says('lunch?', { channel: 'CDEV' })
    world.ann.says('yes', { channel: 'CDEV', thread: root })
    world.ann.says('we should ask prorab', { channel: 'CDEV' })
    await world.settled()
    expect(world.received).toEqual([])
  })

  it('in a thread the bot takes part in, it listens without being named', async () => {
    const known: ConversationKey[] = []
    await using world = await setUpHearing('socket', async (key) => known.includes(key))
    const root = world.ann.says('build it', { channel: 'CDEV', mention: true })
    known.push(`slack:T1:CDEV:${root}`)
    world.ann.says('and make it blue', { channel: 'CDEV', thread: root })
    await world.settled()
    expect(world.received.at(-1)).toMatchObject({
      conversation: { key: `slack:T1:CDEV:${root}` },
      body: { kind: 'text', text: 'and make it blue' },
    })
  })

  it('a reply below what the bot said in a channel is heard without naming it', async () => {
    await using world = await setUpHearing()
    const [part] = world.adapter.render({ markdown: 'shop is down' })
    await world.adapter.send('slack:T1:CDEV:main', part ?? expect.unreachable(), { idempotencyKey: 'k' })
    const { ts } = await world.slack.waitForMessage('shop is down')
    world.ann.says('on it', { channel: 'CDEV', thread: ts })
    await world.settled()
    expect(world.received).toMatchObject([
      {
        conversation: { key: `slack:T1:CDEV:${ts}`, kind: 'group' },
        body: { kind: 'text', text: 'on it', replyTo: `CDEV:${ts}` },
      },
    ])
  })

  it.each([
    ['a bot', { subtype: 'bot_message', bot_id: 'BOTHER' }],
    ['another app in the name of a person', { bot_id: 'BOTHER' }],
    ['an edit', { subtype: 'message_changed' }],
    ['a deletion', { subtype: 'message_deleted' }],
    ['somebody who joined', { subtype: 'channel_join' }],
    ['Slackbot', { user: 'USLACKBOT' }],
  ])('nothing is heard of %s', async (_who, extra) => {
    await using world = await setUpHearing()
    world.ann.says('hello', { extra })
    await world.settled()
    expect(world.received).toEqual([])
  })

  it.each([
    ['with a file', { subtype: 'file_share', files: [{ id: 'F1' }] }],
    ['that was also sent to the channel', { subtype: 'thread_broadcast' }],
  ])('a message %s is heard', async (_which, extra) => {
    await using world = await setUpHearing()
    world.ann.says('see this', { extra })
    await world.settled()
    expect(world.received).toMatchObject([{ body: { kind: 'text', text: 'see this' } }])
  })
})
