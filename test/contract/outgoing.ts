import { describe, expect, it } from 'vitest'
import type { Outgoing, RenderedPart } from '../../src/bots/chat.ts'
import type { Stage } from './adapter.ts'
import { CONTROL_CHARACTERS, CONTROL_TEXT, HOSTILE_TEXTS } from './hostile.ts'
import type { AdapterWorld } from './world.ts'

export const describeOutgoing = (stage: () => Stage) => {
  const say = async (message: Outgoing) => {
    const { world } = stage()
    const refs: string[] = []
    for (const [index, part] of world.adapter.render(message).entries())
      refs.push(await world.adapter.send(world.conversation, part, { idempotencyKey: `say-${index}` }))
    return refs
  }
  const sayOne = async (message: Outgoing) => {
    const [ref, ...rest] = await say(message)
    if (!ref || rest.length > 0) throw new Error(`one part was expected, not ${rest.length + (ref ? 1 : 0)}`)
    return ref
  }
  const question = { title: 'A plan', tone: 'question', body: 'Three tasks.' } as const

  describe('a text', () => {
    it('is read as it was written, its formatting applied', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      await sayOne({ markdown: 'It is **ready** at [the site](https://example.org/x).' })
      const [shown] = await world.shown()
      expect(shown?.text.replace(/\s*\(?https:\/\/example\.org\/x\)?/, '')).toBe('It is ready at the site.')
      expect(shown?.links).toEqual(['https://example.org/x'])
    })

    it('of 50,000 characters arrives whole and in order, in parts the platform takes', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      const words = Array.from({ length: 5000 }, (_, i) => `w${String(i).padStart(7, '0')}`)
      const markdown = Array.from({ length: 100 }, (_, i) => words.slice(i * 50, i * 50 + 50).join(' ')).join(
        '\n\n',
      )
      expect(markdown.length).toBeGreaterThan(45_000)
      await say({ markdown })
      const read = (await world.shown()).map((message) => message.text).join('\n')
      expect(read.match(/w\d{7}/g)).toEqual(words)
    })

    it('of one endless word arrives whole', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      await say({ markdown: 'x'.repeat(20_000) })
      const read = (await world.shown()).map((message) => message.text).join('')
      expect(read.match(/x/g)).toHaveLength(20_000)
    })

    it('that is empty still is a message', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      for (const markdown of ['', '   \n ', '<!-- -->', '\u0000'])
        expect(world.adapter.render({ markdown }).length, JSON.stringify(markdown)).toBeGreaterThan(0)
      await sayOne({ markdown: '' })
    })

    it('renders to the same hash when it is the same, and to another when it differs', () => {
      const { adapter } = stage().world
      const hashes = (message: Outgoing) => adapter.render(message).map((part) => part.hash)
      const message: Outgoing = { card: { ...question, buttons: [[{ label: 'Yes', action: 'a:y' }]] } }
      expect(hashes(message)).toEqual(hashes(structuredClone(message)))
      expect(hashes(message)).not.toEqual(hashes({ card: question }))
      expect(hashes({ markdown: '**a**' })).not.toEqual(hashes({ markdown: 'a' }))
    })
  })

  describe('a text that tries to be more', () => {
    it.each(HOSTILE_TEXTS)('is only read, in a card: %j', async (text) => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      await sayOne({
        card: { title: text, tone: 'neutral', fields: [{ label: 'Said', value: text }], footer: text },
      })
      const shown = await onlyMessage(world)
      expect(shown.text.split(text)).toHaveLength(4)
      expect(shown.mentions).toEqual([])
      expect(shown.links).toEqual([])
    })

    it.each(HOSTILE_TEXTS)('calls nobody when it is taken as Markdown: %j', async (text) => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      await sayOne({ markdown: text })
      const shown = await onlyMessage(world)
      expect(shown.mentions).toEqual([])
      expect(shown.links).toEqual([])
      const letters = (value: string) => value.replace(/[^\p{L}\p{N}]/gu, '')
      if (!text.includes('&lt;')) expect(letters(shown.text)).toBe(letters(text))
    })

    it('loses its control characters and nothing else', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      await sayOne({ markdown: CONTROL_TEXT })
      const shown = await onlyMessage(world)
      for (const word of ['bell', 'escape', 'backspace', 'null', 'override', 'end'])
        expect(shown.text).toContain(word)
      expect(shown.text).not.toMatch(CONTROL_CHARACTERS)
    })

    it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd'])(
      'has no link to %s',
      async (address) => {
        const { world } = stage()
        await world.adapter.start(stage().mailbox.receive)
        await sayOne({ markdown: `[press me](${address})` })
        const shown = await onlyMessage(world)
        expect(shown.text).toContain('press me')
        expect(shown.links).toEqual([])
      },
    )
  })

  describe('a card', () => {
    it('shows its title, body, fields and footer, and its buttons by their labels', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      await sayOne({
        card: {
          ...question,
          fields: [{ label: 'Cost', value: '$0.42' }],
          footer: 'expires tomorrow',
          buttons: [
            [
              { label: 'Approve', action: 'a:1:approve', style: 'primary' },
              { label: 'Reject', action: 'a:1:reject', style: 'danger' },
            ],
          ],
        },
      })
      const shown = await onlyMessage(world)
      for (const text of ['A plan', 'Three tasks.', 'Cost', '$0.42', 'expires tomorrow'])
        expect(shown.text).toContain(text)
      expect(shown.buttons).toEqual(['Approve', 'Reject'])
    })

    it('brings a pressed button back as exactly the action it carried', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      const action = `a:${'x'.repeat(22)}:approve|é"<>&`
      const ref = await sayOne({ card: { ...question, buttons: [[{ label: 'Approve', action }]] } })
      await world.person.presses('Approve')
      expect(await mailbox.next()).toMatchObject({
        platformUserId: world.person.id,
        conversation: { key: world.conversation },
        body: { kind: 'action', action, messageRef: ref },
      })
    })

    it('answers the one who pressed, without a message for everybody', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      await sayOne({ card: { ...question, buttons: [[{ label: 'Approve', action: 'a:1:approve' }]] } })
      await world.person.presses('Approve')
      const { body, platformUserId } = await mailbox.next()
      const to = { platformUserId, receipt: body.receipt }
      await world.adapter.tell(world.conversation, to, `Already decided by Ann. ${'x'.repeat(300)}`)
      await world.adapter.tell(world.conversation, to, 'And again, when the platform no longer waits.')
    })

    it('too long for one message keeps its buttons at its end', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      const body = Array.from({ length: 900 }, (_, i) => `Line ${i} of a very long plan.`).join('\n\n')
      await say({ card: { ...question, body, buttons: [[{ label: 'Approve', action: 'a:1:approve' }]] } })
      const messages = await world.shown()
      expect(messages.at(-1)?.buttons).toEqual(['Approve'])
      expect(messages.flatMap((message) => message.buttons)).toHaveLength(1)
      expect(messages.map((message) => message.text).join('\n')).toContain('Line 899 of a very long plan.')
    })
  })

  describe('an edit', () => {
    const part = (message: Outgoing): RenderedPart => {
      const [first] = stage().world.adapter.render(message)
      if (!first) throw new Error('nothing was rendered')
      return first
    }

    it('changes the message in its place and takes the buttons away', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      const ref = await sayOne({
        card: { ...question, buttons: [[{ label: 'Approve', action: 'a:1:approve' }]] },
      })
      const decided = part({ card: { ...question, tone: 'success', footer: 'Approved by Ann' } })
      expect(await world.adapter.edit(world.conversation, ref, decided)).toBe('edited')
      const shown = await onlyMessage(world)
      expect(shown.text).toContain('Approved by Ann')
      expect(shown.buttons).toEqual([])
    })

    it('that changes nothing is no failure', async () => {
      const { world } = stage()
      await world.adapter.start(stage().mailbox.receive)
      const ref = await sayOne({ card: question })
      expect(await world.adapter.edit(world.conversation, ref, part({ card: question }))).not.toBe('gone')
      expect((await onlyMessage(world)).text).toContain('Three tasks.')
    })

    it('of a message that somebody deleted says that it is gone', async (context) => {
      const { world } = stage()
      if (!world.person.deletes) return context.skip('nothing can be deleted here')
      await world.adapter.start(stage().mailbox.receive)
      const ref = await sayOne({ markdown: 'soon gone' })
      await world.person.deletes(ref)
      expect(await world.adapter.edit(world.conversation, ref, part({ markdown: 'new' }))).toBe('gone')
    })

    it('can be a removal, also of what is already gone', async (context) => {
      const { world } = stage()
      if (!world.person.deletes) return context.skip('nothing can be deleted here')
      await world.adapter.start(stage().mailbox.receive)
      const ref = await sayOne({ markdown: 'one part too many' })
      await world.adapter.remove(world.conversation, ref)
      expect(await world.shown()).toEqual([])
      await world.adapter.remove(world.conversation, ref)
    })
  })

  describe('a question for a line of text', () => {
    it('gets its answer as a form, or as a reply that points to the question', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      const ref = await sayOne({
        ask: { action: 'a:1:change', prompt: 'What should change?', placeholder: 'e.g. use SQLite' },
      })
      await world.person.answers(ref, 'use *SQLite*')
      const { body } = await mailbox.next()
      if (body.kind === 'form') expect(body).toMatchObject({ action: 'a:1:change', text: 'use *SQLite*' })
      else expect(body).toMatchObject({ kind: 'text', text: 'use *SQLite*', replyTo: ref })
    })
  })
}

const onlyMessage = async (world: AdapterWorld) => {
  const messages = await world.shown()
  expect(messages).toHaveLength(1)
  const [message] = messages
  if (!message) throw new Error('nothing is shown')
  return message
}
