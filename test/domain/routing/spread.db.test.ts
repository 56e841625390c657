import { and, eq, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectDatabase, type DatabaseHandle } from '../../../src/db/client.ts'
import { routingDecisions, tasks } from '../../../src/db/schema/index.ts'
import { dispatchWithRetry } from '../../../src/domain/routing/dispatch-with-retry.ts'
import { decisionsOfTask } from '../../../src/domain/routing/history.ts'
import { type Decision, routeTask } from '../../../src/domain/routing/route-task.ts'
import { requireTask, type Task } from '../../../src/domain/tasks/tasks.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type Office, openOffice } from './office.ts'

/** As many processes, each with connections of its own. */
const PROCESSES = 6
const CONNECTIONS = 5

let office: Office
let processes: DatabaseHandle[]
beforeAll(async () => {
  office = await openOffice()
  processes = Array.from({ length: PROCESSES }, () =>
    connectDatabase(office.url, { maxConnections: CONNECTIONS }),
  )
})
afterAll(async () => {
  await Promise.all(processes.map(({ close }) => close()))
  await office.close()
})
beforeEach(() => office.dismissAll())

const newTasks = (count: number): Promise<Task[]> =>
  Promise.all(Array.from({ length: count }, () => office.newTask()))
const process = (index: number) => {
  const handle = processes[index % PROCESSES]
  if (!handle) throw new Error('no such process')
  return handle.db
}
const routeAtOnce = (all: readonly Task[]) =>
  Promise.allSettled(all.map((task, index) => routeTask(process(index), task, 1)))

const shares = async (): Promise<number[]> => {
  const decisions = await office.db.select().from(routingDecisions)
  const byWorker = Map.groupBy(decisions, ({ selectedAgentName }) => selectedAgentName)
  return [...byWorker.values()].map(({ length }) => length).sort((a, b) => b - a)
}

test('fifty decisions at once over three equal workers give them 17, 17 and 16 tasks', async () => {
  for (const name of ['ann', 'bob', 'cid']) await office.hire(name)
  const results = await routeAtOnce(await newTasks(50))
  expect(results.filter(({ status }) => status === 'rejected')).toEqual([])
  expect(await shares()).toEqual([17, 17, 16])
})

test('two hundred decisions at once fill every place there is, none twice, and the rest are told to wait', async () => {
  for (let n = 0; n < 9; n++) await office.hire(`worker ${n}`, { concurrencyLimit: 20 })
  const results = await routeAtOnce(await newTasks(200))
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
  expect(refused).toEqual(Array(20).fill('workers_busy'))
  expect(await shares()).toEqual(Array(9).fill(20))

  const waiting = await office.db.select().from(tasks).where(eq(tasks.state, 'waiting'))
  expect(waiting).toHaveLength(20)
})

test('decisions about different types of worker at once leave each type evenly spread', async () => {
  for (const agentType of ['code', 'infra'] as const)
    for (const name of ['x', 'y'])
      await office.hire(`${name}.${agentType}`, { agentType, capabilities: ['implement', 'deploy_service'] })
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      office.newTask({ workType: n % 2 === 0 ? 'implement' : 'deploy_service' }),
    ),
  )
  await routeAtOnce(all)
  expect(await shares()).toEqual([10, 10, 10, 10])
})

test('a task that many processes dispatch at once is given to one worker, who is told', async () => {
  await office.hire('ann')
  await office.hire('bob')
  const task = await office.newTask()
  await Promise.all(
    Array.from({ length: 24 }, (_, n) => dispatchWithRetry({ ...office.deps, db: process(n) }, task.id)),
  )
  const decisions = await decisionsOfTask(office.db, task.id)
  expect(decisions).toHaveLength(1)
  expect(new Set(office.told.map(([, decisionId]) => decisionId))).toEqual(new Set([decisions[0]?.id]))
})

