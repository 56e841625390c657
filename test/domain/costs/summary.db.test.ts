import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelCalls, projects, runs } from '../../../src/db/schema/index.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { type Period, parsePeriod } from '../../../src/domain/costs/period.ts'
import { costSummary, costsOverTime } from '../../../src/domain/costs/summary.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const now = new Date('2026-11-20T12:00:00Z')
let base: TestDatabase
let shop: string
let ann: string

const call = (more: Partial<typeof modelCalls.$inferInsert>) => ({
  ...{ agent: 'Architect', model: 'big', durationMs: 1, outcome: 'ok', at: now },
  ...{ inputTokens: 100, outputTokens: 10, cost: 1 },
  ...more,
})

beforeAll(async () => {
  base = await createTestDatabase()
  const { db } = base
  const person = (name: string) =>
    db.transaction((tx) => admit(tx, { platform: 'telegram', platformUserId: name, name }, 'member'))
  ann = (await person('Ann')).id
  const boris = (await person('Boris')).id
  const chat = await ensureConversation(db, { key: 'telegram:1', platform: 'telegram', kind: 'private' })
  const project = async (name: string) =>
    (await db.insert(projects).values({ name, title: name, ownerId: ann }).returning())[0]?.id ?? ''
  shop = await project('shop')
  const blog = await project('blog')
  const [run] = await db
    .insert(runs)
    .values({
      ...{ projectId: shop, conversationId: chat.id, requestedBy: boris, kind: 'new_project' },
      ...{ request: '', originKey: randomUUID(), progress: { steps: {} } },
    })
    .returning()
  await db.insert(modelCalls).values([
    call({ userId: ann, agent: 'ProductOwner', model: 'small', cost: 0.5 }),
    call({ userId: ann, projectId: blog, cost: 2 }),
    call({ runId: run?.id ?? '', projectId: shop, cost: 4 }),
    call({ runId: run?.id ?? '', projectId: shop, model: 'small', cost: 0, outcome: '503' }),
    call({
      runId: run?.id ?? '',
      projectId: shop,
      agent: 'CodeAssistant',
      cost: 8,
      at: new Date('2026-11-18T23:59:59Z'),
    }),
    call({ projectId: shop, cost: 100, at: new Date('2026-10-31T12:00:00Z') }),
  ])
})
afterAll(() => base.close())

const period = (word: string): Period => {
  const known = parsePeriod(word, now)
  if (!known) throw new Error(`no period ${word}`)
  return known
}
const november = period('month')

test('by project, by agent and by person, the dearest first; a call of a run is its requester’s', async () => {
  const names = async (by: 'project' | 'agent' | 'user') =>
    (await costSummary(base.db, { period: november, by })).lines.map(({ name, cost }) => [name, cost])
  expect(await names('project')).toEqual([
    ['shop', 12],
    ['blog', 2],
    [null, 0.5],
  ])
  expect(await names('agent')).toEqual([
    ['CodeAssistant', 8],
    ['Architect', 6],
    ['ProductOwner', 0.5],
  ])
  expect(await names('user')).toEqual([
    ['Boris', 12],
    ['Ann', 2.5],
  ])
})

test('the sums tell calls, tokens and models, and count the calls that failed', async () => {
  const { total, lines } = await costSummary(base.db, { period: november, by: 'agent' })
  expect(total).toEqual({ calls: 5, inputTokens: 500, outputTokens: 50, cost: 14.5 })
  expect(lines[1]).toMatchObject({ name: 'Architect', calls: 3, models: ['big', 'small'] })
})

test('one project, one person, one agent: only theirs', async () => {
  const cost = async (filter: Parameters<typeof costSummary>[1]['filter']) =>
    (await costSummary(base.db, { period: november, by: 'agent', filter })).total.cost
  expect(await cost({ projectId: shop })).toBe(12)
  expect(await cost({ userId: ann })).toBe(2.5)
  expect(await cost({ agent: 'architect' })).toBe(6)
  expect(await cost({ agent: 'architect', projectId: shop })).toBe(4)
})

test('each day has its cost, also the days without any; today by the hour', async () => {
  const days = await costsOverTime(base.db, { period: november })
  expect(days).toHaveLength(20)
  expect(days.slice(-3).map(({ cost }) => cost)).toEqual([8, 0, 6.5])
  expect(days.at(-3)?.at.toISOString()).toBe('2026-11-18T00:00:00.000Z')
  const hours = await costsOverTime(base.db, { period: period('today'), filter: { projectId: shop } })
  expect(hours.map(({ cost }) => cost)).toEqual(
    Array.from({ length: 24 }, (_, hour) => (hour === 12 ? 4 : 0)),
  )
})
