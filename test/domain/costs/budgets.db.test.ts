import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  auditEntries,
  budgetAllowances,
  budgets,
  modelCalls,
  projects,
} from '../../../src/db/schema/index.ts'
import type { UserRole } from '../../../src/db/schema/users.ts'
import { type Approval, openApproval } from '../../../src/domain/approvals/approvals.ts'
import { decideApproval } from '../../../src/domain/approvals/decide.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { questionAbout } from '../../../src/domain/costs/budget-question.ts'
import { budgetState, budgetsInForce, listBudgets, setBudget } from '../../../src/domain/costs/budgets.ts'
import { requireBudget } from '../../../src/domain/costs/require-budget.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const now = new Date('2026-11-20T12:00:00Z')
const nextMonth = new Date('2026-12-01T00:00:00Z')

let base: TestDatabase
let admin: Person
let ann: Person
let boris: Person
let conversationId: string
let shop: string
let blog: string

beforeAll(async () => {
  base = await createTestDatabase()
  const person = (name: string, role: UserRole) =>
    base.db.transaction((tx) => admit(tx, { platform: 'telegram', platformUserId: name, name }, role))
  admin = await person('Olga', 'admin')
  ann = await person('Ann', 'member')
  boris = await person('Boris', 'member')
  const chat = await ensureConversation(base.db, { key: 'telegram:1', platform: 'telegram', kind: 'private' })
  conversationId = chat.id
})
afterAll(() => base.close())
beforeEach(async () => {
  const { db } = base
  await db.delete(modelCalls)
  await db.delete(budgets)
  await db.delete(auditEntries)
  const made = async (name: string) => {
    const title = `${name}-${randomUUID().slice(0, 8)}`
    const [row] = await db.insert(projects).values({ name: title, title, ownerId: ann.id }).returning()
    return row?.id ?? ''
  }
  shop = await made('shop')
  blog = await made('blog')
})

const budget = (monthlyUsd: number | null, projectId?: string, person = admin) =>
  base.db.transaction((tx) => setBudget(tx, { projectId, monthlyUsd }, { person, surface: 'telegram' }))
const spend = (cost: number, projectId: string | null = null, at = now) =>
  base.db
    .insert(modelCalls)
    .values({ agent: 'Architect', model: 'm', projectId, cost, durationMs: 1, outcome: 'ok', at })
const ask = async (projectId: string, at = now): Promise<Approval> => {
  const facts = questionAbout(await budgetState(base.db, { projectId, now: at }))
  if (!facts) throw new Error('there is nothing to ask')
  const { approval } = await base.db.transaction((tx) =>
    openApproval(tx, {
      conversationId,
      requestedBy: boris.id,
      projectId,
      threadId: randomUUID(),
      interruptId: randomUUID(),
      request: { v: 1, kind: 'budget', risk: 'low', allow: ['approve', 'reject'], facts: { ...facts } },
      now,
    }),
  )
  return approval
}
const decide = async ({ id }: Approval, person: Person, verb: 'approve' | 'reject' = 'approve') =>
  (await decideApproval(base.db, { id, verb, person, surface: 'telegram', now })).outcome
const levelOf = async (projectId: string, at = now) =>
  (await budgetState(base.db, { projectId, now: at }))?.level

test('without a budget nothing is ever asked', async () => {
  await spend(1_000_000, shop)
  expect(await budgetState(base.db, { projectId: shop, now })).toBeUndefined()
  await requireBudget(base.db, { projectId: shop, now })
})

test('a project’s budget counts the calls of that project in that month, in UTC', async () => {
  await budget(10, shop)
  await spend(3, shop, new Date('2026-11-01T00:00:00Z'))
  await spend(4, shop, new Date('2026-11-30T23:59:59.999Z'))
  await spend(100, shop, new Date('2026-10-31T23:59:59.999Z'))
  await spend(100, shop, nextMonth)
  await spend(100, blog)
  await spend(100)
  expect(await budgetState(base.db, { projectId: shop, now })).toMatchObject({
    spentUsd: 7,
    percent: 70,
    level: 'fine',
    month: '2026-11',
  })
  expect(await budgetState(base.db, { projectId: blog, now })).toBeUndefined()
})

test('the installation’s budget counts everything, also what belongs to no project', async () => {
  await budget(10)
  await spend(3, shop)
  await spend(3, blog)
  await spend(3)
  for (const projectId of [shop, blog, undefined])
    expect(await budgetState(base.db, { projectId, now })).toMatchObject({ projectId: null, spentUsd: 9 })
})

test('of two budgets the more pressing one counts, and the project’s own where both are alike', async () => {
  await budget(100)
  await budget(10, shop)
  const order = async () =>
    (await budgetsInForce(base.db, { projectId: shop, now })).map(
      ({ projectId, level }) => `${projectId ? 'project' : 'installation'} ${level}`,
    )
  expect(await order()).toEqual(['project fine', 'installation fine'])
  await spend(80, blog)
  expect(await order()).toEqual(['installation near', 'project fine'])
  await spend(10, shop)
  expect(await order()).toEqual(['project used', 'installation near'])
})

