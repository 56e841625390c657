import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { routingDecisions, tasks } from '../../../src/db/schema/index.ts'
import { beginDecision, finishDecision } from '../../../src/domain/routing/decisions.ts'
import { findDecision } from '../../../src/domain/routing/history.ts'
import { routeTask } from '../../../src/domain/routing/route-task.ts'
import {
  cancelTask,
  createTask,
  findTask,
  findTaskByNumber,
  isFinal,
  type NewTask,
  requireTask,
  type Task,
  tasksLeftAlone,
} from '../../../src/domain/tasks/tasks.ts'
import { type Office, openOffice } from '../routing/office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())
beforeEach(() => office.dismissAll())

const WISH: NewTask = {
  originKey: 'run:1:step:2:implement',
  workType: 'implement',
  title: 'Add a counter',
  input: { files: ['counter.ts'] },
  timeoutMs: 60_000,
}

describe('a task', () => {
  test('knows which kind of worker does it, and has a number that people can say', async () => {
    const { task } = await createTask(office.db, WISH)
    expect(task).toMatchObject({ agentType: 'code', state: 'waiting', input: WISH.input, number: 1 })
    const { task: next } = await createTask(office.db, {
      ...WISH,
      originKey: 'other',
      workType: 'deploy_service',
    })
    expect(next).toMatchObject({ agentType: 'infra', number: 2 })
    expect(await findTaskByNumber(office.db, 2)).toEqual(next)
    expect(await findTaskByNumber(office.db, 3)).toBeUndefined()
  })

  test('asked for again after a crash is the same task', async () => {
    const first = await createTask(office.db, WISH)
    const again = await createTask(office.db, { ...WISH, title: 'Another title' })
    expect(first.fresh).toBe(true)
    expect(again).toEqual({ task: first.task, fresh: false })
  })

  test('for an agent that was deleted meanwhile is none, unless it was there before', async () => {
    const agent = { id: randomUUID(), name: 'Reviewer', reason: 'addressed' }
    await expect(createTask(office.db, { ...WISH, originKey: 'late', agent })).rejects.toMatchObject({
      code: 'not_found',
      userMessage: { key: 'ask-agent-gone', args: { name: 'Reviewer' } },
    })
    const { task } = await createTask(office.db, WISH)
    expect(await createTask(office.db, { ...WISH, agent })).toEqual({ task, fresh: false })
  })

  test('asked for ten times at once is made once', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, () => office.db.transaction((tx) => createTask(tx, WISH))),
    )
    expect(made.filter(({ fresh }) => fresh)).toHaveLength(1)
    expect(new Set(made.map(({ task }) => task.id)).size).toBe(1)
  })

  test('that does not exist is not found', async () => {
    const id = crypto.randomUUID()
    expect(await findTask(office.db, id)).toBeUndefined()
    await expect(requireTask(office.db, id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await cancelTask(office.db, id)).toBe(false)
  })

  test.each([
    ['waiting', false],
    ['routed', false],
    ['succeeded', true],
    ['failed', true],
    ['cancelled', true],
  ] as const)('that is %s is over: %s', (state, over) => {
    expect(isFinal({ state })).toBe(over)
  })
})

