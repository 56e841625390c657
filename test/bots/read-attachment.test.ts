import { expect, test } from 'vitest'
import type { ChatAdapter } from '../../src/bots/chat.ts'
import { createAttachmentReader } from '../../src/bots/read-attachment.ts'
import type { InboxRow } from '../../src/domain/conversations/inbox.ts'

const row = (platform: string, attached = true) =>
  ({
    platform,
    body: {
      kind: 'text',
      text: '',
      author: { name: 'Ann' },
      ...(attached && { attachment: { name: 'a.json', bytes: 2, ref: { fileId: 'A' } } }),
    },
  }) as InboxRow

const asked: number[] = []
const telegram: Pick<ChatAdapter, 'readAttachment'> = {
  readAttachment: async ({ ref }, { maxBytes }) => {
    asked.push(maxBytes)
    return `the file ${ref.fileId}`
  },
}
const read = createAttachmentReader(
  new Map([
    ['telegram', telegram],
    ['slack', {}],
  ]),
)

test('a file is fetched from the platform that it came by, up to a limit', async () => {
  expect(await read(row('telegram'))).toBe('the file A')
  expect(await read(row('telegram'), { maxBytes: 10 })).toBe('the file A')
  expect(asked).toEqual([1024 * 1024, 10])
})

test('where there is no file there is nothing to read', async () => {
  expect(await read(row('telegram', false))).toBeUndefined()
  expect(await read(row('console', false))).toBeUndefined()
})

test.each(['slack', 'console'])(
  'where nobody can fetch it, here %s, the person is told to write instead',
  async (platform) => {
    await expect(read(row(platform))).rejects.toMatchObject({
      code: 'invalid',
      userMessage: { key: 'attachment-not-read', args: { name: 'a.json' } },
    })
  },
)
