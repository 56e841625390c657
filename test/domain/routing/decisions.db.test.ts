import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  agentPerformance,
  agentRegistry,
  approvals,
  routingDecisions,
  tasks,
} from '../../../src/db/schema/index.ts'
import type { TaskFailure } from '../../../src/db/shapes/task.ts'
import { openApproval } from '../../../src/domain/approvals/approvals.ts'
import { toolThread } from '../../../src/domain/approvals/time-waited.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { beginDecision, finishDecision, overdueDecisions } from '../../../src/domain/routing/decisions.ts'
import { endDecision } from '../../../src/domain/routing/end-decision.ts'
import { findDecision } from '../../../src/domain/routing/history.ts'
import { type Decision, routeTask } from '../../../src/domain/routing/route-task.ts'
import { cancelTask, requireTask } from '../../../src/domain/tasks/tasks.ts'
import { workKeyOf } from '../../../src/domain/tasks/work-key.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())
beforeEach(() => office.dismissAll())

const PROCESS = 'process of ann'
const FAILURE: TaskFailure = {
  code: 'internal',
  message: 'the tests are red',
  key: 'error-internal',
  args: {},
  reference: 'P-234567',
}

const begun = async (): Promise<Decision> => {
  const decision = await office.route()
  const begin = await beginDecision(office.db, decision.id, PROCESS)
  if (!begin) throw new Error('not begun')
  return begin.decision
}

describe('work that a worker was chosen for', () => {
  test('is begun with its task, and its time runs from then', async () => {
    await office.hire('ann')
    const task = await office.newTask({ timeoutMs: 90_000 })
    const { id } = await routeTask(office.db, task, 1)
    const begin = await beginDecision(office.db, id, PROCESS)
    expect(begin).toMatchObject({
      task: { id: task.id, state: 'routed' },
      decision: { id, outcome: 'running' },
    })
    const { startedAt, deadlineAt } = begin?.decision ?? {}
    const givenMs = (deadlineAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)
    // The database looks at its clock for each, and may be held up in between.
    expect(Math.abs(givenMs - 90_000)).toBeLessThan(20_000)
  })

  test('is begun once, however often the worker is told', async () => {
    await office.hire('ann')
    const { id } = await office.route()
    const begins = await Promise.all(Array.from({ length: 8 }, () => beginDecision(office.db, id, PROCESS)))
    expect(begins.filter(Boolean)).toHaveLength(1)
  })

  test('is not begun by another process, nor by one that counts as gone, nor after the task was cancelled', async () => {
    const ann = await office.hire('ann')
    const { id, taskId } = await office.route()
    expect(await beginDecision(office.db, id, 'somebody else')).toBeUndefined()
    await office.db
      .update(agentRegistry)
      .set({ status: 'offline' })
      .where(eq(agentRegistry.agentId, ann.agentId))
    expect(await beginDecision(office.db, id, PROCESS)).toBeUndefined()
    await office.db.update(agentRegistry).set({ status: 'online' })
    await cancelTask(office.db, taskId ?? '')
    expect(await beginDecision(office.db, id, PROCESS)).toBeUndefined()
  })

  test('ends with the task done and its result kept', async () => {
    const ann = await office.hire('ann')
    const decision = await begun()
    const result = { commits: 3 }
    expect(
      await finishDecision(office.db, decision.id, { outcome: 'succeeded', result, durationMs: 1234 }),
    ).toEqual({
      done: true,
      wakeTaskIds: [],
    })
    expect(await requireTask(office.db, decision.taskId ?? '')).toMatchObject({ state: 'succeeded', result })
    expect(await findDecision(office.db, decision.id)).toMatchObject({
      outcome: 'succeeded',
      durationMs: 1234,
    })
    expect((await office.worker(ann))?.lastActiveAt).not.toBeNull()
  })

  test('ends with its failure kept, and the task left to the dispatcher', async () => {
    await office.hire('ann')
    const decision = await begun()
    const ended = await finishDecision(office.db, decision.id, {
      outcome: 'failed',
      failure: FAILURE,
      durationMs: 10,
    })
    expect(ended).toEqual({ done: true, wakeTaskIds: [decision.taskId] })
    expect(await findDecision(office.db, decision.id)).toMatchObject({ outcome: 'failed', failure: FAILURE })
    expect(await requireTask(office.db, decision.taskId ?? '')).toMatchObject({
      state: 'routed',
      failure: null,
    })
  })

  test('cannot end before it has begun', async () => {
    await office.hire('ann')
    const { id } = await office.route()
    expect(await finishDecision(office.db, id, { outcome: 'succeeded', durationMs: 1 })).toMatchObject({
      done: false,
    })
    expect(await findDecision(office.db, id)).toMatchObject({ outcome: 'pending' })
  })

  test('wakes those that wait for a place, oldest first and not more than five', async () => {
    await office.hire('ann', { concurrencyLimit: 1 })
    const decision = await begun()
    const waiting: string[] = []
    for (let age = 1; age <= 8; age++) {
      const { id } = await office.newTask({ workType: age === 8 ? 'deploy_service' : 'implement' })
      await office.db
        .update(tasks)
        .set({ createdAt: sql`now() - make_interval(mins => ${age})` })
        .where(eq(tasks.id, id))
      if (age < 8) waiting.unshift(id)
    }
    const { wakeTaskIds } = await finishDecision(office.db, decision.id, {
      outcome: 'succeeded',
      durationMs: 1,
    })
    expect(wakeTaskIds).toEqual(waiting.slice(0, 5))
  })
})

