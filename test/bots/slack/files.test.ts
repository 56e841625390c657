import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ConversationKey, Incoming, Outgoing, OutgoingFile } from '../../../src/bots/chat.ts'
import { picture } from '../../contract/picture.ts'
import { hastyClock } from '../../support/hasty-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createSlackWorld } from './world.ts'

const config: OutgoingFile = {
  name: 'Architect.json',
  mediaType: 'application/json',
  data: Buffer.from('{"model":"gpt-4.1"}'),
  caption: 'The config of Architect',
}
const LIMITS = { maxBytes: 1000 }

const setUp = async () => {
  const world = await createSlackWorld('socket', { clock: hastyClock })
  const received: Incoming[] = []
  const ann = world.slack.person('UANN')
  world.slack.channel('CDEV', { members: ['UANN'] })
  const direct: ConversationKey = `slack:T1:${ann.direct()}:main`
  const send = async (message: Outgoing, key = direct, idempotencyKey = 'row:0') => {
    const refs: string[] = []
    for (const part of world.adapter.render(message))
      refs.push(await world.adapter.send(key, part, { idempotencyKey }))
    return refs
  }
  const files = () => world.slack.messages().flatMap((message) => message.files ?? [])
  const called = (method: string) => world.slack.calls.filter((call) => call.method === method)
  return {
    ...world,
    ...{ received, ann, direct, send, files, called },
    start: () => world.adapter.start(async (incoming) => void received.push(incoming)),
    heard: async () => {
      const { body } = await waitFor(() => received.shift(), 'a message')
      return body
    },
    [Symbol.asyncDispose]: world.close,
  }
}

describe('a file', () => {
  it('has its words as its title, and a picture is described to who cannot see it', async () => {
    await using world = await setUp()
    await world.send({ file: config })
    await world.send({
      file: {
        ...config,
        name: 'costs.png',
        mediaType: 'image/png',
        data: picture(),
        caption: 'Costs of May',
      },
    })
    expect(world.files()).toMatchObject([
      { name: 'Architect.json', title: 'The config of Architect', altText: undefined },
      { name: 'costs.png', title: 'Costs of May', altText: 'Costs of May' },
    ])
  })

  it('goes into the thread it is for', async () => {
    await using world = await setUp()
    const thread = world.ann.says('config?', { channel: 'CDEV', mention: true })
    await world.send({ file: config }, `slack:T1:CDEV:${thread}`)
    expect(world.slack.messages('CDEV')).toMatchObject([{ threadTs: thread, files: [{}] }])
  })

  it('stands before what is said after it, although Slack shows it late', async () => {
    await using world = await setUp()
    world.slack.showsFilesAfter(3)
    await world.send({
      card: { title: 'Architect', tone: 'neutral' },
      file: config,
      ask: { action: 'a', prompt: 'Change it?' },
    })
    expect(world.slack.messages().map(({ text }) => text.trim())).toEqual([
      'Architect',
      'The config of Architect',
      'Change it?',
    ])
  })

  it('that never appears holds up nothing', async () => {
    await using world = await setUp()
    world.slack.showsFilesAfter(99)
    await world.send({ file: config })
    expect(world.logged()).toContain('slack.file_not_seen_yet')
  })

  it('is sent to Slack without the token, which opens more than it', async () => {
    await using world = await setUp()
    await world.send({ file: config })
    expect(world.called('upload')).toMatchObject([{ args: { token: undefined } }])
  })

  it.each([0, 1])(
    'whose answer was lost is not shown twice, seen at once or after %d looks',
    async (looks) => {
      await using world = await setUp()
      world.slack.fail({ kind: 'reset-after' }, { method: 'files.completeUploadExternal', times: 1 })
      world.slack.showsFilesAfter(looks)
      await expect(world.send({ file: config })).rejects.toMatchObject({ code: 'platform_unavailable' })
      const [ref = ''] = await world.send({ file: config })
      expect(world.files()).toHaveLength(1)
      await world.adapter.remove(world.direct, ref)
      expect(world.slack.messages()).toEqual([])
    },
  )

  it.each(['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal'])(
    'that did not get through at %s is sent when it is tried again',
    async (method) => {
      await using world = await setUp()
      world.slack.fail({ kind: 'reset' }, { method, times: 1 })
      await expect(world.send({ file: config })).rejects.toMatchObject({ code: 'platform_unavailable' })
      await world.send({ file: config })
      expect(world.files()).toHaveLength(1)
    },
  )

  it.each(['missing_scope', 'file_uploads_disabled'])(
    'is named where the workspace lets nobody send it: %s',
    async (error) => {
      await using world = await setUp()
      world.slack.fail({ kind: 'error', error }, { method: 'files.getUploadURLExternal' })
      await world.send({ file: { ...config, caption: 'For <!channel>' } })
      expect(world.slack.messages()).toMatchObject([
        { text: 'For <!channel>\n📎 Architect.json', mentions: [] },
      ])
    },
  )

  it('that somebody has deleted is not missed', async () => {
    await using world = await setUp()
    const [ref = ''] = await world.send({ file: config })
    await world.adapter.remove(world.direct, ref)
    await world.adapter.remove(world.direct, ref)
    expect(world.slack.messages()).toEqual([])
  })
})

