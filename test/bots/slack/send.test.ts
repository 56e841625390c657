import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { RenderedPart } from '../../../src/bots/chat.ts'
import type { SlackFault } from '../../fakes/slack/door.ts'
import { createSlackWorld } from './world.ts'

const setUp = async () => {
  const world = await createSlackWorld('socket')
  const ann = world.slack.person('UANN')
  const channel = world.slack.channel('CDEV', { members: ['UANN'] })
  const part = (markdown: string): RenderedPart =>
    world.adapter.render({ markdown })[0] ?? expect.unreachable()
  return {
    ...world,
    ann,
    channel,
    direct: `slack:T1:${ann.direct()}:main` as const,
    part,
    [Symbol.asyncDispose]: world.close,
  }
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  )

describe('a refusal', () => {
  it.each([
    ['not_in_channel', 'invite the bot'],
    ['channel_not_found', 'does not exist'],
    ['is_archived', 'archived'],
    ['account_inactive', 'install the app again'],
    ['invalid_auth', 'SLACK_BOT_TOKEN'],
    ['token_revoked', 'install the app again'],
    ['missing_scope', 'slack-manifest.yaml'],
    ['something_new', 'something_new'],
  ])('%s is final, and says what to do', async (error, advice) => {
    await using world = await setUp()
    world.slack.fail({ kind: 'error', error })
    const refused = await failure(world.adapter.send(world.direct, world.part('hi'), { idempotencyKey: 'k' }))
    expect(refused).toMatchObject({
      code: 'platform_refused',
      retryable: false,
      message: expect.stringContaining(advice),
    })
    expect(refused).toMatchObject({ userMessage: { args: { platform: 'Slack', reason: error } } })
  })

  it.each<[string, SlackFault, object]>([
    [
      'ratelimited in words',
      { kind: 'error', error: 'ratelimited' },
      { code: 'rate_limited', retryAfterMs: 30_000 },
    ],
    [
      'ratelimited with a time',
      { kind: 'rate', retryAfterMs: 12_000 },
      { code: 'rate_limited', retryAfterMs: 12_000 },
    ],
    ['a fault inside Slack', { kind: 'error', error: 'internal_error' }, { code: 'platform_unavailable' }],
    ['a bad gateway', { kind: 'status', status: 502 }, { code: 'platform_unavailable' }],
    ['a proxy that forbids', { kind: 'status', status: 403 }, { code: 'platform_refused' }],
    ['a reset', { kind: 'reset' }, { code: 'platform_unavailable' }],
  ])('by %s says whether to try again', async (_what, fault, expected) => {
    await using world = await setUp()
    world.slack.fail(fault)
    const error = await failure(world.adapter.edit(world.direct, 'DUANN:1.1', world.part('hi')))
    expect(error).toMatchObject(expected)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(world.slack.botToken)
  })

  it('comes from the real causes too: a channel without the bot, an archived one, a thread that is not there', async () => {
    await using world = await setUp()
    const send = (key: `slack:${string}`) =>
      failure(world.adapter.send(key, world.part('hi'), { idempotencyKey: key }))
    expect(await send('slack:T1:CNOWHERE:main')).toMatchObject({ code: 'platform_refused' })
    expect(await send('slack:T1:CDEV:1.000001')).toMatchObject({ code: 'platform_refused' })
    world.channel.removeBot()
    expect(await send('slack:T1:CDEV:main')).toMatchObject({
      message: expect.stringContaining('invite the bot'),
    })
    world.channel.archive()
    expect(await send('slack:T1:CDEV:main')).toMatchObject({ message: expect.stringContaining('archived') })
  })
})

describe('a message whose answer was lost', () => {
  it.each(['main', 'a thread'])('is not said twice in %s', async (where) => {
    await using world = await setUp()
    const thread = where === 'main' ? 'main' : world.ann.says('root', { channel: 'CDEV' })
    const key = `slack:T1:CDEV:${thread}` as const
    world.slack.fail({ kind: 'reset-after' }, { method: 'chat.postMessage', times: 1 })
    const send = () => world.adapter.send(key, world.part('once'), { idempotencyKey: 'row-1:0' })
    await expect(send()).rejects.toMatchObject({ code: 'platform_unavailable' })
    const ref = await send()
    const [message, ...more] = world.channel.messages()
    expect(more).toEqual([])
    expect(ref).toBe(message?.ref)
    expect(await world.adapter.edit(key, ref, world.part('edited'))).toBe('edited')
  })

  it('is said when it really was lost', async () => {
    await using world = await setUp()
    world.slack.fail({ kind: 'reset' }, { method: 'chat.postMessage', times: 1 })
    const send = () => world.adapter.send(world.direct, world.part('once'), { idempotencyKey: 'row-1:0' })
    await expect(send()).rejects.toMatchObject({ code: 'platform_unavailable' })
    await send()
    expect(world.slack.messages()).toMatchObject([{ text: 'once' }])
  })

  it('is said again when the bot may not read, and waits while Slack is away', async () => {
    await using world = await setUp()
    world.slack.fail({ kind: 'reset-after' }, { method: 'chat.postMessage', times: 1 })
    world.slack.fail({ kind: 'status', status: 503 }, { method: 'conversations.history', times: 1 })
    world.slack.fail({ kind: 'error', error: 'missing_scope' }, { method: 'conversations.history' })
    const send = () => world.adapter.send(world.direct, world.part('twice'), { idempotencyKey: 'row-1:0' })
    await expect(send()).rejects.toMatchObject({ code: 'platform_unavailable' })
    await expect(send()).rejects.toMatchObject({ code: 'platform_unavailable' })
    expect(world.slack.messages()).toHaveLength(1)
    await send()
    expect(world.slack.messages()).toHaveLength(2)
  })

  it('costs nothing when all goes well', async () => {
    await using world = await setUp()
    await world.adapter.send(world.direct, world.part('hi'), { idempotencyKey: 'k' })
    expect(world.slack.calls.map((call) => call.method)).toEqual(['chat.postMessage'])
  })
})

describe('an edit or a removal', () => {
  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'that Slack answers with %s finds the message gone',
    async (error) => {
      await using world = await setUp()
      world.slack.fail({ kind: 'error', error }, { method: 'chat.update' })
      expect(await world.adapter.edit(world.direct, 'DUANN:1.1', world.part('hi'))).toBe('gone')
    },
  )

  it('never touches what a person wrote', async () => {
    await using world = await setUp()
    const ts = world.ann.says('mine')
    expect(await world.adapter.edit(world.direct, `DUANN:${ts}`, world.part('yours'))).toBe('gone')
    await world.adapter.remove(world.direct, `DUANN:${ts}`)
  })

  it('of a reference that is not one fails as a fault of ours', async () => {
    await using world = await setUp()
    await expect(world.adapter.edit(world.direct, 'nonsense', world.part('hi'))).rejects.toMatchObject({
      code: 'internal',
    })
    await expect(
      world.adapter.send('telegram:1', world.part('hi'), { idempotencyKey: 'k' }),
    ).rejects.toMatchObject({
      code: 'internal',
    })
  })
})

it('knows which workspace it is in, and as whom', async () => {
  await using world = await setUp()
  expect(await world.adapter.check()).toBe('workspace Acme as @prorab')
})

it('asks for no previews of the addresses it mentions', async () => {
  await using world = await setUp()
  await world.adapter.send(world.direct, world.part('see https://example.org'), { idempotencyKey: 'k' })
  expect(world.slack.calls[0]?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' })
})
