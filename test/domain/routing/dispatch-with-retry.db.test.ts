import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { agentRegistry, routingDecisions, tasks } from '../../../src/db/schema/index.ts'
import type { TaskFailure } from '../../../src/db/shapes/task.ts'
import { beginDecision } from '../../../src/domain/routing/decisions.ts'
import { decisionsOfTask } from '../../../src/domain/routing/history.ts'
import { deregister, heartbeat, markLostWorkers } from '../../../src/domain/routing/registry.ts'
import { cancelTask, type Task } from '../../../src/domain/tasks/tasks.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())
beforeEach(async () => {
  await office.dismissAll()
  office.told.length = 0
})

const failure = (message: string): TaskFailure => ({
  code: 'model_failed',
  message,
  key: 'run-tests-failed',
  args: { failed: 2 },
  reference: 'P-234567',
})
const failed = (message = 'the tests are red') => ({ outcome: 'failed', failure: failure(message) }) as const
const attempts = async (task: Task) =>
  (await decisionsOfTask(office.db, task.id)).map((decision) => [
    decision.selectedAgentName,
    decision.attempt,
    decision.retried,
    decision.outcome,
  ])

/** As if the last decision about a task had ended, or a task without any had been made, so long ago. */
const letPass = async (task: Task, interval: string) => {
  await office.db
    .update(routingDecisions)
    .set({ finishedAt: sql`${routingDecisions.finishedAt} - ${interval}::interval` })
    .where(eq(routingDecisions.taskId, task.id))
  await office.db
    .update(tasks)
    .set({ createdAt: sql`${tasks.createdAt} - ${interval}::interval` })
    .where(eq(tasks.id, task.id))
}

describe('a task', () => {
  test('goes to a worker, whose process is told', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    expect(await office.dispatch(task)).toMatchObject({ state: 'routed' })
    const [decision] = await decisionsOfTask(office.db, task.id)
    expect(office.told).toEqual([['process of ann', decision?.id]])
  })

  test('that has a worker is not given to another; one that has not begun is told again', async () => {
    await office.hire('ann')
    await office.hire('bob')
    const task = await office.newTask()
    await office.dispatch(task)
    await office.dispatch(task)
    expect(await attempts(task)).toHaveLength(1)
    expect(new Set(office.told.map(String)).size).toBe(1)
    expect(office.told).toHaveLength(2)

    const [[processId, decisionId] = ['', '']] = office.told
    await beginDecision(office.db, decisionId, processId)
    await office.dispatch(task)
    expect(office.told).toHaveLength(2)
  })

  test('that is over, or that never was, is left alone', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    await cancelTask(office.db, task.id)
    expect(await office.dispatch(task)).toMatchObject({ state: 'cancelled' })
    expect(await office.dispatch({ ...task, id: '00000000-0000-4000-8000-000000000000' })).toBeUndefined()
    expect(office.told).toEqual([])
  })
})

