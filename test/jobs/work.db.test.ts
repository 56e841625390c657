import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../src/clock.ts'
import { requestStop, withLease } from '../../src/db/lease.ts'
import { agentPerformance, agentRegistry, approvals, routingDecisions } from '../../src/db/schema/index.ts'
import { openApproval } from '../../src/domain/approvals/approvals.ts'
import { toolThread } from '../../src/domain/approvals/time-waited.ts'
import { ensureConversation } from '../../src/domain/conversations/conversations.ts'
import { dispatchWithRetry } from '../../src/domain/routing/dispatch-with-retry.ts'
import { decisionsOfTask } from '../../src/domain/routing/history.ts'
import { markLostWorkers, registerWorkers } from '../../src/domain/routing/registry.ts'
import type { TaskEnds } from '../../src/domain/tasks/task-ends.ts'
import { createTask, requireTask } from '../../src/domain/tasks/tasks.ts'
import { workKeyOf } from '../../src/domain/tasks/work-key.ts'
import { AppError } from '../../src/errors.ts'
import { performTask, taskLease } from '../../src/graph/perform-task.ts'
import type { DeliveryDeps } from '../../src/graph/session.ts'
import type { WorkHandler } from '../../src/graph/work/handler.ts'
import { shuttingDown } from '../../src/jobs/shutdown.ts'
import { createWorkWorker } from '../../src/jobs/work.ts'
import { createLog } from '../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { waitFor } from '../support/wait-for.ts'

const log = createLog({ level: 'silent' })
const MINUTE_MS = 60_000

let base: TestDatabase
beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())
beforeEach(async () => {
  await base.db.update(agentRegistry).set({ status: 'offline' })
})

/** Looked at so often that nothing need be heard. */
const taskEnds: TaskEnds = {
  watch: () => ({ next: (signal) => systemClock.sleep(10, signal), [Symbol.dispose]: () => {} }),
}

/** A machine with one worker; whatever it is chosen for it does with this handler. */
const createProcess = async (handler: WorkHandler, clock: Clock = systemClock) => {
  const processId = randomUUID()
  const shutdown = new AbortController()
  const jobs: Promise<void>[] = []
  const [worker] = await registerWorkers(base.db, {
    processId,
    host: `host-${processId.slice(0, 8)}`,
    specs: [
      {
        agentType: 'code',
        poolName: 'default',
        capabilities: ['implement'],
        specializations: [],
        concurrencyLimit: 2,
      },
    ],
  })
  const work = createWorkWorker({
    ...({} as DeliveryDeps),
    db: base.db,
    clock,
    log,
    wake,
    taskEnds,
    instanceId: processId,
    shutdown: shutdown.signal,
    handlers: { implement: handler },
  })
  processes.set(processId, (decisionId) => void jobs.push(work(decisionId)))
  return { processId, name: worker?.name, id: worker?.agentId ?? '', shutdown, idle: () => Promise.all(jobs) }
}

const processes = new Map<string, (decisionId: string) => void>()
const nothing = async () => {}
const wake = {
  turn: nothing,
  action: nothing,
  deliver: nothing,
  run: nothing,
  approval: nothing,
  sync: nothing,
  dispatch: (id: string) => dispatchWithRetry({ db: base.db, log, wake }, id),
  work: async (processId: string, decisionId: string) => processes.get(processId)?.(decisionId),
}

const newTask = async ({ timeoutMs = MINUTE_MS } = {}) =>
  (
    await createTask(base.db, {
      originKey: randomUUID(),
      workType: 'implement',
      title: 'Short links',
      input: { page: 7 },
      timeoutMs,
    })
  ).task

const outcomes = async (taskId: string) =>
  (await decisionsOfTask(base.db, taskId)).map(({ selectedAgentName, outcome }) => [
    selectedAgentName,
    outcome,
  ])

const ended = (taskId: string, state: string) =>
  waitFor(async () => (await requireTask(base.db, taskId)).state === state, `the task is ${state}`)

const record = async (workerId: string) => {
  const [row] = await base.db.select().from(agentPerformance).where(eq(agentPerformance.agentId, workerId))
  return { good: row?.successCount ?? 0, bad: row?.failureCount ?? 0 }
}

const untilAborted: WorkHandler = (_deps, _task, { signal }) =>
  new Promise((_resolve, reject) => {
    // The time may be over before the work was begun.
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })

