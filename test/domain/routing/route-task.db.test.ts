import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as schema from '../../../src/db/schema/index.ts'
import { agentRegistry, agents, routingDecisions } from '../../../src/db/schema/index.ts'
import type { AgentConfig } from '../../../src/db/shapes/agent.ts'
import { findDecision, listDecisions } from '../../../src/domain/routing/history.ts'
import { routeTask } from '../../../src/domain/routing/route-task.ts'
import { cancelTask, requireTask, tasksLeftAlone } from '../../../src/domain/tasks/tasks.ts'
import { giveWork, type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())
beforeEach(() => office.dismissAll())

const EXPERIENCED = { implement: { successes: 18, failures: 2 } }

describe('a task goes to', () => {
  test('the worker that is online and can do it', async () => {
    const ann = await office.hire('ann')
    const decision = await office.route()
    expect(decision).toMatchObject({
      selectedAgentId: ann.agentId,
      selectedAgentName: 'ann',
      agentPool: 'default',
      agentType: 'code',
      workType: 'implement',
      outcome: 'pending',
    })
  })

  test('the one that succeeds more often', async () => {
    await office.hire('so-so', { record: { implement: { successes: 12, failures: 8 } } })
    await office.hire('good', { record: EXPERIENCED })
    expect((await office.route()).selectedAgentName).toBe('good')
  })

  test('the one that did such work lately, when they succeed alike', async () => {
    await office.hire('rusty', { record: EXPERIENCED })
    await office.hire('warm', {
      record: { implement: { successes: 18, failures: 2, lastExecutionAgo: '1 hour' } },
    })
    expect(await office.route()).toMatchObject({ selectedAgentName: 'warm', recentContextMatch: true })
  })

  test('the specialist, all else alike', async () => {
    await office.hire('generalist')
    await office.hire('specialist', { specializations: ['implement'] })
    await office.hire('other specialist', { specializations: ['repair'] })
    expect(await office.route()).toMatchObject({ selectedAgentName: 'specialist', specializationMatch: true })
  })

  test('the one with the least in hand, of three alike', async () => {
    await office.hire('two in hand', { inHand: 2 })
    await office.hire('one in hand', { inHand: 1 })
    await office.hire('three in hand', { inHand: 3 })
    expect((await office.route()).selectedAgentName).toBe('one in hand')
  })

  test('somebody who can do it, however good the others are at other things', async () => {
    await office.hire('tester', {
      capabilities: ['run_tests'],
      specializations: ['implement'],
      record: { implement: { successes: 100, lastExecutionAgo: '1 minute' } },
    })
    await office.hire('novice')
    expect((await office.route()).selectedAgentName).toBe('novice')
  })

  test('a worker of its type, not to another that claims to know such work', async () => {
    await office.hire('infra', { agentType: 'infra', specializations: ['implement'] })
    await office.hire('code')
    expect((await office.route()).selectedAgentName).toBe('code')
  })

  test('nobody who is offline or draining, or has all it takes at once', async () => {
    const best = { specializations: ['implement'] }
    await office.hire('offline', { ...best, status: 'offline' })
    await office.hire('draining', { ...best, draining: true })
    await office.hire('full', { ...best, concurrencyLimit: 2, inHand: 2, status: 'busy' })
    await office.hire('plain')
    expect(await office.route()).toMatchObject({ selectedAgentName: 'plain', runnersUp: [] })
  })

  test('a worker that was at its limit, once it has finished something', async () => {
    const ann = await office.hire('ann', { concurrencyLimit: 1 })
    const first = await office.route()
    expect((await office.worker(ann))?.status).toBe('busy')
    await expect(office.route()).rejects.toMatchObject({ code: 'workers_busy' })

    await office.carryOut(first, { outcome: 'succeeded' })
    expect((await office.worker(ann))?.status).toBe('online')
    expect((await office.route()).selectedAgentName).toBe('ann')
  })
})

const agentWithLimit = async (limit: number) => {
  const [agent] = await office.db
    .insert(agents)
    .values({
      name: `busy-${randomUUID().slice(0, 8)}`,
      role: 'code',
      config: { concurrency_limit: limit } as AgentConfig,
    })
    .returning()
  if (!agent) throw new Error('no agent')
  return agent
}

