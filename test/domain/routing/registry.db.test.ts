import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { agentRegistry } from '../../../src/db/schema/index.ts'
import { listAudit } from '../../../src/domain/audit/audit.ts'
import { beginDecision, finishDecision } from '../../../src/domain/routing/decisions.ts'
import { findDecision } from '../../../src/domain/routing/history.ts'
import {
  deregister,
  heartbeat,
  markLostWorkers,
  registerWorkers,
  type Worker,
  type WorkerSpec,
} from '../../../src/domain/routing/registry.ts'
import { routeTask } from '../../../src/domain/routing/route-task.ts'
import { drainWorker, findWorker, listWorkers, resumeWorker } from '../../../src/domain/routing/workers.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { type Office, openOffice } from './office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())
beforeEach(() => office.dismissAll())

const CODE: WorkerSpec = {
  agentType: 'code',
  poolName: 'builders',
  capabilities: ['implement', 'repair'],
  specializations: ['repair'],
  concurrencyLimit: 4,
}
const INFRA: WorkerSpec = {
  ...CODE,
  agentType: 'infra',
  capabilities: ['deploy_service'],
  specializations: [],
}

const register = (processId: string, specs = [CODE], host = 'build-1') =>
  registerWorkers(office.db, { processId, host, specs })
const silence = (worker: Pick<Worker, 'agentId'>, seconds: number) =>
  office.db
    .update(agentRegistry)
    .set({ lastHeartbeatAt: sql`clock_timestamp() - make_interval(secs => ${seconds})` })
    .where(eq(agentRegistry.agentId, worker.agentId))
const only = <T>(found: readonly T[]): T => {
  const [one, ...others] = found
  if (!one || others.length > 0) throw new Error(`${found.length} instead of one`)
  return one
}
const names = (workers: readonly { name: string }[]) => workers.map(({ name }) => name)

describe('a process that starts', () => {
  test('makes a worker known for each kind of work it takes, online and with all it can do', async () => {
    const workers = await register('p1', [CODE, INFRA])
    expect(workers).toMatchObject([
      { name: 'build-1.code', ...CODE, processId: 'p1', status: 'online', draining: false },
      { name: 'build-1.infra', ...INFRA, processId: 'p1', status: 'online' },
    ])
    expect(workers.every(({ lastHeartbeatAt }) => lastHeartbeatAt !== null)).toBe(true)
    expect((await office.route('repair')).specializationMatch).toBe(true)
  })

  test('may specialize in nothing', async () => {
    expect(only(await register('p1', [{ ...CODE, specializations: [] }]))).toMatchObject({
      specializations: [],
    })
    expect(await office.route()).toMatchObject({ specializationMatch: false })
  })

  test('gets a number when others of its machine are alive, the same for all its workers', async () => {
    await register('p1', [CODE])
    expect(names(await register('p2', [CODE, INFRA]))).toEqual(['build-1-2.code', 'build-1-2.infra'])
    expect(names(await register('p3', [INFRA]))).toEqual(['build-1.infra'])
    expect(names(await register('p4', [CODE], 'build-2'))).toEqual(['build-2.code'])
  })

  test('gets names of its own also when many start at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, (_, n) => register(`p${n}`, [CODE, INFRA])))
    expect(new Set(names(all.flat())).size).toBe(12)
  })

  test('finds its record again under the name it had before', async () => {
    const before = only(await register('p1'))
    await office.db.execute(sql`insert into agent_performance (agent_id, work_type, success_count)
      values (${before.agentId}, 'implement', 20)`)
    await deregister(office.db, 'p1')
    const after = only(await register('p2', [{ ...CODE, poolName: 'other', concurrencyLimit: 1 }]))
    expect(after).toMatchObject({
      agentId: before.agentId,
      name: before.name,
      processId: 'p2',
      status: 'online',
      poolName: 'other',
      concurrencyLimit: 1,
    })
    expect(await office.performance(after)).toMatchObject({ successCount: 20 })
  })

  test('takes over from one that fell silent, whose work is lost to it', async () => {
    const before = only(await register('p1'))
    const decision = await office.route()
    await beginDecision(office.db, decision.id, 'p1')
    await silence(before, 46)
    const after = only(await register('p2'))
    expect(after.agentId).toBe(before.agentId)
    expect(await findDecision(office.db, decision.id)).toMatchObject({ outcome: 'lost' })
    expect(
      await finishDecision(office.db, decision.id, { outcome: 'succeeded', durationMs: 1 }),
    ).toMatchObject({ done: false })
  })

  test('does not take over from one that was silent for less than three heartbeats', async () => {
    await silence(only(await register('p1')), 35)
    expect(names(await register('p2'))).toEqual(['build-1-2.code'])
  })

  test('may register twice and is the same', async () => {
    const first = await register('p1', [CODE, INFRA])
    const second = await register('p1', [CODE, INFRA])
    expect(second.map(({ agentId }) => agentId)).toEqual(first.map(({ agentId }) => agentId))
  })

  test('keeps draining where an admin said so', async () => {
    const { name } = only(await register('p1'))
    await drainWorker(office.db, name, { person: await admin(), surface: 'console' })
    await deregister(office.db, 'p1')
    expect(only(await register('p2'))).toMatchObject({ draining: true })
  })
})