describe('a worker', () => {
  test('that was chosen does the task, and what came out is kept', async () => {
    const { name, id } = await createProcess(async (_deps, task) => ({ seen: task.input.page }))
    const task = await newTask()
    await wake.dispatch(task.id)
    await ended(task.id, 'succeeded')
    expect((await requireTask(base.db, task.id)).result).toEqual({ seen: 7 })
    expect(await outcomes(task.id)).toEqual([[name, 'succeeded']])
    expect(await record(id)).toEqual({ good: 1, bad: 0 })
  })

  test('that is told five times at once does the task once', async () => {
    let times = 0
    const { processId, idle } = await createProcess(async () => ({ times: ++times }))
    const task = await newTask()
    await Promise.all(Array.from({ length: 5 }, () => wake.dispatch(task.id)))
    const [decision] = await decisionsOfTask(base.db, task.id)
    for (let i = 0; i < 5; i++) processes.get(processId)?.(decision?.id ?? '')
    await ended(task.id, 'succeeded')
    await idle()
    expect(times).toBe(1)
  })

  test('that fails is blamed, and another one is tried', async () => {
    const clumsy = await createProcess(async () => {
      throw new Error('out of memory')
    })
    await base.db
      .update(agentRegistry)
      .set({ specializations: ['implement'] })
      .where(eq(agentRegistry.agentId, clumsy.id))
    const able = await createProcess(async () => ({}))
    const task = await newTask()
    await wake.dispatch(task.id)
    await ended(task.id, 'succeeded')
    expect(await outcomes(task.id)).toEqual([
      [clumsy.name, 'failed'],
      [able.name, 'succeeded'],
    ])
    expect(await record(clumsy.id)).toEqual({ good: 0, bad: 1 })
  })

  test('that takes too long is stopped and blamed; after three attempts the task tells what each did', async () => {
    const { id, name } = await createProcess(untilAborted)
    const task = await newTask({ timeoutMs: 30 })
    await wake.dispatch(task.id)
    await ended(task.id, 'failed')
    expect(await outcomes(task.id)).toEqual([
      [name, 'timed_out'],
      [name, 'timed_out'],
      [name, 'timed_out'],
    ])
    expect((await requireTask(base.db, task.id)).failure?.message).toContain(`3. ${name}: timed out`)
    expect(await record(id)).toEqual({ good: 0, bad: 3 })
  })

  test('has all its time left when a person took longer than that to answer a question', async () => {
    const { db } = base
    const conversation = await ensureConversation(db, {
      key: `telegram:${randomUUID()}`,
      platform: 'telegram',
      kind: 'private',
    })
    const clock = createManualClock()
    const answering: WorkHandler = async (_deps, task, { signal }) => {
      const { approval } = await db.transaction((tx) =>
        openApproval(tx, {
          conversationId: conversation.id,
          requestedBy: null,
          threadId: toolThread(workKeyOf(task)),
          interruptId: 'launch',
          request: { v: 1, kind: 'tool', risk: 'high', allow: ['approve'], facts: {} },
          now: clock.now(),
        }),
      )
      await clock.advance(3 * MINUTE_MS)
      await waitFor(
        () => signal.aborted || clock.sleeping === 2,
        'the limit to be looked at, and the lease to be renewed',
      )
      signal.throwIfAborted()
      await db.update(approvals).set({ decidedAt: clock.now() }).where(eq(approvals.id, approval.id))
      return { answered: true }
    }
    const { idle } = await createProcess(answering, clock)
    const task = await newTask({ timeoutMs: MINUTE_MS })
    await wake.dispatch(task.id)
    await ended(task.id, 'succeeded')
    await idle()
    expect((await outcomes(task.id)).map(([, outcome]) => outcome)).toEqual(['succeeded'])
  })

  test('is not blamed for a model that is away, and nobody else is sent into the same trouble', async () => {
    const { id, name } = await createProcess(async () => {
      throw new AppError('model_failed', 'the endpoint says 503', {
        userMessage: { key: 'model-away', args: {} },
      })
    })
    const task = await newTask()
    await wake.dispatch(task.id)
    await createProcess(async () => ({}))
    await ended(task.id, 'failed')
    expect((await outcomes(task.id)).map(([, outcome]) => outcome)).toEqual(['outage'])
    expect((await requireTask(base.db, task.id)).failure).toMatchObject({
      code: 'model_failed',
      key: 'model-away',
    })
    expect([name, await record(id)]).toEqual([name, { good: 0, bad: 0 }])
  })

  test('whose process ends puts its work aside, and another one does it', async () => {
    const leaving = await createProcess(untilAborted)
    const task = await newTask()
    await wake.dispatch(task.id)
    await waitFor(async () => (await outcomes(task.id))[0]?.[1] === 'running', 'it has begun')
    const staying = await createProcess(async () => ({}))
    await base.db.update(agentRegistry).set({ draining: true }).where(eq(agentRegistry.agentId, leaving.id))
    leaving.shutdown.abort(shuttingDown())
    await ended(task.id, 'succeeded')
    expect(await outcomes(task.id)).toEqual([
      [leaving.name, 'lost'],
      [staying.name, 'succeeded'],
    ])
    expect(await record(leaving.id)).toEqual({ good: 0, bad: 0 })
  })

  test('that died is missed after three heartbeats; its work is done once more, and what it still says is not heard', async () => {
    const gate = Promise.withResolvers<Record<string, unknown>>()
    const dead = await createProcess(() => gate.promise)
    const task = await newTask()
    await wake.dispatch(task.id)
    await waitFor(async () => (await outcomes(task.id))[0]?.[1] === 'running', 'it has begun')
    // A process that is gone renews no lease and beats no heart.
    await requestStop(base.db, taskLease(task.id), 'the test')
    await base.db.execute("update leases set expires_at = now() - interval '1 s'")
    await base.db.execute(
      `update agent_registry set last_heartbeat_at = now() - interval '35 s' where process_id = '${dead.processId}'`,
    )
    expect((await markLostWorkers(base.db)).taskIds).toEqual([])
    await base.db.execute(
      `update agent_registry set last_heartbeat_at = now() - interval '46 s' where process_id = '${dead.processId}'`,
    )
    const others = await createProcess(async () => ({ by: 'another' }))
    const found = await Promise.all(Array.from({ length: 4 }, () => markLostWorkers(base.db)))
    for (const id of found.flatMap(({ taskIds }) => taskIds)) await wake.dispatch(id)
    await wake.dispatch(task.id)
    await ended(task.id, 'succeeded')
    gate.resolve({ by: 'a ghost' })
    await dead.idle()
    expect((await requireTask(base.db, task.id)).result).toEqual({ by: 'another' })
    expect(await outcomes(task.id)).toEqual([
      [dead.name, 'lost'],
      [others.name, 'succeeded'],
    ])
  })
})

