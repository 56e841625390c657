import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { conversations, outbox } from '../../src/db/schema/index.ts'
import type { OutboxContent } from '../../src/db/shapes/outgoing.ts'
import { ensureConversation } from '../../src/domain/conversations/conversations.ts'
import { say } from '../../src/domain/conversations/outbox.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { cardOf, createDesk, type Desk } from './desk.ts'

let base: TestDatabase
let desk: Desk
let serial = 0

beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
})
afterAll(() => base.close())

const group = () =>
  ensureConversation(base.db, { key: 'telegram:1:-100', platform: 'telegram', kind: 'group' })

const shown = async (content: OutboxContent, readerId: string | null = null) => {
  const { id: conversationId } = await group()
  const { id } = await say(base.db, { conversationId, key: `k${++serial}`, content, readerId })
  const [row] = await base.db.select().from(outbox).where(eq(outbox.id, id))
  if (!row) throw new Error('no row')
  return desk.draw(row)
}
const empty = { type: 'view', view: 'agents', args: {} } as const

test('a message is in the language its reader chose, else their platform’s, else the chat’s, else English', async () => {
  const { id } = await group()
  const anna = await desk.person('anna', 'member')
  expect(cardOf(await shown(empty)).title).toBe('Agents')
  await base.db.update(conversations).set({ lang: 'ru' }).where(eq(conversations.id, id))
  expect(cardOf(await shown(empty)).title).toBe('Агенты')
  expect(cardOf(await shown(empty, anna.id)).title).toBe('Агенты')
  await desk.command('anna', '/help', { lang: 'en' })
  expect(cardOf(await shown(empty, anna.id)).title).toBe('Agents')
  await desk.command('anna', '/lang ru', { lang: 'en' })
  expect(cardOf(await shown(empty, anna.id)).title).toBe('Агенты')
  await base.db.update(conversations).set({ lang: null }).where(eq(conversations.id, id))
})

test('words of a model are shown as they came', async () => {
  expect(await shown({ type: 'text', markdown: '**bold** `/help`' })).toEqual({
    markdown: '**bold** `/help`',
  })
})

test('a name inside a notice stays a name, and a reference is said once', async () => {
  const notice = (key: string, args: Record<string, string | number>) => shown({ type: 'notice', key, args })
  expect((await notice('welcome', { name: '*[x](y)*' })).markdown).toMatch(
    /^Hello, \\\*\\\[x\]\\?\(y\)\\\*\./,
  )
  expect((await notice('error-model-failed', { reference: 'P-AAAAAA' })).markdown).toMatch(
    /\n\nReference: P-AAAAAA$/,
  )
  const generic = (await notice('failure-generic', { reference: 'P-BBBBBB' })).markdown ?? ''
  expect(generic.match(/P-BBBBBB/g)).toHaveLength(1)
})

test('what is gone says so', async () => {
  const id = '00000000-0000-4000-8000-000000000000'
  for (const view of ['approval', 'run', 'run-result'] as const)
    expect(await shown({ type: 'view', view, args: { id } })).toEqual({
      markdown: 'This is not there any more.',
    })
  expect(await shown({ type: 'view', view: 'project', args: { name: 'nope' } })).toEqual({
    markdown: 'This is not there any more.',
  })
})

test('a project is shown also while nobody can tell whether its service runs', async () => {
  const olga = await desk.person('olga', 'owner')
  const shop = await desk.project(olga, 'shop')
  await desk.deploy(shop)
  vi.spyOn(desk.operations, 'status').mockRejectedValueOnce(new Error('no supervisor'))
  const card = cardOf(await shown({ type: 'view', view: 'project', args: { name: 'shop' } }, olga.id))
  expect(card.fields?.map(({ label }) => label)).toEqual(['State', 'Address', 'Version', 'Owner'])
})

test('the buttons of a project are those its reader may press', async () => {
  const boris = await desk.person('boris', 'viewer')
  const view = { type: 'view', view: 'project', args: { name: 'shop' } } as const
  expect(cardOf(await shown(view, boris.id)).buttons).toEqual([])
  expect(cardOf(await shown(view)).buttons?.flat()).toHaveLength(3)
})

test('a service that is down comes first in the status', async () => {
  await base.sql`update projects set status = 'active' where name = 'shop'`
  vi.spyOn(desk.operations, 'status').mockResolvedValue({
    name: 'shop',
    state: 'crash-looping',
    healthy: false,
    restarts: 9,
  })
  const card = cardOf(await shown({ type: 'view', view: 'status', args: {} }))
  expect(card.tone).toBe('danger')
  expect(card.body).toMatch(/^\*\*Needs somebody\*\*\n\n- shop does not run/)
})