describe('the record of a worker', () => {
  test('counts successes and failures, the time they took and when the last was', async () => {
    const ann = await office.hire('ann')
    for (const [outcome, durationMs] of [
      ['succeeded', 1000],
      ['failed', 500],
      ['succeeded', 250],
      ['timed_out', 4000],
    ] as const) {
      await office.db.update(agentPerformance).set({ lastExecutionAt: sql`now() - interval '1 day'` })
      await office.carryOut(await office.route(), { outcome, durationMs })
    }
    const record = await office.performance(ann)
    expect(record).toMatchObject({
      workType: 'implement',
      successCount: 2,
      failureCount: 2,
      totalDurationMs: 5750,
    })
    const [{ sinceMs } = { sinceMs: Number.NaN }] = await office.db.execute<{ sinceMs: number }>(
      sql`select (extract(epoch from now() - ${record?.lastExecutionAt?.toISOString()}::timestamptz) * 1000)::float8 as "sinceMs"`,
    )
    expect(sinceMs).toBeLessThan(60_000)
  })

  test('is kept for each work type by itself', async () => {
    await office.hire('ann')
    await office.carryOut(await office.route('implement'), { outcome: 'succeeded' })
    await office.carryOut(await office.route('repair'), { outcome: 'failed' })
    const rows = await office.db.execute<{ record: string }>(
      sql`select work_type || ' ' || success_count || ':' || failure_count as record from agent_performance order by 1`,
    )
    expect(rows.map(({ record }) => record)).toEqual(['implement 1:0', 'repair 0:1'])
  })

  test.each(['outage', 'lost', 'cancelled'] as const)('is not touched by what was %s', async (outcome) => {
    const ann = await office.hire('ann')
    await office.carryOut(await office.route(), { outcome })
    expect(await office.performance(ann)).toBeUndefined()
  })

  test('counts an execution once, though its end is told ten times at once with different words', async () => {
    const ann = await office.hire('ann')
    const decision = await begun()
    const ends = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        finishDecision(office.db, decision.id, {
          outcome: n % 2 === 0 ? 'succeeded' : 'failed',
          durationMs: 100,
        }),
      ),
    )
    expect(ends.filter(({ done }) => done)).toHaveLength(1)
    const record = await office.performance(ann)
    expect((record?.successCount ?? 0) + (record?.failureCount ?? 0)).toBe(1)
    expect(record?.totalDurationMs).toBe(100)
  })

  test('counts all of many executions that end at once', async () => {
    const ann = await office.hire('ann')
    const decisions = []
    for (let n = 0; n < 30; n++) decisions.push(await begun())
    await Promise.all(
      decisions.map(({ id }, n) =>
        finishDecision(office.db, id, { outcome: n % 3 === 0 ? 'failed' : 'succeeded', durationMs: 10 }),
      ),
    )
    expect(await office.performance(ann)).toMatchObject({
      successCount: 20,
      failureCount: 10,
      totalDurationMs: 300,
    })
  })

  test('says nothing of an end that died with its process, and once the end is told again, all of it', async () => {
    const ann = await office.hire('ann')
    const decision = await begun()
    const dying = office.db.transaction(async (tx) => {
      await endDecision(tx, { id: decision.id }, { outcome: 'succeeded', durationMs: 10 })
      throw new Error('killed')
    })
    await expect(dying).rejects.toThrow('killed')
    expect(await office.performance(ann)).toBeUndefined()
    expect(await requireTask(office.db, decision.taskId ?? '')).toMatchObject({ state: 'routed' })

    await finishDecision(office.db, decision.id, { outcome: 'succeeded', durationMs: 10 })
    expect(await office.performance(ann)).toMatchObject({ successCount: 1, totalDurationMs: 10 })
  })

  test('calls work straightforward, tricky where somebody failed at it before, and failed where it failed', async () => {
    const ann = await office.hire('ann')
    const assessed = async () => (await office.performance(ann))?.difficultyAssessment
    await office.carryOut(await office.route(), { outcome: 'succeeded' })
    expect(await assessed()).toBe('straightforward')

    const hard = await office.newTask()
    await office.carryOut(await routeTask(office.db, hard, 1), { outcome: 'failed' })
    expect(await assessed()).toBe('failed')
    await office.carryOut(await routeTask(office.db, hard, 2), { outcome: 'succeeded' })
    expect(await assessed()).toBe('tricky')

    const unlucky = await office.newTask()
    await office.carryOut(await routeTask(office.db, unlucky, 1), { outcome: 'lost' })
    await office.carryOut(await routeTask(office.db, unlucky, 2), { outcome: 'succeeded' })
    expect(await assessed()).toBe('straightforward')

    await office.carryOut(await office.route(), { outcome: 'succeeded', difficulty: 'tricky' })
    expect(await assessed()).toBe('tricky')
  })

  test('is nobody’s when the worker was deleted with the work in hand; the task is done all the same', async () => {
    const ann = await office.hire('ann')
    const decision = await begun()
    await office.db.delete(agentRegistry).where(eq(agentRegistry.agentId, ann.agentId))
    expect(
      await finishDecision(office.db, decision.id, { outcome: 'succeeded', durationMs: 1 }),
    ).toMatchObject({
      done: true,
    })
    expect(await requireTask(office.db, decision.taskId ?? '')).toMatchObject({ state: 'succeeded' })
  })
})

