import { expect, test } from 'vitest'
import type { ChatAdapter, RenderedPart } from '../../../src/bots/chat.ts'
import { showParts } from '../../../src/bots/delivery/show.ts'
import type { OutboxRow } from '../../../src/domain/conversations/outbox.ts'

const part = (hash: string): RenderedPart => ({ payload: hash, hash })

const shown = async (rendered: RenderedPart[], parts: { ref: string; hash: string }[]) => {
  const calls: string[] = []
  const adapter = {
    send: async () => {
      calls.push('send')
      return 'new'
    },
    edit: async (_key: string, ref: string) => {
      calls.push(`edit ${ref}`)
      return 'edited'
    },
    remove: async (_key: string, ref: string) => {
      calls.push(`remove ${ref}`)
    },
  } as unknown as ChatAdapter
  await showParts(rendered, parts, {
    row: { id: 'row', version: 1, replyTo: null } as OutboxRow,
    key: 'console:local',
    adapter,
    call: (request) => request(),
    onProgress: async () => {},
  })
  return { calls, parts }
}

test('a message that became shorter loses its last parts', async () => {
  const { calls, parts } = await shown(
    [part('a')],
    [
      { ref: '1', hash: 'a' },
      { ref: '2', hash: 'b' },
    ],
  )
  expect(calls).toEqual(['remove 2'])
  expect(parts.map(({ ref }) => ref)).toEqual(['1'])
})

test('a message that is known twice stays where it is', async () => {
  const { calls, parts } = await shown(
    [part('a')],
    [
      { ref: '1', hash: 'a' },
      { ref: '1', hash: '' },
    ],
  )
  expect(calls).toEqual([])
  expect(parts.map(({ ref }) => ref)).toEqual(['1'])
})

test('when sending a file fails, what was shown before it is not sent again', async () => {
  const parts: { ref: string; hash: string }[] = []
  const recorded: string[][] = []
  let broken = true
  const sent: string[] = []
  const adapter = {
    send: async (_key: string, { hash }: RenderedPart) => {
      if (hash === 'file' && broken) throw new Error('the connection broke')
      sent.push(hash)
      return `ref of ${hash}`
    },
  } as unknown as ChatAdapter
  const show = (known: { ref: string; hash: string }[]) =>
    showParts([part('card'), part('file'), part('question')], known, {
      row: { id: 'row', version: 1, replyTo: null } as OutboxRow,
      key: 'console:local',
      adapter,
      call: (request) => request(),
      onProgress: async (shownSoFar) => void recorded.push(shownSoFar.map(({ hash }) => hash)),
    })
  await expect(show(parts)).rejects.toThrow('the connection broke')
  expect(recorded).toEqual([['card']])
  broken = false
  // As the next process finds it written down.
  await show([{ ref: 'ref of card', hash: 'card' }])
  expect(sent).toEqual(['card', 'file', 'question'])
})
