import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConversationKey, Outgoing, OutgoingFile } from '../../../src/bots/chat.ts'
import type { Attachment, InboxBody } from '../../../src/db/shapes/incoming.ts'
import { picture } from '../../contract/picture.ts'
import { readMultipart, UploadedFile } from '../../fakes/telegram/multipart.ts'
import { createTelegramTestWorld } from './world.ts'

const config: OutgoingFile = {
  name: 'Architect.json',
  mediaType: 'application/json',
  data: Buffer.from('{"model":"gpt-4.1"}'),
  caption: 'The config of Architect',
}
const LIMITS = { maxBytes: 1000 }

const talk = async () => {
  const world = await createTelegramTestWorld()
  const ann = world.telegram.person({ id: 7, name: 'Ann' })
  ann.opens()
  const conversation: ConversationKey = `telegram:${world.telegram.bot.id}:7:0`
  const send = async (message: Outgoing, options: { key?: ConversationKey; replyTo?: string } = {}) => {
    const refs: string[] = []
    for (const part of world.adapter.render(message))
      refs.push(
        await world.adapter.send(options.key ?? conversation, part, { idempotencyKey: 'k', ...options }),
      )
    return refs
  }
  const shown = (chat = 7) => world.telegram.chat(chat).messages()
  return { ...world, ann, conversation, send, shown }
}

describe('a file', () => {
  it('is a document with its name, and a picture is shown as one', async () => {
    await using world = await talk()
    await world.send({ file: config })
    await world.send({ file: { ...config, name: 'costs.png', mediaType: 'image/png', data: picture() } })
    expect(world.shown().map(({ text, file }) => [text, file?.kind, file?.name])).toEqual([
      ['The config of Architect', 'document', 'Architect.json'],
      ['The config of Architect', 'photo', 'costs.png'],
    ])
  })

  it('goes into the topic, and answers the message, that it is for', async () => {
    await using world = await talk()
    const team = world.telegram.group({ topics: { 5: 'Agents' } })
    const asked = world.ann.says('@prorab_bot config?', { chat: team.id, topic: 5 })
    const key: ConversationKey = `telegram:${world.telegram.bot.id}:${team.id}:5`
    await world.send({ file: config }, { key, replyTo: asked.ref })
    expect(world.shown(team.id).at(-1)).toMatchObject({ topic: 5, replyTo: asked.id })
  })

  it('has as many words as Telegram takes, and may have none', async () => {
    await using world = await talk()
    await world.send({ file: { ...config, caption: '😀'.repeat(2000) } })
    await world.send({ file: { ...config, caption: ' \u0007' } })
    expect(world.shown().map(({ text }) => text.length)).toEqual([1023, 0])
  })

  it('follows the buttons of its card, which stay where they are', async () => {
    await using world = await talk()
    const buttons = [[{ label: 'History', action: 'cmd:/agent history x' }]]
    await world.send({ card: { title: 'Architect', tone: 'neutral', buttons }, file: config })
    expect(world.shown().map((message) => message.buttons)).toEqual([['History'], []])
  })

  it('that changed leaves one behind, also when the process died after the old one was taken away', async () => {
    await using world = await talk()
    const [ref = ''] = await world.send({ file: config })
    const changed = { ...config, data: Buffer.from('{"model":"o3"}') }
    const [part = expect.unreachable()] = world.adapter.render({ file: changed })
    expect(await world.adapter.edit(world.conversation, ref, part)).toBe('gone')
    expect(world.shown()).toEqual([])
    expect(await world.adapter.edit(world.conversation, ref, part)).toBe('gone')
    await world.send({ file: changed })
    expect(world.shown().map(({ file }) => file?.data.toString())).toEqual(['{"model":"o3"}'])
  })
})

describe('a question with a text to begin with', () => {
  const ask = { action: 'agent:p', prompt: 'The new prompt?', placeholder: 'all of it' }

  it('stands below that text, which can be copied', async () => {
    await using world = await talk()
    await world.send({ ask: { ...ask, initial: 'Plan *the* work.\n\n  In `steps`.' } })
    const [text, question, ...more] = world.shown()
    expect(more).toEqual([])
    expect(text?.text).toBe('Plan *the* work.\n\n  In `steps`.')
    expect(text?.marked('pre')).toEqual([text?.text])
    expect(question).toMatchObject({ text: 'The new prompt?', asksForReply: true, placeholder: 'all of it' })
  })

  it('stands alone when that text is too long for one message', async () => {
    await using world = await talk()
    await world.send({ ask: { ...ask, initial: 'x'.repeat(4097) } })
    expect(world.shown().map(({ text }) => text)).toEqual(['The new prompt?'])
  })
})