describe('after a failure', () => {
  test('the task goes to somebody else, though who failed has the better score', async () => {
    await office.hire('star', { specializations: ['implement'] })
    await office.hire('plain')
    const task = await office.newTask()
    expect(await office.attempt(task, failed())).toMatchObject({ state: 'routed' })
    expect(await attempts(task)).toEqual([
      ['star', 1, false, 'failed'],
      ['plain', 2, true, 'pending'],
    ])
  })

  test('the task goes to the same worker again when there is no other', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    await office.attempt(task, failed())
    expect(await attempts(task)).toEqual([
      ['ann', 1, false, 'failed'],
      ['ann', 2, true, 'pending'],
    ])
    const [, second] = await decisionsOfTask(office.db, task.id)
    expect(second?.reason).toContain('Attempt 2, and nobody is left who has not tried it.')
  })

  test('a success at a later attempt is a success', async () => {
    await office.hire('ann')
    await office.hire('bob')
    const task = await office.newTask()
    const ended = await office.attempt(task, failed(), { outcome: 'succeeded', result: { commits: 1 } })
    expect(ended).toMatchObject({ state: 'succeeded', result: { commits: 1 }, failure: null })
  })

  test('and two more, on three workers, the task fails with what each of them did', async () => {
    for (const name of ['ann', 'bob', 'cid', 'dan']) await office.hire(name)
    const task = await office.newTask()
    const ended = await office.attempt(task, failed('no compiler'), { outcome: 'timed_out' }, failed('red'))
    const tried = await attempts(task)
    expect(tried.map(([, ...rest]) => rest)).toEqual([
      [1, false, 'failed'],
      [2, true, 'timed_out'],
      [3, true, 'failed'],
    ])
    const names = tried.map(([name]) => name)
    expect(new Set(names).size).toBe(3)
    expect(ended).toMatchObject({
      state: 'failed',
      failure: {
        code: 'model_failed',
        key: 'task-failed',
        args: { attempts: 3, workers: names.join(', ') },
        message: `nothing came of 3 attempts; 1. ${names[0]}: failed after 1 s, no compiler; 2. ${names[1]}: timed out after 1 s, ${names[1]} did not finish in time; 3. ${names[2]}: failed after 1 s, red`,
      },
    })
    expect(ended?.finishedAt).not.toBeNull()
    expect(await office.dispatch(task)).toEqual(ended)
  })

  test('and with nobody online any more, the task fails with both', async () => {
    const ann = await office.hire('ann')
    const task = await office.newTask()
    await office.dispatch(task)
    const [decision] = await decisionsOfTask(office.db, task.id)
    if (!decision) throw new Error('not decided')
    await office.carryOut(decision, failed())
    await deregister(office.db, ann.processId)
    expect(await office.dispatch(task)).toMatchObject({
      state: 'failed',
      failure: {
        code: 'no_worker',
        key: 'task-failed',
        message:
          'nothing came of one attempt; 1. ann: failed after 1 s, the tests are red; nobody to do implement: of 1 code workers that can do implement, 1 are offline and 0 draining',
      },
    })
  })
})

describe('a task ends without another attempt', () => {
  test('when nobody was there to begin with, with no decision written', async () => {
    const task = await office.newTask()
    expect(await office.dispatch(task)).toMatchObject({
      state: 'failed',
      failure: { code: 'no_worker', key: 'error-no-worker' },
    })
    expect(await attempts(task)).toEqual([])
  })

  test('when a platform or model was away, with that failure word for word', async () => {
    const ann = await office.hire('ann')
    await office.hire('bob')
    const task = await office.newTask()
    const away = failure('the model is away')
    expect(await office.attempt(task, { outcome: 'outage', failure: away })).toMatchObject({
      state: 'failed',
      failure: away,
    })
    expect(await attempts(task)).toHaveLength(1)
    expect(await office.performance(ann)).toBeUndefined()
  })

  test('when a person stopped it', async () => {
    await office.hire('ann')
    await office.hire('bob')
    const task = await office.newTask()
    expect(await office.attempt(task, { outcome: 'cancelled' })).toMatchObject({
      state: 'cancelled',
      failure: null,
    })
    expect(await attempts(task)).toHaveLength(1)
  })
})