describe('a heartbeat', () => {
  test('is the time of the database', async () => {
    const worker = only(await register('p1'))
    await silence(worker, 30)
    expect(only(await heartbeat(office.db, 'p1')).agentId).toBe(worker.agentId)
    expect((await findWorker(office.db, worker.name))?.heartbeatAgeMs).toBeLessThan(15_000)
  })

  test('brings a worker back that was taken for lost', async () => {
    const worker = only(await register('p1'))
    await silence(worker, 60)
    await markLostWorkers(office.db)
    expect((await office.worker(worker))?.status).toBe('offline')
    await heartbeat(office.db, 'p1')
    expect((await office.worker(worker))?.status).toBe('online')
  })

  test('does not bring back a process that has signed off', async () => {
    const worker = only(await register('p1'))
    await deregister(office.db, 'p1')
    expect(await heartbeat(office.db, 'p1')).toEqual([])
    expect((await office.worker(worker))?.status).toBe('offline')
  })

  test('finds nothing to be one’s own when another process has taken over', async () => {
    await silence(only(await register('p1')), 60)
    await register('p2')
    expect(await heartbeat(office.db, 'p1')).toEqual([])
  })

  test('says whether the worker is full', async () => {
    const worker = only(await register('p1', [{ ...CODE, concurrencyLimit: 1 }]))
    await office.route()
    await office.db.update(agentRegistry).set({ status: 'online' })
    expect(only(await heartbeat(office.db, 'p1')).status).toBe('busy')
    await office.db.execute(sql`update routing_decisions set outcome = 'succeeded'`)
    expect(only(await heartbeat(office.db, 'p1')).status).toBe('online')
    expect((await office.worker(worker))?.status).toBe('online')
  })
})

describe('a process that ends', () => {
  test('takes its workers offline and gives back what they had in hand', async () => {
    await register('p1', [CODE, INFRA])
    const begun = await office.route()
    await beginDecision(office.db, begun.id, 'p1')
    const pending = await office.route('deploy_service')
    const { taskIds } = await deregister(office.db, 'p1')
    expect(new Set(taskIds)).toEqual(new Set([begun.taskId, pending.taskId]))
    const { workers } = await listWorkers(office.db)
    expect(workers.map(({ status, load, heartbeatAgeMs }) => [status, load, heartbeatAgeMs])).toEqual([
      ['offline', 0, undefined],
      ['offline', 0, undefined],
    ])
    await expect(office.route()).rejects.toMatchObject({ code: 'no_worker' })
  })

  test('leaves the workers of others alone', async () => {
    await register('p1')
    await register('p2')
    await deregister(office.db, 'p1')
    expect(await office.route()).toMatchObject({ selectedAgentName: 'build-1-2.code' })
  })
})

describe('a worker that falls silent', () => {
  test('is offline after three heartbeats, not before', async () => {
    const worker = only(await register('p1'))
    await silence(worker, 35)
    expect(await markLostWorkers(office.db)).toEqual({ workers: [], taskIds: [] })
    await silence(worker, 46)
    expect(await markLostWorkers(office.db)).toMatchObject({ workers: [{ name: worker.name }], taskIds: [] })
    expect((await office.worker(worker))?.status).toBe('offline')
  })

  test('is noticed by exactly one of many processes that look at once, and so is each of its tasks', async () => {
    const lost = [only(await register('p1')), only(await register('p2')), only(await register('p3'))]
    const taskIds: (string | null)[] = []
    for (let n = 0; n < 9; n++) {
      const decision = await office.route()
      taskIds.push(decision.taskId)
      if (n % 2 === 0) await office.db.execute(sql`update routing_decisions set outcome = 'running'`)
    }
    for (const worker of lost) await silence(worker, 50)
    const found = await Promise.all(Array.from({ length: 8 }, () => markLostWorkers(office.db)))
    expect(names(found.flatMap(({ workers }) => workers)).sort()).toEqual(names(lost).sort())
    expect(found.flatMap((one) => one.taskIds).sort()).toEqual(taskIds.sort())
  })

  test('is judged by the clock of the database, though the clocks of processes are days apart', async () => {
    const worker = only(await register('p1'))
    const decision = await office.route()
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      vi.setSystemTime(Date.now() + 5 * 24 * 3600 * 1000)
      await heartbeat(office.db, 'p1')
      expect(await markLostWorkers(office.db)).toEqual({ workers: [], taskIds: [] })
      vi.setSystemTime(Date.now() - 30 * 24 * 3600 * 1000)
      await heartbeat(office.db, 'p1')
      expect((await findWorker(office.db, worker.name))?.heartbeatAgeMs).toBeLessThan(15_000)
      expect(await markLostWorkers(office.db)).toEqual({ workers: [], taskIds: [] })

      await office.carryOut(decision, { outcome: 'succeeded' })
      expect(await office.route()).toMatchObject({ recentContextMatch: true })
    } finally {
      vi.useRealTimers()
    }
  })

  test('gives back work that it was given in the very moment it was noticed', async () => {
    const worker = only(await register('p1'))
    const decision = await office.route()
    await office.db.update(agentRegistry).set({ status: 'offline' })
    expect(await markLostWorkers(office.db)).toEqual({ workers: [], taskIds: [decision.taskId] })
    expect(await findDecision(office.db, decision.id)).toMatchObject({
      outcome: 'lost',
      failure: { key: 'error-worker-lost', args: { worker: worker.name } },
    })
  })

  test('is forgotten after a month, with its record, and its decisions stay', async () => {
    const worker = only(await register('p1'))
    const other = only(await register('p2'))
    const decision = await routeTask(office.db, await office.newTask(), 1)
    await office.carryOut(decision, { outcome: 'succeeded' })
    await deregister(office.db, 'p1')
    await deregister(office.db, 'p2')
    const age = (id: string, days: number) =>
      office.db.execute(sql`update agent_registry set updated_at = now() - make_interval(days => ${days})
        where agent_id = ${id}`)
    await age(worker.agentId, 31)
    await age(other.agentId, 29)
    const online = only(await register('p3', [INFRA]))
    await age(online.agentId, 31)
    await markLostWorkers(office.db)
    expect(names((await listWorkers(office.db)).workers)).toEqual([online.name, other.name])
    expect(await findDecision(office.db, decision.id)).toMatchObject({ outcome: 'succeeded' })
  })
})