describe('a task that is cancelled', () => {
  test('ends with what its worker has in hand, whose place is free again and whose word counts no more', async () => {
    const ann = await office.hire('ann', { concurrencyLimit: 1 })
    const task = await office.newTask()
    const decision = await routeTask(office.db, task, 1)
    await beginDecision(office.db, decision.id, ann.processId)
    expect(await cancelTask(office.db, task.id)).toBe(true)
    expect(await requireTask(office.db, task.id)).toMatchObject({ state: 'cancelled', failure: null })
    expect(await findDecision(office.db, decision.id)).toMatchObject({ outcome: 'cancelled' })
    expect((await office.worker(ann))?.status).toBe('online')

    const late = await finishDecision(office.db, decision.id, { outcome: 'succeeded', durationMs: 1 })
    expect(late.done).toBe(false)
    expect(await requireTask(office.db, task.id)).toMatchObject({ state: 'cancelled', result: null })
    expect(await office.performance(ann)).toBeUndefined()
  })

  test('is cancelled once, and not when it is over', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    const clicks = await Promise.all(Array.from({ length: 5 }, () => cancelTask(office.db, task.id)))
    expect(clicks.filter(Boolean)).toHaveLength(1)

    const decision = await office.route()
    await office.carryOut(decision, { outcome: 'succeeded' })
    expect(await cancelTask(office.db, decision.taskId ?? '')).toBe(false)
    expect(await requireTask(office.db, decision.taskId ?? '')).toMatchObject({ state: 'succeeded' })
  })

  test('while it ends ends one way, in the task and in the decision alike', async () => {
    await office.hire('ann')
    for (let n = 0; n < 10; n++) {
      const decision = await office.route()
      await beginDecision(office.db, decision.id, 'process of ann')
      const [cancelled, { done }] = await Promise.all([
        cancelTask(office.db, decision.taskId ?? ''),
        finishDecision(office.db, decision.id, { outcome: 'succeeded', durationMs: 1 }),
      ])
      expect(cancelled).toBe(!done)
      const outcome = done ? 'succeeded' : 'cancelled'
      expect(await requireTask(office.db, decision.taskId ?? '')).toMatchObject({ state: outcome })
      expect(await findDecision(office.db, decision.id)).toMatchObject({ outcome })
    }
  })
})

describe('the sweeper finds', () => {
  const FIVE_SECONDS = { olderThanMs: 5_000 }
  const touchedAgo = async (task: Task, seconds: number) => {
    const then = sql`clock_timestamp() - make_interval(secs => ${seconds})`
    await office.db.update(tasks).set({ createdAt: then }).where(eq(tasks.id, task.id))
    await office.db
      .update(routingDecisions)
      .set({
        createdAt: then,
        finishedAt: sql`case when outcome in ('pending', 'running') then null else ${then} end`,
      })
      .where(eq(routingDecisions.taskId, task.id))
  }

  test('a task that waits, once it has waited for a while', async () => {
    const task = await office.newTask()
    await touchedAgo(task, 4)
    expect(await tasksLeftAlone(office.db, FIVE_SECONDS)).toEqual([])
    await touchedAgo(task, 6)
    expect(await tasksLeftAlone(office.db, FIVE_SECONDS)).toEqual([task.id])
  })

  test('a task whose attempt has ended without anybody going on', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    await office.carryOut(await routeTask(office.db, task, 1), { outcome: 'failed' })
    expect(await tasksLeftAlone(office.db, FIVE_SECONDS)).toEqual([])
    await touchedAgo(task, 6)
    expect(await tasksLeftAlone(office.db, FIVE_SECONDS)).toEqual([task.id])
  })

  test('a task whose worker does not begin, and not one that is being worked on', async () => {
    const ann = await office.hire('ann')
    const task = await office.newTask()
    const decision = await routeTask(office.db, task, 1)
    await touchedAgo(task, 6)
    expect(await tasksLeftAlone(office.db, FIVE_SECONDS)).toEqual([task.id])
    await beginDecision(office.db, decision.id, ann.processId)
    expect(await tasksLeftAlone(office.db, FIVE_SECONDS)).toEqual([])
  })

  test('the oldest first, and nothing that is over', async () => {
    await office.hire('ann')
    const byAge: string[] = []
    for (let n = 1; n <= 6; n++) {
      const task = await office.newTask()
      await touchedAgo(task, 10 * n)
      byAge.unshift(task.id)
    }
    const over = await office.newTask()
    await touchedAgo(over, 30)
    await cancelTask(office.db, over.id)
    expect(await tasksLeftAlone(office.db, FIVE_SECONDS)).toEqual(byAge)
  })

  test('not more of the same than can be looked at in a moment', async () => {
    const byAge: string[] = []
    for (let n = 1; n <= 52; n++) {
      const task = await office.newTask()
      await touchedAgo(task, 10 + n)
      byAge.unshift(task.id)
    }
    const other = await office.newTask({ workType: 'deploy_service' })
    await touchedAgo(other, 10)
    expect(await tasksLeftAlone(office.db, FIVE_SECONDS)).toEqual([...byAge.slice(0, 50), other.id])
  })
})