test('places freed and filled at once, by many processes, are never filled twice', async () => {
  const limit = 3
  for (const name of ['ann', 'bob']) await office.hire(name, { concurrencyLimit: limit })
  const all = await newTasks(60)
  let most = 0
  const workOff = async (task: Task, index: number): Promise<void> => {
    for (;;) {
      try {
        const decision = await routeTask(process(index), task, 1)
        const open = await process(index)
          .select()
          .from(routingDecisions)
          .where(
            and(
              eq(routingDecisions.selectedAgentName, decision.selectedAgentName),
              inArray(routingDecisions.outcome, ['pending', 'running']),
            ),
          )
        most = Math.max(most, open.length)
        await office.carryOut(decision, { outcome: 'succeeded' })
        return
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'workers_busy')) throw error
      }
    }
  }
  await Promise.all(all.map(workOff))
  expect(most).toBeLessThanOrEqual(limit)
  const left = await office.db
    .select()
    .from(tasks)
    .where(inArray(tasks.state, ['waiting', 'routed']))
  expect(left).toEqual([])
})

describe('while a decision is not committed yet', () => {
  /** Until somebody waits for a lock, as whoever is to be held up does sooner or later. */
  const somebodyWaits = () =>
    waitFor(async () => {
      const [row] = await office.db.execute<{ waiting: number }>(sql`
        select count(*)::integer as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`)
      return (row?.waiting ?? 0) > 0
    }, 'somebody to be held up')

  test('another about the same task waits for it, and is the same one', async () => {
    await office.hire('ann')
    await office.hire('bob')
    const task = await office.newTask()
    let second: Promise<Decision> | undefined
    const first = await process(0).transaction(async (tx) => {
      const decision = await routeTask(tx, task, 1)
      second = routeTask(process(1), task, 1)
      await somebodyWaits()
      return decision
    })
    expect(await second).toEqual(first)
  })

  test('another about the same type of worker waits for it, and counts it', async () => {
    await office.hire('ann', { concurrencyLimit: 1 })
    const [one, other] = [await office.newTask(), await office.newTask()]
    let second: Promise<unknown> | undefined
    await process(0).transaction(async (tx) => {
      await routeTask(tx, one, 1)
      second = routeTask(process(1), other, 1).catch((error: unknown) => error)
      await somebodyWaits()
    })
    expect(await second).toMatchObject({ code: 'workers_busy' })
  })

  test('another about another type of worker does not wait', async () => {
    await office.hire('ann')
    await office.hire('ida', { agentType: 'infra', capabilities: ['deploy_service'] })
    const [one, other] = [await office.newTask(), await office.newTask({ workType: 'deploy_service' })]
    await process(0).transaction(async (tx) => {
      await routeTask(tx, one, 1)
      expect(await routeTask(process(1), other, 1)).toMatchObject({ selectedAgentName: 'ida' })
    })
  })

  const decided = (task: Task, outcome: 'pending' | 'failed', attempt: number) => sql`
    insert into routing_decisions (
      task_id, work_type, agent_type, agent_pool, selected_agent_name, score, success_points, context_points,
      specialization_points, load_points, reason, attempt, outcome, finished_at
    ) values (
      ${task.id}, 'implement', 'code', 'default', 'bob', 30, 20, 0, 0, 10, 'it was so', ${attempt}, ${outcome},
      case when ${outcome} = 'failed' then now() end
    )`
  const lock = (task: Task) => sql`select id from tasks where id = ${task.id} for update`

  test('a dispatcher that looked before it leaves the task to whoever goes on', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    let dispatching: Promise<void> | undefined
    await process(0).transaction(async (tx) => {
      await tx.execute(lock(task))
      dispatching = dispatchWithRetry({ ...office.deps, db: process(1) }, task.id)
      await somebodyWaits()
      await tx.execute(decided(task, 'failed', 1))
    })
    await dispatching
    expect(await decisionsOfTask(office.db, task.id)).toHaveLength(1)
    expect(await requireTask(office.db, task.id)).toMatchObject({ state: 'waiting', failure: null })
  })

  test('a dispatcher that was about to give the task up does not', async () => {
    await office.hire('ann')
    const task = await office.newTask()
    for (const attempt of [1, 2, 3]) await office.db.execute(decided(task, 'failed', attempt))
    let dispatching: Promise<void> | undefined
    await process(0).transaction(async (tx) => {
      await tx.execute(lock(task))
      dispatching = dispatchWithRetry({ ...office.deps, db: process(1) }, task.id)
      await somebodyWaits()
      await tx.execute(decided(task, 'pending', 4))
    })
    await dispatching
    expect(await requireTask(office.db, task.id)).toMatchObject({ state: 'waiting', failure: null })
  })
})