describe('a worker that is lost with work in hand', () => {
  const silence = (name: string) =>
    office.db
      .update(agentRegistry)
      .set({ lastHeartbeatAt: sql`clock_timestamp() - interval '46 seconds'` })
      .where(eq(agentRegistry.name, name))

  test('is replaced, and neither blamed nor counted as an attempt', async () => {
    const ann = await office.hire('ann', { specializations: ['implement'] })
    const task = await office.newTask()
    await office.dispatch(task)
    await office.hire('bob')
    await silence('ann')
    expect(await markLostWorkers(office.db)).toMatchObject({ workers: [{ name: 'ann' }], taskIds: [task.id] })
    await office.dispatch(task)
    expect(await attempts(task)).toEqual([
      ['ann', 1, false, 'lost'],
      ['bob', 2, true, 'pending'],
    ])
    expect(await office.performance(ann)).toBeUndefined()
  })

  test('leaves three attempts to those who come after', async () => {
    for (const name of ['ann', 'bob', 'cid', 'dan', 'eve']) await office.hire(name)
    const task = await office.newTask()
    await office.attempt(task, { outcome: 'lost' }, failed(), { outcome: 'lost' }, failed())
    expect((await attempts(task)).map(([, , , outcome]) => outcome)).toEqual([
      'lost',
      'failed',
      'lost',
      'failed',
      'pending',
    ])
  })

  test('may be the death of ten machines, and then the task fails', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    const lost = { outcome: 'lost' } as const
    const ended = await office.attempt(task, ...Array.from({ length: 10 }, () => lost))
    expect(ended).toMatchObject({
      state: 'failed',
      failure: { code: 'no_worker', args: { attempts: 10, workers: 'ann' } },
    })
  })

  test('is waited for two minutes when there is no other, and given the task when it is back', async () => {
    const ann = await office.hire('ann')
    const task = await office.newTask()
    await office.dispatch(task)
    await silence('ann')
    await markLostWorkers(office.db)
    expect(await office.dispatch(task)).toMatchObject({ state: 'waiting' })
    await letPass(task, '100 seconds')
    expect(await office.dispatch(task)).toMatchObject({ state: 'waiting' })

    await heartbeat(office.db, ann.processId)
    expect(await office.dispatch(task)).toMatchObject({ state: 'routed' })
  })

  test('is waited for no longer than that', async () => {
    const ann = await office.hire('ann')
    const task = await office.newTask()
    await office.dispatch(task)
    await deregister(office.db, ann.processId)
    await office.dispatch(task)
    await letPass(task, '121 seconds')
    expect(await office.dispatch(task)).toMatchObject({
      state: 'failed',
      failure: { code: 'no_worker', key: 'task-failed', args: { attempts: 1, workers: 'ann' } },
    })
  })

  test('takes nothing along when it is deleted between the decision and the work', async () => {
    const ann = await office.hire('ann', { specializations: ['implement'] })
    await office.hire('bob')
    const task = await office.newTask()
    await office.dispatch(task)
    await office.db.delete(agentRegistry).where(eq(agentRegistry.agentId, ann.agentId))
    await office.dispatch(task)
    expect(await attempts(task)).toEqual([['ann', 1, false, 'pending']])

    expect(await markLostWorkers(office.db)).toEqual({ workers: [], taskIds: [task.id] })
    await office.dispatch(task)
    expect(await attempts(task)).toEqual([
      ['ann', 1, false, 'lost'],
      ['bob', 2, true, 'pending'],
    ])
  })
})

describe('a task that finds all workers busy', () => {
  test('waits, and is given the place that is freed', async () => {
    await office.hire('ann', { concurrencyLimit: 1 })
    const first = await office.newTask()
    await office.dispatch(first)
    const second = await office.newTask()
    expect(await office.dispatch(second)).toMatchObject({ state: 'waiting' })

    const [decision] = await decisionsOfTask(office.db, first.id)
    if (!decision) throw new Error('not decided')
    const { wakeTaskIds } = await office.carryOut(decision, { outcome: 'succeeded' })
    expect(wakeTaskIds).toEqual([second.id])
    expect(await office.dispatch(second)).toMatchObject({ state: 'routed' })
  })

  test('waits as long as one attempt may take, and no longer', async () => {
    await office.hire('ann', { concurrencyLimit: 1, inHand: 1 })
    const task = await office.newTask({ timeoutMs: 60_000 })
    await letPass(task, '45 seconds')
    expect(await office.dispatch(task)).toMatchObject({ state: 'waiting' })
    await letPass(task, '16 seconds')
    expect(await office.dispatch(task)).toMatchObject({
      state: 'failed',
      failure: { code: 'workers_busy', key: 'error-workers-busy' },
    })
  })

  test('waits as long again after an attempt that failed', async () => {
    const ann = await office.hire('ann')
    const task = await office.newTask({ timeoutMs: 60_000 })
    await letPass(task, '10 minutes')
    await office.dispatch(task)
    const [decision] = await decisionsOfTask(office.db, task.id)
    if (!decision) throw new Error('not decided')
    await office.carryOut(decision, failed())
    await office.db
      .update(agentRegistry)
      .set({ concurrencyLimit: 0 })
      .where(eq(agentRegistry.agentId, ann.agentId))
    expect(await office.dispatch(task)).toMatchObject({ state: 'waiting' })
  })
})
