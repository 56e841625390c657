import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDatabase, type Database, type DatabaseHandle } from '../../../src/db/client.ts'
import { agentRegistry, routingDecisions, tasks } from '../../../src/db/schema/index.ts'
import { beginDecision, finishDecision, overdueDecisions } from '../../../src/domain/routing/decisions.ts'
import { dispatchWithRetry } from '../../../src/domain/routing/dispatch-with-retry.ts'
import {
  deregister,
  heartbeat,
  markLostWorkers,
  registerWorkers,
} from '../../../src/domain/routing/registry.ts'
import { cancelTask, tasksLeftAlone } from '../../../src/domain/tasks/tasks.ts'
import { type Office, openOffice } from './office.ts'

const PROCESSES = 5
const TASKS = 60
const LIMIT = 3

let office: Office
let databases: DatabaseHandle[]
beforeAll(async () => {
  office = await openOffice()
  databases = Array.from({ length: PROCESSES }, () => connectDatabase(office.url, { maxConnections: 4 }))
})
afterAll(async () => {
  await Promise.all(databases.map(({ close }) => close()))
  await office.close()
})

/**
 * A process that works, as the jobs do it: everything that comes to it is begun and ended one way or another; now and
 * then it is taken for dead, signs off and starts anew under another id.
 */
const live = async (db: Database, host: string, isOver: () => boolean): Promise<void> => {
  let lives = 0
  let id = ''
  const start = async () => {
    id = `${host} ${++lives}`
    await registerWorkers(db, { processId: id, host, specs: [{ ...SPEC }] })
  }
  await start()
  while (!isOver()) {
    const mine = await db
      .select({ id: routingDecisions.id, taskId: routingDecisions.taskId })
      .from(routingDecisions)
      .innerJoin(agentRegistry, eq(agentRegistry.agentId, routingDecisions.selectedAgentId))
      .where(sql`${agentRegistry.processId} = ${id} and ${routingDecisions.outcome} = 'pending'`)
    await Promise.all(
      mine.map(async (decision) => {
        if (!(await beginDecision(db, decision.id, id))) return
        const chance = Math.random()
        if (chance < 0.1) return // forgotten: the machine died
        const outcome =
          chance < 0.6 ? 'succeeded' : chance < 0.75 ? 'failed' : chance < 0.85 ? 'lost' : 'outage'
        const [ended] = await Promise.all([
          finishDecision(db, decision.id, { outcome, durationMs: 5 }),
          finishDecision(db, decision.id, { outcome, durationMs: 5 }),
          chance < 0.7 ? undefined : cancelTask(db, decision.taskId ?? ''),
        ])
        for (const taskId of ended.wakeTaskIds) await dispatch(db, taskId)
      }),
    )
    const chance = Math.random()
    if (chance < 0.1) {
      await db.execute(
        sql`update agent_registry set last_heartbeat_at = now() - interval '1 minute' where process_id = ${id}`,
      )
    } else if (chance < 0.2) {
      for (const taskId of (await deregister(db, id)).taskIds) await dispatch(db, taskId)
      await start()
    } else if ((await heartbeat(db, id)).length === 0) await start()
    await sweep(db)
  }
}

const SPEC = {
  agentType: 'code',
  poolName: 'default',
  capabilities: ['implement'],
  specializations: [],
  concurrencyLimit: LIMIT,
} as const

const dispatch = (db: Database, taskId: string) => dispatchWithRetry({ ...office.deps, db }, taskId)

const sweep = async (db: Database) => {
  const [lost, overdue] = await Promise.all([markLostWorkers(db), overdueDecisions(db)])
  // What a process forgot has timed out after a moment, so that the test ends.
  await db.execute(sql`update routing_decisions set deadline_at = now()
    where outcome = 'running' and started_at < now() - interval '300 ms'`)
  const alone = await tasksLeftAlone(db, { olderThanMs: 0 })
  for (const taskId of new Set([...lost.taskIds, ...overdue, ...alone])) await dispatch(db, taskId)
}

test('whatever dies and is told twice while many processes work: every task ends, every record is right', async () => {
  const all = []
  for (let n = 0; n < TASKS; n++) all.push(await office.newTask())
  let over = false
  const watching = (async () => {
    while (!over) {
      const [open] = await office.db.execute<{ open: number }>(
        sql`select count(*)::integer as open from tasks where state in ('waiting', 'routed')`,
      )
      const crowded = await office.db.execute(sql`select selected_agent_id from routing_decisions
        where outcome in ('pending', 'running') group by 1 having count(*) > ${LIMIT}`)
      expect(crowded).toHaveLength(0)
      over = open?.open === 0
    }
  })()
  await Promise.all(databases.map(({ db }, n) => live(db, `machine-${n}`, () => over)))
  await watching

  const ended = await office.db.select().from(tasks)
  expect(ended).toHaveLength(TASKS)
  const decisions = await office.db.select().from(routingDecisions)
  const byTask = Map.groupBy(decisions, ({ taskId }) => taskId)
  for (const task of ended) {
    const mine = (byTask.get(task.id) ?? []).sort((a, b) => a.attempt - b.attempt)
    expect(mine.map(({ attempt }) => attempt)).toEqual(mine.map((_, index) => index + 1))
    const outcomes = mine.map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'pending' || outcome === 'running')).toEqual([])
    expect(outcomes.filter((outcome) => outcome === 'succeeded')).toHaveLength(
      task.state === 'succeeded' ? 1 : 0,
    )
    expect(outcomes.filter((one) => one === 'failed' || one === 'timed_out').length).toBeLessThanOrEqual(3)
    expect({ state: task.state, told: task.failure !== null }).toEqual({
      state: task.state,
      told: task.state === 'failed',
    })
  }
  const records = await office.db.execute(sql`
    select (
      select coalesce(sum(success_count), 0) || ':' || coalesce(sum(failure_count), 0) from agent_performance
    ) as recorded, (
      select count(*) filter (where outcome = 'succeeded') || ':' ||
        count(*) filter (where outcome in ('failed', 'timed_out')) from routing_decisions
    ) as decided`)
  expect(records[0]?.recorded).toBe(records[0]?.decided)
})
