import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { turns } from '../../../src/db/schema/conversations.ts'
import { createInbox } from '../../../src/domain/conversations/inbox.ts'
import { personMessage, withStopNotes } from '../../../src/graph/nodes/stopped-turns.ts'
import { arrival } from '../../domain/conversations/arrivals.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
let conversationId: string

beforeAll(async () => {
  database = await createTestDatabase()
  conversationId = (await createInbox(database.db).write(arrival('hello'))).conversationId
})
afterAll(() => database.close())

const turn = async (state: 'done' | 'failed' | 'stopped' | 'running') => {
  const [row] = await database.db.insert(turns).values({ conversationId, state }).returning()
  return row?.id ?? ''
}
const said = (turnId: string, text: string) => personMessage({ id: crypto.randomUUID(), text, turnId })
const read = async (messages: BaseMessage[]) =>
  (await withStopNotes(database.db, messages)).map((message) => `${message.getType()}: ${message.text}`)
const NOTE = 'ai: (The person stopped this before it was answered. It is not wanted any more.)'

test('behind a request that was stopped the model reads so', async () => {
  const [stopped, now] = [await turn('stopped'), await turn('running')]
  expect(await read([said(stopped, 'create'), said(stopped, 'a todo list'), said(now, 'thanks')])).toEqual([
    'human: create',
    'human: a todo list',
    NOTE,
    'human: thanks',
  ])
})

test('also when it was stopped between a tool call and the answer', async () => {
  const [stopped, now] = [await turn('stopped'), await turn('running')]
  const call = new AIMessage({ content: '', tool_calls: [{ id: 'c1', name: 'list_projects', args: {} }] })
  const result = new ToolMessage({ tool_call_id: 'c1', content: '[]' })
  expect(await read([said(stopped, 'what is there?'), call, result, said(now, 'thanks')])).toEqual([
    'human: what is there?',
    'ai: ',
    'tool: []',
    NOTE,
    'human: thanks',
  ])
})

test('each of several that were stopped has its note, whatever was answered between', async () => {
  const [first, second, answered, now] = [
    await turn('stopped'),
    await turn('stopped'),
    await turn('done'),
    await turn('running'),
  ]
  const messages = [
    said(first, 'one'),
    said(second, 'two'),
    said(answered, 'hello'),
    new AIMessage('Hello.'),
    said(now, 'three'),
  ]
  expect(await read(messages)).toEqual([
    'human: one',
    NOTE,
    'human: two',
    NOTE,
    'human: hello',
    'ai: Hello.',
    'human: three',
  ])
})

test('a request that failed is still wanted: “try again” means it', async () => {
  const [failed, now] = [await turn('failed'), await turn('running')]
  const messages = [said(failed, 'create a todo list'), said(now, 'try again')]
  expect(await withStopNotes(database.db, messages)).toEqual(messages)
})

test('a burst is one request, and what it says is not cut up', async () => {
  const now = await turn('running')
  const messages = [said(now, 'create'), said(now, 'a todo list')]
  expect(await withStopNotes(database.db, messages)).toEqual(messages)
})