describe('what takes too long', () => {
  const passDeadline = (id: string) =>
    office.db
      .update(routingDecisions)
      .set({ deadlineAt: sql`clock_timestamp() - interval '1 second'` })
      .where(eq(routingDecisions.id, id))

  test('has timed out, which counts against the worker, and what it says later counts no more', async () => {
    const ann = await office.hire('ann')
    const decision = await begun()
    await passDeadline(decision.id)
    expect(await overdueDecisions(office.db)).toEqual([decision.taskId])
    expect(await findDecision(office.db, decision.id)).toMatchObject({
      outcome: 'timed_out',
      failure: { key: 'error-task-timed-out', args: { worker: 'ann' } },
    })
    expect(await office.performance(ann)).toMatchObject({ failureCount: 1 })
    expect(
      await finishDecision(office.db, decision.id, { outcome: 'succeeded', durationMs: 1 }),
    ).toMatchObject({ done: false })
    expect(await office.performance(ann)).toMatchObject({ failureCount: 1, successCount: 0 })
  })

  test('is lost and blamed on nobody when it was never begun', async () => {
    const ann = await office.hire('ann')
    const { id, taskId } = await office.route()
    await passDeadline(id)
    expect(await overdueDecisions(office.db)).toEqual([taskId])
    expect(await findDecision(office.db, id)).toMatchObject({ outcome: 'lost', durationMs: null })
    expect(await office.performance(ann)).toBeUndefined()
  })

  test('is not the time for which a person was asked whether a tool may be used', async () => {
    await office.hire('ann')
    const decision = await begun()
    const { db } = office
    const { id: conversationId } = await ensureConversation(db, {
      key: 'telegram:1',
      platform: 'telegram',
      kind: 'private',
    })
    const { approval } = await db.transaction((tx) =>
      openApproval(tx, {
        conversationId,
        requestedBy: null,
        threadId: toolThread(workKeyOf({ id: decision.taskId ?? '' })),
        interruptId: 'launch',
        request: { v: 1, kind: 'tool', risk: 'high', allow: ['approve'], facts: {} },
        now: new Date(),
      }),
    )
    const asked = (change: { openFor: number; answeredAgo?: number }) =>
      db
        .update(approvals)
        .set({
          createdAt: sql`clock_timestamp() - make_interval(mins => ${change.openFor + (change.answeredAgo ?? 0)})`,
          decidedAt:
            change.answeredAgo === undefined
              ? null
              : sql`clock_timestamp() - make_interval(mins => ${change.answeredAgo})`,
        })
        .where(eq(approvals.id, approval.id))
    await db
      .update(routingDecisions)
      .set({
        startedAt: sql`clock_timestamp() - interval '20 minutes'`,
        deadlineAt: sql`clock_timestamp() - interval '10 minutes'`,
      })
      .where(eq(routingDecisions.id, decision.id))
    await asked({ openFor: 15 })
    expect(await overdueDecisions(db)).toEqual([])
    await asked({ openFor: 12, answeredAgo: 1 })
    expect(await overdueDecisions(db)).toEqual([])
    await asked({ openFor: 9, answeredAgo: 3 })
    expect(await overdueDecisions(db)).toEqual([decision.taskId])
  })

  test('is found by one of many processes that look, and what is in time by none', async () => {
    const ann = await office.hire('ann')
    const late = await begun()
    await begun()
    await passDeadline(late.id)
    const found = await Promise.all(Array.from({ length: 6 }, () => overdueDecisions(office.db)))
    expect(found.flat()).toEqual([late.taskId])
    expect(await office.performance(ann)).toMatchObject({ failureCount: 1 })
  })
})