describe('who waits for a task', () => {
  const caller = () => {
    const stop = new AbortController()
    return { stop, session: { lease: { signal: stop.signal, assertHeld: nothing } } }
  }
  const wish = () => ({
    originKey: randomUUID(),
    workType: 'implement' as const,
    title: 'Short links',
    input: {},
    timeoutMs: MINUTE_MS,
  })
  const deps = () => ({ db: base.db, clock: systemClock, wake, taskEnds })

  test('gets the result, and asking again after a crash gets the same without anything being done', async () => {
    let times = 0
    await createProcess(async () => ({ times: ++times }))
    const asked = wish()
    expect(await performTask(deps(), caller().session, asked)).toEqual({ times: 1 })
    expect(await performTask(deps(), caller().session, asked)).toEqual({ times: 1 })
  })

  test('is told what went wrong in the words of who failed', async () => {
    await createProcess(async () => {
      throw new AppError('model_failed', 'x', { userMessage: { key: 'model-loops', args: { rounds: 8 } } })
    })
    await expect(performTask(deps(), caller().session, wish())).rejects.toMatchObject({
      code: 'model_failed',
      userMessage: { key: 'model-loops', args: { rounds: 8 } },
    })
  })

  test('stops the worker with a stop, and hears of it when nobody works on it any more', async () => {
    let working = 0
    const { id } = await createProcess(async (deps, task, session) => {
      working++
      try {
        return await untilAborted(deps, task, session)
      } finally {
        await systemClock.sleep(50)
        working--
      }
    })
    const { stop, session } = caller()
    const asked = wish()
    const waiting = performTask(deps(), session, asked)
    await waitFor(() => working === 1, 'the worker has begun')
    stop.abort(new AppError('stopped', 'stopped by Ann'))
    await expect(waiting).rejects.toMatchObject({ code: 'stopped' })
    expect(working).toBe(0)
    const [decision] = await base.db
      .select()
      .from(routingDecisions)
      .where(eq(routingDecisions.selectedAgentId, id))
    expect(decision?.outcome).toBe('cancelled')
    expect(await record(id)).toEqual({ good: 0, bad: 0 })
  })

  test('leaves the task to go on when only the own process ends', async () => {
    const gate = Promise.withResolvers<Record<string, unknown>>()
    await createProcess(() => gate.promise)
    const { stop, session } = caller()
    const asked = wish()
    const waiting = performTask(deps(), session, asked)
    await waitFor(async () => {
      const { task } = await createTask(base.db, asked)
      return task.state === 'routed'
    }, 'a worker was chosen')
    stop.abort(shuttingDown())
    await expect(waiting).rejects.toMatchObject({ code: 'lease_lost' })
    gate.resolve({ done: true })
    expect(await performTask(deps(), caller().session, asked)).toEqual({ done: true })
  })
})

test('a worker waits until whoever had the task before has let go of it', async () => {
  let began = false
  await createProcess(async () => {
    began = true
    return {}
  })
  const task = await newTask()
  const held = Promise.withResolvers<void>()
  const holding = withLease(
    { db: base.db, log },
    taskLease(task.id),
    { ttlMs: 60_000, renewMs: 20_000, holder: 'before' },
    () => held.promise,
  )
  await waitFor(
    async () =>
      (await base.db.execute(`select 1 from leases where key = '${taskLease(task.id)}'`)).length === 1,
    'held',
  )
  await wake.dispatch(task.id)
  await waitFor(async () => (await outcomes(task.id))[0]?.[1] === 'running', 'the worker was told')
  expect(began).toBe(false)
  held.resolve()
  await holding
  await ended(task.id, 'succeeded')
})