test('a yes at 80 % leads to the whole budget, one at 100 % to half of it more, and so on', async () => {
  await budget(10, shop)
  await spend(8.1, shop)
  expect(await levelOf(shop)).toBe('near')
  await requireBudget(base.db, { projectId: shop, now })
  const first = await ask(shop)
  expect(first.request.facts).toMatchObject({ spent: 8.1, budget: 10, next: 10, level: 'near' })
  expect(await decide(first, ann)).toBe('decided')
  expect(await levelOf(shop)).toBe('fine')

  await spend(2, shop)
  await expect(requireBudget(base.db, { projectId: shop, now })).rejects.toMatchObject({
    code: 'budget_exceeded',
    retryable: false,
    userMessage: { key: 'budget-used-project', args: { budget: 10 } },
  })
  const second = await ask(shop)
  expect(second.request.facts).toMatchObject({ next: 15, level: 'used' })
  expect(await decide(second, admin)).toBe('decided')
  await requireBudget(base.db, { projectId: shop, now })
  expect(await levelOf(shop)).toBe('fine')
  await spend(5, shop)
  expect((await ask(shop)).request.facts).toMatchObject({ next: 20 })
})

test('what was allowed in one month is forgotten in the next', async () => {
  await budget(10, shop)
  await spend(9, shop)
  await decide(await ask(shop), ann)
  await spend(9, shop, nextMonth)
  expect(await levelOf(shop)).toBe('fine')
  expect(await levelOf(shop, nextMonth)).toBe('near')
})

test('a no allows nothing', async () => {
  await budget(10, shop)
  await spend(9, shop)
  expect(await decide(await ask(shop), ann, 'reject')).toBe('decided')
  expect(await levelOf(shop)).toBe('near')
  expect(await base.db.select().from(budgetAllowances)).toEqual([])
})

test('the owner of a project raises its budget; who only asked does not', async () => {
  await budget(10, shop)
  await spend(9, shop)
  const question = await ask(shop)
  expect(await decide(question, boris)).toBe('forbidden')
  expect(await decide(question, ann)).toBe('decided')
})

test('the installation’s budget is raised by admins, and by no owner of a project', async () => {
  await budget(10)
  await spend(9, shop)
  const question = await ask(shop)
  expect(await decide(question, ann)).toBe('forbidden')
  expect(await decide(question, admin)).toBe('decided')
})

test('two questions about one budget: a late yes to the smaller one takes nothing back', async () => {
  await budget(10, shop)
  await spend(9, shop)
  const early = await ask(shop)
  await spend(2, shop)
  await decide(await ask(shop), ann)
  await decide(early, ann)
  expect(await budgetState(base.db, { projectId: shop, now })).toMatchObject({ allowedPercent: 150 })
})

test('a yes to a budget that was changed since allows nothing of the new one', async () => {
  await budget(10, shop)
  await spend(9, shop)
  const question = await ask(shop)
  await budget(11, shop)
  expect(await decide(question, ann)).toBe('decided')
  expect(await budgetState(base.db, { projectId: shop, now })).toMatchObject({
    allowedPercent: null,
    level: 'near',
  })
  await budget(null, shop)
  expect(await decide(await freshQuestion(), ann)).toBe('decided')
})

const freshQuestion = async () => {
  await budget(5, shop)
  const question = await ask(shop)
  await budget(null, shop)
  return question
}

test('a new amount begins anew, and there is one budget for each thing, also when two set it at once', async () => {
  await budget(10, shop)
  await spend(9, shop)
  await decide(await ask(shop), ann)
  await Promise.all([20, 20, 20, 20].map((amount) => budget(amount, shop)))
  await Promise.all([100, 100, 100].map((amount) => budget(amount)))
  expect((await listBudgets(base.db, now)).map(({ monthlyUsd }) => monthlyUsd)).toEqual([100, 20])
  expect(await budgetState(base.db, { projectId: shop, now })).toMatchObject({ allowedPercent: null })
})

test('who set a budget is written down; nobody but admins may, and not every number is one', async () => {
  await budget(10, shop)
  await budget(null)
  const entries = await base.db.select().from(auditEntries)
  expect(entries.map(({ action, actor, detail }) => ({ action, actor, detail }))).toEqual([
    { action: 'budget.set', actor: 'Olga', detail: { monthlyUsd: 10 } },
    { action: 'budget.set', actor: 'Olga', detail: { monthlyUsd: null } },
  ])
  await expect(budget(10, shop, ann)).rejects.toMatchObject({ code: 'forbidden' })
  for (const amount of [0, -1, 0.001, 1e9, Number.NaN, Infinity])
    await expect(budget(amount)).rejects.toMatchObject({ code: 'invalid' })
})
