import { describe, expect, it } from 'vitest'
import type { Outgoing, OutgoingFile } from '../../src/bots/chat.ts'
import { showParts } from '../../src/bots/delivery/show.ts'
import type { Attachment } from '../../src/db/shapes/incoming.ts'
import type { DeliveredPart } from '../../src/db/shapes/outgoing.ts'
import type { OutboxRow } from '../../src/domain/conversations/outbox.ts'
import { AppError } from '../../src/errors.ts'
import type { Stage } from './adapter.ts'
import { CONTROL_CHARACTERS, CONTROL_TEXT, HOSTILE_TEXTS } from './hostile.ts'
import { picture } from './picture.ts'

/** Longer than any platform shows of a file in the conversation itself. */
const config = (model: string): OutgoingFile => ({
  name: 'Architect.json',
  mediaType: 'application/json',
  data: Buffer.from(JSON.stringify({ model, system_prompt: 'Plan the work — по шагам. '.repeat(400) })),
  caption: 'The config of Architect',
})
const textOf = ({ data }: OutgoingFile) => Buffer.from(data).toString('utf8')
const LIMITS = { maxBytes: 100_000 }

export const describeFiles = (stage: () => Stage) => {
  /** One outbox row as delivery shows it, and shows it again when it has changed. */
  const createRow = () => {
    const { adapter, conversation } = stage().world
    const parts: DeliveredPart[] = []
    let version = 0
    return (message: Outgoing) =>
      showParts(adapter.render(message), parts, {
        row: { id: 'row', version: ++version, replyTo: null } as OutboxRow,
        key: conversation,
        adapter,
        call: (request) => request(),
        onProgress: async () => {},
      })
  }

  describe('a file of the bot', () => {
    it('appears after the card it belongs to, with its words, and whole', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      const file = config('gpt-4.1')
      await createRow()({ card: { title: 'Architect', tone: 'neutral' }, file })
      expect((await world.files()).map(({ content }) => content.toString('utf8'))).toEqual([textOf(file)])
      const read = (await world.shown()).map(({ text }) => text).join('\n')
      expect(read).toMatch(/Architect[\s\S]*The config of Architect/)
    })

    it('that is a picture arrives as it was drawn', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      await createRow()({
        file: { name: 'costs.png', mediaType: 'image/png', data: picture(), caption: 'Costs of May' },
      })
      const [file, ...others] = await world.files()
      expect(others).toEqual([])
      expect(file?.content.equals(picture())).toBe(true)
      expect((await world.shown()).map(({ text }) => text).join('\n')).toContain('Costs of May')
    })

    it('is not sent again while it is the same, and replaced when it is another', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      const show = createRow()
      const card = (title: string) => ({ title, tone: 'neutral' }) as const
      await show({ card: card('Version 1'), file: config('one') })
      const before = (await world.shown()).map(({ ref }) => ref)
      await show({ card: card('Version 1 it is'), file: config('one') })
      expect((await world.shown()).map(({ ref }) => ref)).toEqual(before)

      await show({ card: card('Version 2'), file: config('two') })
      expect((await world.files()).map(({ content }) => content.toString('utf8'))).toEqual([
        textOf(config('two')),
      ])
    })

    it('gives way to a text, and a text to a file', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      const show = createRow()
      await show({ file: config('one') })
      await show({ markdown: 'There is no config.' })
      expect(await world.files()).toEqual([])
      expect((await world.shown()).map(({ text }) => text)).toEqual(['There is no config.'])
      await show({ file: config('two') })
      expect(await world.files()).toHaveLength(1)
      expect(await world.shown()).toHaveLength(1)
    })

    it.each([...HOSTILE_TEXTS, CONTROL_TEXT])(
      'calls nobody and hides nothing in its words: %j',
      async (caption) => {
        const { world, mailbox } = stage()
        await world.adapter.start(mailbox.receive)
        await createRow()({ file: { ...config('one'), name: `../${caption}.json`, caption } })
        const [shown, ...others] = await world.shown()
        expect(others).toEqual([])
        expect(shown?.text).not.toMatch(CONTROL_CHARACTERS)
        if (!CONTROL_CHARACTERS.test(caption)) expect(shown?.text).toContain(caption)
        expect(shown?.mentions).toEqual([])
        expect(await world.files()).toHaveLength(1)
      },
    )

    it('renders to the same hash when it is the same, and to another when a byte differs', () => {
      const { adapter } = stage().world
      const hashes = (message: Outgoing) => adapter.render(message).map(({ hash }) => hash)
      expect(hashes({ file: config('one') })).toEqual(hashes({ file: config('one') }))
      expect(hashes({ file: config('one') })).not.toEqual(hashes({ file: config('two') }))
    })
  })

  describe('a file of a person', () => {
    const content = '{"system_prompt": "Пиши коротко 😀"}'

    it('comes with the command it was sent with, and can be read', async (context) => {
      const { world, mailbox } = stage()
      if (!world.person.attaches) return context.skip('nothing can be attached here')
      await world.adapter.start(mailbox.receive)
      await world.person.attaches({ name: 'Architect.json', content }, { words: '/agent edit Architect' })
      const { body } = await mailbox.next()
      expect(body).toMatchObject({
        kind: 'command',
        name: 'agent',
        args: 'edit Architect',
        attachment: { name: 'Architect.json', bytes: Buffer.byteLength(content) },
      })
      expect(await read(body.attachment)).toBe(content)
    })

    it('comes with a text, too', async (context) => {
      const { world, mailbox } = stage()
      if (!world.person.attaches) return context.skip('nothing can be attached here')
      await world.adapter.start(mailbox.receive)
      await world.person.attaches({ name: 'list.md', content: '- one' }, { words: 'do these' })
      const { body } = await mailbox.next()
      expect(body).toMatchObject({ kind: 'text', text: 'do these', attachment: { name: 'list.md' } })
      expect(await read(body.attachment)).toBe('- one')
    })

    it('without a word is the answer to the message it replies to, and else was not understood', async (context) => {
      const { world, mailbox } = stage()
      if (!world.person.attaches) return context.skip('nothing can be attached here')
      await world.adapter.start(mailbox.receive)
      const [part] = world.adapter.render({ markdown: 'Send me the file.' })
      if (!part) throw new Error('nothing was rendered')
      const replyTo = await world.adapter.send(world.conversation, part, { idempotencyKey: 'ask' })
      await world.person.attaches({ name: 'a.json', content }, { replyTo })
      expect((await mailbox.next()).body).toMatchObject({
        kind: 'command',
        name: 'unsupported',
        replyTo,
        attachment: { name: 'a.json' },
      })
    })

    it.for([
      { name: 'that is too large', content: 'x'.repeat(LIMITS.maxBytes + 1), key: 'attachment-too-large' },
      { name: 'that is no text', content: Buffer.from([0xff, 0xfe, 0x7b, 0]), key: 'attachment-not-text' },
      { name: 'with zeros in it', content: 'a\0b', key: 'attachment-not-text' },
      { name: 'that is gone', content: 'x', gone: true, key: 'attachment-gone' },
    ])('$name is refused in words', async ({ name: _, key, ...file }, context) => {
      const { world, mailbox } = stage()
      if (!world.person.attaches) return context.skip('nothing can be attached here')
      await world.adapter.start(mailbox.receive)
      await world.person.attaches({ name: 'a.json', ...file }, { words: 'here' })
      const { body } = await mailbox.next()
      const error = await read(body.attachment).then(
        () => undefined,
        (failure: unknown) => failure,
      )
      expect(error).toBeInstanceOf(AppError)
      expect(error).toMatchObject({ code: 'invalid', userMessage: { key, args: { name: 'a.json' } } })
    })

    it('costs no call of the platform until it is read', async (context) => {
      const { world, mailbox } = stage()
      if (!world.person.attaches || !world.calls) return context.skip('nothing can be attached here')
      await world.adapter.start(mailbox.receive)
      await world.person.attaches({ name: 'a.json', content }, { words: 'here' })
      const { body } = await mailbox.next()
      const fetched = () => world.calls?.().filter((method) => /getFile|files\.|download/.test(method))
      expect(fetched()).toEqual([])
      await read(body.attachment)
      expect(fetched()).not.toEqual([])
    })

    const read = async (attachment: Attachment | undefined) => {
      const { adapter } = stage().world
      if (!attachment || !adapter.readAttachment) throw new Error('there is no file')
      return adapter.readAttachment(attachment, LIMITS)
    }
  })

  describe('a question with a text to begin with', () => {
    it('gets the whole text as its answer', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      const refs: string[] = []
      const ask = { action: 'a:1:edit', prompt: 'The new prompt?', initial: 'Plan the work.' }
      for (const [index, part] of world.adapter.render({ ask }).entries())
        refs.push(await world.adapter.send(world.conversation, part, { idempotencyKey: `ask-${index}` }))
      const ref = refs.at(-1) ?? ''
      await world.person.answers(ref, 'Plan the work\nin three steps.', { begun: true })
      const { body } = await mailbox.next()
      const text = 'Plan the work\nin three steps.'
      if (body.kind === 'form') expect(body).toMatchObject({ action: 'a:1:edit', text })
      else expect(body).toMatchObject({ kind: 'text', text, replyTo: ref })
    })
  })
}
