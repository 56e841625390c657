import { describe, expect, it } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import type { Stage } from './adapter.ts'

export const describeIncoming = (stage: () => Stage) => {
  describe('what a person says', () => {
    it('arrives as text, with who said it, where, and a reference to the message', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      await world.person.says('create a URL shortener')

      const incoming = await mailbox.next()
      expect(incoming).toMatchObject({
        platform: world.adapter.platform,
        conversation: { key: world.conversation, kind: 'private' },
        platformUserId: world.person.id,
        body: { kind: 'text', text: 'create a URL shortener' },
      })
      expect(incoming.eventId).not.toBe('')
      expect(incoming.body.author.name).not.toBe('')
      expect(incoming.body.messageRef).toEqual(expect.any(String))
    })

    it('arrives word for word, whatever it is made of', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      for (const text of ['<b>&amp;</b> 1 < 2', '😀', 'שלום *not* _markup_ `here`', 'сделай сервис']) {
        await world.person.says(text)
        expect((await mailbox.next()).body).toMatchObject({ kind: 'text', text })
      }
    })

    it('arrives as a command when it is one, with its arguments', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      await world.person.commands('project', 'url-shortener now')
      expect((await mailbox.next()).body).toMatchObject({
        kind: 'command',
        name: 'project',
        args: 'url-shortener now',
      })
      await world.person.commands('status', '')
      expect((await mailbox.next()).body).toMatchObject({ kind: 'command', name: 'status', args: '' })
    })

    it('has an event id of its own, every time', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      for (let i = 0; i < 3; i++) await world.person.says('again')
      const ids = [await mailbox.next(), await mailbox.next(), await mailbox.next()].map((one) => one.eventId)
      expect(new Set(ids).size).toBe(3)
    })

    it('is answered in the conversation its key names', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      await world.person.says('where am I?')
      const { conversation } = await mailbox.next()
      const [part] = world.adapter.render({ markdown: 'here' })
      if (!part) throw new Error('nothing was rendered')
      await world.adapter.send(conversation.key, part, { idempotencyKey: 'here' })
      expect((await world.shown()).map((message) => message.text)).toContain('here')
    })

    it('points to the message of the bot that it replies to', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      const [part] = world.adapter.render({ markdown: 'Which one?' })
      if (!part) throw new Error('nothing was rendered')
      const ref = await world.adapter.send(world.conversation, part, { idempotencyKey: 'which' })
      await world.person.says('the second', { replyTo: ref })
      const { body } = await mailbox.next()
      // A console has no replies: there it is only a text.
      expect(body).toMatchObject({ kind: 'text', text: 'the second' })
      if (world.adapter.platform !== 'console') expect(body.replyTo).toBe(ref)
    })
  })

  describe('in a group', () => {
    it('only what is said to the bot arrives, without its name', async (context) => {
      const { world, mailbox } = stage()
      if (!world.group) return context.skip('this platform has no groups')
      await world.adapter.start(mailbox.receive)
      await world.group.chatters('the bot need not know this')
      await world.group.mentions('what is the status?')

      const incoming = await mailbox.next()
      expect(incoming).toMatchObject({
        conversation: { kind: 'group' },
        platformUserId: world.person.id,
        body: { kind: 'text', text: 'what is the status?' },
      })
      expect(mailbox.arrived).toHaveLength(1)
    })

    it('the answer appears in that group and nowhere else', async (context) => {
      const { world, mailbox } = stage()
      if (!world.group) return context.skip('this platform has no groups')
      await world.adapter.start(mailbox.receive)
      await world.group.mentions('hello')
      const { conversation } = await mailbox.next()
      const [part] = world.adapter.render({ markdown: 'hello all' })
      if (!part) throw new Error('nothing was rendered')
      await world.adapter.send(conversation.key, part, { idempotencyKey: 'hello' })
      expect((await world.shown(conversation.key)).map((message) => message.text)).toEqual(['hello all'])
      expect(await world.shown()).toEqual([])
    })
  })

  describe('delivery', () => {
    it("leaves the bot's own messages out", async (context) => {
      const { world, mailbox } = stage()
      if (!world.echo) return context.skip('this platform does not announce them')
      await world.adapter.start(mailbox.receive)
      await world.echo('I said this myself')
      await world.person.says('and I said this')
      expect((await mailbox.next()).body).toMatchObject({ text: 'and I said this' })
      expect(mailbox.arrived).toHaveLength(1)
    })

    it('acknowledges nothing before the row is written', async (context) => {
      const { world, mailbox } = stage()
      const { acknowledged } = world
      if (!acknowledged) return context.skip('this platform waits for no acknowledgement')
      await world.adapter.start(mailbox.receive)
      mailbox.hold()
      await world.person.says('remember this')
      await mailbox.next()
      expect(acknowledged()).toBe(0)
      mailbox.release()
      await waitFor(() => acknowledged() === 1, 'the acknowledgement')
    })

    it('comes again, under the same event id, when the row could not be written', async (context) => {
      const { world, mailbox } = stage()
      if (!world.redelivers) return context.skip('this platform delivers once')
      await world.adapter.start(mailbox.receive)
      mailbox.refuse(1)
      await world.person.says('do not lose this')
      const first = await mailbox.next()
      const second = await mailbox.next()
      expect(second.eventId).toBe(first.eventId)
      expect(second.body).toMatchObject({ kind: 'text', text: 'do not lose this' })
    })

    it('starts once when started twice, and stops when stopped twice', async () => {
      const { world, mailbox } = stage()
      await world.adapter.start(mailbox.receive)
      await world.adapter.start(mailbox.receive)
      await world.person.says('once')
      await mailbox.next()
      await world.person.says('twice')
      await mailbox.next()
      expect(mailbox.arrived).toHaveLength(2)
      await world.adapter.stop()
      await world.adapter.stop()
    })

    it('stops without having been started', async () => {
      await expect(stage().world.adapter.stop()).resolves.toBeUndefined()
    })
  })
}