const admin = (): Promise<Person> => person('admin')
const person = (role: 'admin' | 'operator'): Promise<Person> =>
  office.db.transaction((tx) =>
    admit(tx, { platform: 'console', platformUserId: `${role}-${crypto.randomUUID()}`, name: role }, role),
  )

describe('an admin', () => {
  test('drains a worker: it finishes what it has and gets nothing new, until it is resumed', async () => {
    const worker = only(await register('p1'))
    const decision = await office.route()
    const by = { person: await admin(), surface: 'slack' }
    expect(await drainWorker(office.db, worker.name, by)).toMatchObject({ draining: true, status: 'online' })
    await expect(office.route()).rejects.toMatchObject({ code: 'no_worker' })
    await office.carryOut(decision, { outcome: 'succeeded' })
    await heartbeat(office.db, 'p1')
    await expect(office.route()).rejects.toMatchObject({ code: 'no_worker' })

    expect(await resumeWorker(office.db, worker.agentId, by)).toMatchObject({ draining: false })
    expect((await office.route()).selectedAgentName).toBe(worker.name)
    const { entries } = await listAudit(office.db, { pageSize: 2 })
    expect(entries.map(({ action, subject, surface, actor }) => [action, subject, surface, actor])).toEqual([
      ['worker.resume', 'worker:build-1.code', 'slack', 'admin'],
      ['worker.drain', 'worker:build-1.code', 'slack', 'admin'],
    ])
  })

  test('is told when there is no such worker; and nobody below an admin may', async () => {
    const { name } = only(await register('p1'))
    const by = { person: await admin(), surface: 'console' }
    await expect(drainWorker(office.db, 'nobody', by)).rejects.toMatchObject({
      code: 'not_found',
      userMessage: { key: 'error-worker-not-found', args: { name: 'nobody' } },
    })
    await expect(
      drainWorker(office.db, name, { person: await person('operator'), surface: 'console' }),
    ).rejects.toMatchObject({ code: 'forbidden' })
    expect(await findWorker(office.db, name)).toMatchObject({ draining: false })
  })

  test('sees every worker, those online first, with what it has in hand and how its last work came out', async () => {
    const gone = await office.hire('a gone one', { status: 'offline', lastHeartbeatAgo: '90 minutes' })
    const ann = await office.hire('ann')
    for (const outcome of ['succeeded', 'failed', 'outage'] as const)
      await office.carryOut(await office.route(), { outcome })
    await office.route()
    const { workers, hasMore } = await listWorkers(office.db)
    expect(names(workers)).toEqual([ann.name, gone.name])
    expect(workers[0]).toMatchObject({ load: 1, lastOutcomes: ['pending', 'outage', 'failed', 'succeeded'] })
    expect(Math.round((workers[1]?.heartbeatAgeMs ?? 0) / 60_000)).toBe(90)
    expect(hasMore).toBe(false)

    const second = await listWorkers(office.db, { page: 2, pageSize: 1 })
    expect({ names: names(second.workers), page: second.page, hasMore: second.hasMore }).toEqual({
      names: [gone.name],
      page: 2,
      hasMore: false,
    })
    expect((await listWorkers(office.db, { pageSize: 1 })).hasMore).toBe(true)
    expect((await findWorker(office.db, ann.agentId.toUpperCase()))?.name).toBe('ann')
    expect(await findWorker(office.db, 'nobody')).toBeUndefined()
  })
})