describe('an attached file', () => {
  const heard = async () => {
    const world = await talk()
    const bodies: InboxBody[] = []
    await world.adapter.start(async ({ body }) => void bodies.push(body))
    const next = async () => {
      await expect.poll(() => bodies.length).toBeGreaterThan(0)
      return bodies.shift() ?? expect.unreachable()
    }
    const read = async (attachment: Attachment | undefined) =>
      world.adapter.readAttachment?.(attachment ?? expect.unreachable(), LIMITS)
    return { ...world, next, read }
  }

  it('in a group comes with a command to the bot, and with its name', async () => {
    await using world = await heard()
    const team = world.telegram.group()
    const file = { name: 'a.json', content: '{}' }
    world.ann.attaches(file, { chat: team.id, caption: 'look at this' })
    world.ann.attaches(file, { chat: team.id, caption: '/agent@prorab_bot edit Architect' })
    expect(await world.next()).toMatchObject({ kind: 'command', args: 'edit Architect', attachment: {} })
    world.ann.attaches(file, { chat: team.id, caption: '@prorab_bot keep this' })
    expect(await world.next()).toMatchObject({ kind: 'text', text: 'keep this', attachment: {} })
  })

  it('that Telegram cannot give at the moment may be asked for again, and no error has the token in it', async () => {
    await using world = await heard()
    world.ann.attaches({ name: 'a.json', content: '{}' }, { caption: 'here' })
    const { attachment } = await world.next()
    for (const method of ['getFile', 'download']) {
      world.telegram.faults.resets({ methods: [method] })
      const error = await world.read(attachment).catch((failure: unknown) => failure)
      expect(error).toMatchObject({ code: 'platform_unavailable', retryable: true })
      expect(inspect(error, { depth: 20 })).not.toContain(world.telegram.token)
      world.telegram.faults.heal()
    }
    expect(await world.read(attachment)).toBe('{}')
  })

  it('that is too large is refused before it is fetched', async () => {
    await using world = await heard()
    world.ann.attaches({ name: 'a.json', content: 'x'.repeat(1001) }, { caption: 'here' })
    const { attachment } = await world.next()
    await expect(world.read(attachment)).rejects.toMatchObject({
      userMessage: { key: 'attachment-too-large' },
    })
    expect(world.telegram.calls.filter(({ method }) => method === 'getFile')).toEqual([])
  })
})

describe('the form of an upload, as the fake reads it', () => {
  it('gives back every field and every byte', () => {
    const field = fc.record({
      name: fc.stringMatching(/^[a-z_]{1,12}$/),
      value: fc.oneof(
        fc.string().filter((text) => text.isWellFormed()),
        fc.uint8Array({ maxLength: 200 }),
      ),
    })
    fc.assert(
      fc.property(fc.array(field, { maxLength: 5 }), (fields) => {
        const mark = '--------b0undary1'
        const body = Buffer.concat([
          ...fields.map(({ name, value }) =>
            Buffer.concat([
              Buffer.from(
                `--${mark}\r\ncontent-disposition:form-data;name="${name}"${typeof value === 'string' ? '' : ';filename=a.json'}\r\n\r\n`,
              ),
              Buffer.from(value as string),
              Buffer.from('\r\n'),
            ]),
          ),
          Buffer.from(`--${mark}--\r\n`),
        ])
        const read = readMultipart(body, `multipart/form-data; boundary=${mark}`).map(([name, value]) => [
          name,
          value instanceof UploadedFile ? [...value.data] : value,
        ])
        expect(read).toEqual(
          fields.map(({ name, value }) => [name, typeof value === 'string' ? value : [...value]]),
        )
      }),
    )
  })

  it.each(['', '--b\r\nx', '--b\r\ncontent-disposition:form-data;name="a"\r\n\r\nhalf'])(
    'is refused when it is cut off: %j',
    (body) => {
      expect(() => readMultipart(Buffer.from(body), 'multipart/form-data; boundary=b')).toThrow(/cut off/)
    },
  )
})
