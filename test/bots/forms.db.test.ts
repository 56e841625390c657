import { afterAll, beforeAll, expect, test } from 'vitest'
import { asForm } from '../../src/bots/forms.ts'
import { outbox } from '../../src/db/schema/index.ts'
import type { CommandBody, InboxBody, TextBody } from '../../src/db/shapes/incoming.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createDesk, type Desk } from './desk.ts'

let base: TestDatabase
let desk: Desk
beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
})
afterAll(() => base.close())

const attachment = { name: 'a.json', bytes: 2, ref: { text: '{}' } }
const author = { name: 'ann' }
const text: TextBody = { kind: 'text', text: 'use SQLite', author }
const onlyAFile: CommandBody = {
  author,
  kind: 'command',
  name: 'unsupported',
  args: 'document',
  attachment,
}

/** What somebody says in reply to a message of the bot that shows this. */
const inReplyTo = async (content: typeof outbox.$inferInsert.content, body: InboxBody) => {
  const row = await desk.write('ann', { ...body, replyTo: '7:1' })
  await base.db.delete(outbox)
  await base.db.insert(outbox).values({
    conversationId: row.conversationId,
    key: 'asked',
    content,
    parts: [{ ref: '7:1', hash: 'h' }],
  })
  return asForm(base.db, row)
}
const question = { type: 'ask', key: 'ask-change', args: {}, action: 'approval:c:1' } as const
const statement = { type: 'text', markdown: 'Done.' } as const

test('a text in reply to a question answers it, and brings its file along', async () => {
  expect(await inReplyTo(question, { ...text, attachment })).toMatchObject({
    kind: 'form',
    action: 'approval:c:1',
    text: 'use SQLite',
    attachment,
    author: { name: 'ann' },
  })
})

test('a file without a word answers a question, too', async () => {
  expect(await inReplyTo(question, onlyAFile)).toMatchObject({
    kind: 'form',
    action: 'approval:c:1',
    text: '',
    attachment,
  })
})

test.each([
  ['a reply to something that is no question', statement, onlyAFile],
  ['a picture', question, { ...onlyAFile, attachment: undefined }],
  ['a command', question, { ...onlyAFile, name: 'status' }],
] as const)('%s answers nothing', async (_, content, body) => {
  expect(await inReplyTo(content, body)).toBeUndefined()
})