describe('an attached file', () => {
  afterEach(() => vi.restoreAllMocks())

  const read = ({ adapter }: Awaited<ReturnType<typeof setUp>>, ref: Record<string, string>) =>
    adapter.readAttachment?.({ name: 'a.json', bytes: 2, ref }, LIMITS) ?? expect.unreachable()

  it.each([
    'https://evil.example/files-pri/T1-F1/a.json',
    'https://slack.com.evil.example/a.json',
    'https://evilslack.com/a.json',
    'http://files.slack.com/files-pri/T1-F1/a.json',
    'https://slack.com@evil.example/a.json',
    'file:///etc/passwd',
    'no address',
  ])('elsewhere than at Slack is not asked for: %s', async (url) => {
    await using world = await setUp()
    const asked = vi.spyOn(globalThis, 'fetch')
    await expect(read(world, { id: 'F1', url })).rejects.toMatchObject({
      userMessage: { key: 'attachment-gone' },
    })
    expect(asked).not.toHaveBeenCalled()
  })

  it('at Slack is asked for with the token, and redirections are not followed with it', async () => {
    await using world = await setUp()
    const asked = vi
      .spyOn(globalThis, 'fetch')
      .mockResolvedValue(new Response(null, { status: 302, headers: { location: 'https://evil.example' } }))
    const url = 'https://files.slack.com/files-pri/T1-F1/a.json'
    const error = await Promise.resolve(read(world, { id: 'F1', url })).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringContaining('slack-manifest') })
    expect(asked).toHaveBeenCalledTimes(1)
    expect(asked.mock.calls[0]?.[1]).toMatchObject({
      redirect: 'manual',
      headers: { authorization: `Bearer ${world.slack.botToken}` },
    })
    expect(inspect(error, { depth: 20 })).not.toContain(world.slack.botToken)
  })

  it('comes with a mention in a channel, whichever way it is announced', async () => {
    await using world = await setUp()
    await world.start()
    for (const announced of ['message', 'app_mention'] as const) {
      const file = { name: 'a.json', content: '{}' }
      world.ann.says('/agent edit Architect', {
        channel: 'CDEV',
        mention: true,
        announced: [announced],
        file,
      })
      const { attachment } = await world.heard()
      expect(await world.adapter.readAttachment?.(attachment ?? expect.unreachable(), LIMITS)).toBe('{}')
    }
  })

  it('of a connected workspace is looked up by its id', async () => {
    await using world = await setUp()
    await world.start()
    world.ann.says('here', { file: { name: 'a.json', content: '{}' } })
    const { attachment } = await world.heard()
    expect(await read(world, { id: attachment?.ref.id ?? '' })).toBe('{}')
    await expect(read(world, { id: 'F404' })).rejects.toMatchObject({
      userMessage: { key: 'attachment-gone' },
    })
  })

  it.each([502, 429])('that Slack cannot give at the moment (%d) may be asked for again', async (status) => {
    await using world = await setUp()
    await world.start()
    world.ann.says('here', { file: { name: 'a.json', content: '{}' } })
    const { attachment } = await world.heard()
    world.slack.fail({ kind: 'status', status }, { method: 'download', times: 1 })
    await expect(read(world, attachment?.ref ?? {})).rejects.toMatchObject({ code: 'platform_unavailable' })
    expect(await read(world, attachment?.ref ?? {})).toBe('{}')
  })
})