test('an agent has no more tasks at once than its config says, whoever has room; then the next one goes', async () => {
  await office.hire('anna')
  await office.hire('boris')
  const agent = await agentWithLimit(2)
  const wish = { agent: { id: agent.id, name: agent.name, reason: 'role' } }
  const both = [await office.newTask(wish), await office.newTask(wish)]
  const [first] = await Promise.all(both.map((task) => routeTask(office.db, task, 1)))
  const third = await office.newTask(wish)
  await expect(routeTask(office.db, third, 1)).rejects.toMatchObject({
    code: 'workers_busy',
    message: `${agent.name} has 2 tasks in hand, which is all it may have`,
  })
  expect((await office.dispatch(third))?.state).toBe('waiting')
  // Somebody else's task is not in its way.
  expect((await office.route()).outcome).toBe('pending')
  if (!first) throw new Error('no decision')
  const { wakeTaskIds } = await office.carryOut(first, { outcome: 'succeeded', result: {} })
  expect(wakeTaskIds).toContain(third.id)
  expect((await office.dispatch(third))?.state).toBe('routed')
})

test('an agent is held to its limit also when workers of different types are chosen for it at the same moment', async () => {
  await office.hire('anna')
  await office.hire('boris', { agentType: 'research', capabilities: ['answer'] })
  for (let round = 0; round < 10; round++) {
    const { id, name } = await agentWithLimit(1)
    const agent = { id, name, reason: 'role' }
    const tasks = await Promise.all(
      (['implement', 'answer'] as const).map((workType) => office.newTask({ workType, agent })),
    )
    const routed = await Promise.allSettled(tasks.map((task) => routeTask(office.db, task, 1)))
    expect(routed.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  }
})

test('a place that is free is offered to others as well, however many tasks of one agent wait', async () => {
  await office.hire('anna', { concurrencyLimit: 2 })
  const agent = await agentWithLimit(1)
  const wish = { agent: { id: agent.id, name: agent.name, reason: 'role' } }
  const busy = await routeTask(office.db, await office.newTask(wish), 1)
  const other = await office.route()
  const waiting = await Promise.all(Array.from({ length: 60 }, () => office.newTask(wish)))
  const mine = await office.newTask()
  const { wakeTaskIds } = await office.carryOut(other, { outcome: 'succeeded', result: {} })
  expect(wakeTaskIds).toContain(mine.id)
  expect(await tasksLeftAlone(office.db, { olderThanMs: 0 })).toContain(mine.id)
  const ended = await office.carryOut(busy, { outcome: 'succeeded', result: {} })
  expect(ended.wakeTaskIds.some((id) => waiting.some((task) => task.id === id))).toBe(true)
})

test('the end of a task wakes what waits for its agent, whatever kind of worker that needs', async () => {
  await office.hire('anna')
  const agent = await agentWithLimit(1)
  const wish = { agent: { id: agent.id, name: agent.name, reason: 'role' } }
  const first = await routeTask(office.db, await office.newTask(wish), 1)
  const question = await office.newTask({ ...wish, workType: 'answer' })
  const { wakeTaskIds } = await office.carryOut(first, { outcome: 'succeeded', result: {} })
  expect(wakeTaskIds).toEqual([question.id])
})

describe('of workers with equal scores', () => {
  test('the less loaded one is taken, also where load no longer changes the score', async () => {
    await office.hire('fourteen', { inHand: 14 })
    await office.hire('twelve', { inHand: 12, lastActiveAgo: '1 second' })
    const decision = await office.route()
    expect(decision).toMatchObject({ selectedAgentName: 'twelve', loadPoints: 0 })
    expect(decision.runnersUp[0]).toMatchObject({ name: 'fourteen', score: decision.score, load: 14 })
  })

  test('the longest idle one is taken, and first of all one that never did anything', async () => {
    await office.hire('an hour', { lastActiveAgo: '1 hour' })
    await office.hire('a day', { lastActiveAgo: '1 day' })
    expect((await office.route()).selectedAgentName).toBe('a day')
    await giveWork(office.db, await office.hire('never'), 0)
    expect((await office.route()).selectedAgentName).toBe('never')
  })

  test('the first by id is taken when there is nothing else to tell them apart', async () => {
    const hired = [await office.hire('x'), await office.hire('y'), await office.hire('z')]
    const [first] = hired.map(({ agentId }) => agentId).sort()
    expect((await office.route()).selectedAgentId).toBe(first)
  })
})

describe('an error comes at once, and says what is the matter, when', () => {
  const refusal = () => office.route().catch((error: unknown) => error)

  test('there is no worker of the type at all', async () => {
    await office.hire('infra', { agentType: 'infra' })
    expect(await refusal()).toMatchObject({
      code: 'no_worker',
      retryable: false,
      message: 'nobody to do implement: there is no code worker',
    })
  })

  test('nobody of the type can do such work', async () => {
    await office.hire('tester', { capabilities: ['run_tests'] })
    expect(await refusal()).toMatchObject({
      code: 'no_worker',
      message: 'nobody to do implement: none of 1 code workers can do implement',
    })
  })

  test('all are offline or draining', async () => {
    await office.hire('a', { status: 'offline' })
    await office.hire('b', { status: 'offline', draining: true })
    await office.hire('c', { draining: true })
    await office.hire('d', { capabilities: ['repair'] })
    expect(await refusal()).toMatchObject({
      code: 'no_worker',
      message:
        'nobody to do implement: of 3 code workers that can do implement, 2 are offline and 1 draining',
    })
  })

  test('all that are online are at their limit: then trying again may help', async () => {
    await office.hire('a', { concurrencyLimit: 1, inHand: 1 })
    await office.hire('b', { concurrencyLimit: 1, inHand: 1 })
    await office.hire('c', { status: 'offline' })
    expect(await refusal()).toMatchObject({
      code: 'workers_busy',
      retryable: true,
      message: 'all 2 code workers that are online and can do implement are at their limit',
    })
  })

  test('the task is over', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    await cancelTask(office.db, task.id)
    await expect(routeTask(office.db, task, 1)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('the attempt is not the next one: somebody else was faster', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    await expect(routeTask(office.db, task, 2)).rejects.toMatchObject({ code: 'conflict' })
    await office.carryOut(await routeTask(office.db, task, 1), { outcome: 'failed' })
    await expect(routeTask(office.db, task, 1)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('and then nothing was written', async () => {
    const task = await office.newTask()
    await expect(routeTask(office.db, task, 1)).rejects.toThrow()
    expect(await office.db.select().from(routingDecisions)).toEqual([])
    expect(await requireTask(office.db, task.id)).toMatchObject({ state: 'waiting' })
  })
})

describe('a decision', () => {
  test('is written down with its task, its score in parts, and its reason in words', async () => {
    const ann = await office.hire('ann', {
      poolName: 'builders',
      specializations: ['implement'],
      inHand: 2,
      record: { implement: { successes: 18, failures: 2, lastExecutionAgo: '2 hours' } },
    })
    await office.hire('bob')
    const task = await office.newTask({ timeoutMs: 90_000 })
    const decision = await routeTask(office.db, task, 1)
    expect(await findDecision(office.db, decision.id)).toEqual(decision)
    expect(decision).toMatchObject({
      taskId: task.id,
      selectedAgentId: ann.agentId,
      agentPool: 'builders',
      score: 94,
      successPoints: 36,
      contextPoints: 30,
      specializationPoints: 20,
      loadPoints: 8,
      successRatePercent: 90,
      specializationMatch: true,
      recentContextMatch: true,
      attempt: 1,
      retried: false,
      reason:
        'ann has 94 of 100 points for implement: success 36 of 40 (90% of 20 executions), recent context 30 of 30, specialization 20 of 20, load 8 of 10 (2 in hand). Next: bob with 30.',
    })
    expect(decision.deadlineAt?.getTime()).toBe(decision.createdAt.getTime() + 90_000)
    expect(await requireTask(office.db, task.id)).toMatchObject({ state: 'routed' })
  })

  test('names the five that came next, best first, with their parts', async () => {
    for (const inHand of [0, 1, 2, 3, 4, 5, 6]) await office.hire(`${inHand} in hand`, { inHand })
    const { selectedAgentName, runnersUp } = await office.route()
    expect(selectedAgentName).toBe('0 in hand')
    expect(runnersUp.map(({ name, score, load }) => [name, score, load])).toEqual([
      ['1 in hand', 29, 1],
      ['2 in hand', 28, 2],
      ['3 in hand', 27, 3],
      ['4 in hand', 26, 4],
      ['5 in hand', 25, 5],
    ])
    expect(runnersUp[0]?.parts).toEqual({ success: 20, context: 0, specialization: 0, load: 9 })
  })

  test('says so when nobody else could do it, and when there is too little experience to go by', async () => {
    await office.hire('ann', { record: { implement: { successes: 3 } } })
    expect((await office.route()).reason).toBe(
      'ann has 30 of 100 points for implement: success 20 of 40 (half, as 3 executions are too few to tell), recent context 0 of 30, specialization 0 of 20, load 10 of 10 (0 in hand). Nobody else could do it.',
    )
  })

  test('names whose prompt and model do the work, also after that agent is gone', async () => {
    await office.hire('ann')
    const [coder] = await office.db
      .insert(agents)
      .values({ name: 'CodeAssistant', role: 'code', config: {} as never })
      .returning()
    const task = await office.newTask({
      agent: { id: coder?.id ?? '', name: 'CodeAssistant', reason: 'role' },
    })
    const decision = await routeTask(office.db, task, 1)
    expect(decision).toMatchObject({ performedBy: coder?.id, performedByName: 'CodeAssistant' })
    await office.db.delete(agents).where(eq(agents.id, coder?.id ?? ''))
    expect(await findDecision(office.db, decision.id)).toMatchObject({
      performedBy: null,
      performedByName: 'CodeAssistant',
    })
  })

  test('of a retry is marked as one and counts up', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    for (const attempt of [1, 2, 3]) {
      const decision = await routeTask(office.db, task, attempt)
      expect(decision).toMatchObject({ attempt, retried: attempt > 1 })
      await office.carryOut(decision, { outcome: 'failed' })
    }
  })

  test('that is still open is returned as it is, and not made again', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    const decision = await routeTask(office.db, task, 1)
    expect(await routeTask(office.db, task, 1)).toEqual(decision)
    expect(await routeTask(office.db, task, 2)).toEqual(decision)
  })

  test('keeps its history when its worker is deleted, while the worker’s record goes with it', async () => {
    const ann = await office.hire('ann', { record: EXPERIENCED })
    const decision = await office.route()
    await office.db.delete(agentRegistry).where(eq(agentRegistry.agentId, ann.agentId))
    expect(await findDecision(office.db, decision.id)).toMatchObject({
      selectedAgentId: null,
      selectedAgentName: 'ann',
      score: decision.score,
    })
    expect(await office.performance(ann)).toBeUndefined()
  })

  test('can be found by its task, its worker and its work type', async () => {
    const ann = await office.hire('ann', { capabilities: ['implement'] })
    await office.hire('tess', { capabilities: ['run_tests'] })
    const built = await office.route('implement')
    const tested = await office.route('run_tests')
    const ids = async (filter: Parameters<typeof listDecisions>[1]) =>
      (await listDecisions(office.db, filter)).decisions.map(({ id }) => id)
    expect(await ids({ taskId: built.taskId ?? '' })).toEqual([built.id])
    expect(await ids({ agent: ann.agentId })).toEqual([built.id])
    expect(await ids({ workType: 'run_tests' })).toEqual([tested.id])
    expect(await ids({})).toEqual([tested.id, built.id])
  })

  test('is one statement, whatever the number of workers', async () => {
    await office.db.execute(sql`
      insert into agent_registry (name, process_id, agent_type, pool_name, capabilities, status)
      select 'worker ' || n, 'p', 'code', 'default', '{implement}', 'online' from generate_series(1, 500) n`)
    const task = await office.newTask()
    const statements: string[] = []
    const listening = drizzle(office.sql, {
      schema,
      casing: 'snake_case',
      logger: { logQuery: (statement) => statements.push(statement) },
    })
    await routeTask(listening, task, 1)
    expect(statements).toHaveLength(1)
  })
})
