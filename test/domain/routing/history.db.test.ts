import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { agents, routingDecisions } from '../../../src/db/schema/index.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import {
  agentStatistics,
  decisionsOfTask,
  findDecision,
  lastDecision,
  listDecisions,
} from '../../../src/domain/routing/history.ts'
import { routeTask } from '../../../src/domain/routing/route-task.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())
beforeEach(() => office.dismissAll())

const agent = async (name: string) => {
  const [row] = await office.db
    .insert(agents)
    .values({ name: `${name}-${crypto.randomUUID().slice(0, 8)}`, role: 'code', config: {} as never })
    .returning()
  if (!row) throw new Error('no agent')
  return row
}

test('decisions are paged, the newest first', async () => {
  await office.hire('ann')
  const made = []
  for (let n = 0; n < 5; n++) made.unshift((await office.route()).id)
  const ids = async (page: number) => {
    const { decisions, hasMore } = await listDecisions(office.db, { page, pageSize: 2 })
    return [decisions.map(({ id }) => id), hasMore]
  }
  expect(await ids(1)).toEqual([made.slice(0, 2), true])
  expect(await ids(2)).toEqual([made.slice(2, 4), true])
  expect(await ids(3)).toEqual([made.slice(4), false])
  expect(await ids(4)).toEqual([[], false])
})

test('the attempts of a task are told in order', async () => {
  await office.hire('ann')
  const task = await office.newTask()
  for (const attempt of [1, 2, 3])
    await office.carryOut(await routeTask(office.db, task, attempt), { outcome: 'failed' })
  expect((await decisionsOfTask(office.db, task.id)).map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  expect(await decisionsOfTask(office.db, crypto.randomUUID())).toEqual([])
})

test('the last decision of a conversation is about what was asked for there', async () => {
  await office.hire('ann')
  const place = (key: string) => ensureConversation(office.db, { key, platform: 'telegram', kind: 'private' })
  const here = await place('telegram:1')
  const there = await place('telegram:2')
  const ask = async (conversationId: string) =>
    routeTask(office.db, await office.newTask({ conversationId }), 1)
  await ask(here.id)
  const last = await ask(here.id)
  await ask(there.id)
  expect(await lastDecision(office.db, { conversationId: here.id })).toEqual(last)
  expect(await lastDecision(office.db, { conversationId: crypto.randomUUID() })).toBeUndefined()
})

test('a decision nobody made is not found', async () => {
  expect(await findDecision(office.db, crypto.randomUUID())).toBeUndefined()
})

test('agents are told by what was done with their prompt in the last 30 days, outages left out of the rate', async () => {
  await office.hire('ann')
  const busy = await agent('busy')
  const idle = await agent('idle')
  const unlucky = await agent('unlucky')
  const perform = async (one: typeof busy) =>
    routeTask(office.db, await office.newTask({ agent: { id: one.id, name: one.name, reason: 'role' } }), 1)
  for (const outcome of ['succeeded', 'succeeded', 'failed', 'outage', 'cancelled', 'lost'] as const)
    await office.carryOut(await perform(busy), { outcome })
  await perform(busy)
  const old = await perform(busy)
  await office.carryOut(old, { outcome: 'failed' })
  await office.db
    .update(routingDecisions)
    .set({ createdAt: sql`now() - interval '31 days'` })
    .where(eq(routingDecisions.id, old.id))
  await office.carryOut(await perform(unlucky), { outcome: 'outage' })

  const statistics = await agentStatistics(office.db, [busy.id, idle.id, unlucky.id])
  expect(Object.fromEntries(statistics)).toEqual({
    [busy.id]: { successPercent: 67, load: 1, decisions: 7 },
    [unlucky.id]: { successPercent: undefined, load: 0, decisions: 1 },
  })
  expect(await agentStatistics(office.db, [])).toEqual(new Map())
  expect((await listDecisions(office.db, { agent: unlucky.id })).decisions).toHaveLength(1)
})
