import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { approvals, deployments, servers, tasks, users } from '../../../src/db/schema/index.ts'
import type { ServerStatus } from '../../../src/db/shapes/server.ts'
import { currentDeployment } from '../../../src/domain/deployments/deployments.ts'
import type { Incident } from '../../../src/domain/incidents/incident.ts'
import { resolve } from '../../../src/domain/incidents/resolve.ts'
import type { Project } from '../../../src/domain/projects/projects.ts'
import { recoveryOf } from '../../../src/domain/recovery/recovery-of.ts'
import { settleRecoveries } from '../../../src/domain/recovery/settle.ts'
import { startRecovery } from '../../../src/domain/recovery/start-recovery.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { AppError } from '../../../src/errors.ts'
import { openRepairShop, type RepairShop } from './repair-shop.ts'

let shop: RepairShop
let olga: Person
let boris: Person
beforeAll(async () => {
  shop = await openRepairShop()
  olga = shop.owner
  boris = await shop.person('Boris')
})
afterAll(() => shop[Symbol.asyncDispose]())
beforeEach(() => {
  Object.assign(shop.service, {
    state: 'running',
    version: 'v2',
    broken: new Set(),
    asked: [],
    dies: undefined,
  })
})

const KILLED = new AppError('lease_lost', 'killed')
const resolveByHand = (incident: Incident) =>
  shop.db.transaction((tx) =>
    resolve(tx, { id: incident.id, by: { person: boris, surface: 'telegram' }, now: new Date() }),
  )

describe('a service that is down', () => {
  let project: Project
  let incident: Incident
  beforeEach(async () => {
    project = await shop.project('v1', 'v2')
    shop.service.state = 'down'
    incident = await shop.breaks(project)
  })

  test('is started afresh without asking, looked at, and its incident is resolved', async () => {
    expect(await shop.fix(incident.id, olga)).toMatchObject({ started: true })
    expect(await shop.workAll(incident.id)).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])
    expect(shop.service.asked).toEqual(['restart'])
    expect(await shop.incident(incident.id)).toMatchObject({ state: 'resolved', resolution: 'recovery' })
    expect(await shop.story(incident.id)).toEqual([
      'started 1',
      'step proposed',
      'step restart_service',
      'ended repaired',
    ])
    expect(await shop.told(incident.id)).toEqual(['recovery-ended-repaired'])
    expect(await recoveryOf(shop.db, incident.id)).toMatchObject({
      state: 'ended',
      outcome: 'repaired',
      steps: 'restart_service',
    })
  })

  test('is started afresh once more when it goes down again: that helped before', async () => {
    await shop.fix(incident.id, olga)
    await shop.workAll(incident.id)
    shop.service.state = 'down'
    expect(await shop.breaks(project)).toMatchObject({ id: incident.id, reopenings: 1 })
    await shop.fix(incident.id, olga)
    expect(await shop.workAll(incident.id)).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])
    expect(shop.service.asked).toEqual(['restart', 'restart'])
  })

  test('is repaired once when two people press the button at once', async () => {
    const pressed = await Promise.all([shop.fix(incident.id, olga), shop.fix(incident.id, boris)])
    expect(pressed.map(({ started }) => started).sort()).toEqual([false, true])
    expect(pressed.find(({ started }) => !started)?.reason).toBe('under_way')
    await shop.workAll(incident.id)
    expect(shop.service.asked).toEqual(['restart'])
    expect(await shop.fix(incident.id, boris)).toMatchObject({ started: false, reason: 'resolved' })
  })

  test('is not repaired for somebody who may not, nor for somebody who may not any more', async () => {
    const mike = await shop.person('Mike', 'member')
    await expect(shop.fix(incident.id, mike)).rejects.toMatchObject({ code: 'forbidden' })
    const nina = await shop.person('Nina')
    await shop.fix(incident.id, nina)
    await shop.db.update(users).set({ role: 'viewer' }).where(eq(users.id, nina.id))
    expect(await shop.workAll(incident.id)).toEqual([{ outcome: 'forbidden' }])
    expect(shop.service.asked).toEqual([])
    expect((await shop.incident(incident.id)).state).toBe('open')
  })

  test('that a person stopped is theirs to start: they are asked', async () => {
    shop.service.state = 'stopped'
    await shop.fix(incident.id, olga)
    expect(await shop.workAll(incident.id)).toEqual([{ waiting: expect.stringMatching(/^approval \d+$/) }])
    expect(shop.service.asked).toEqual([])
    expect(await shop.decide(incident.id, 'approve', olga)).toBe('decided')
    expect(await shop.workAll(incident.id)).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])
  })

  test('that came back by itself is only looked at', async () => {
    shop.service.state = 'running'
    await shop.fix(incident.id, olga)
    expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'repaired', steps: 'nothing' }])
    expect(shop.service.asked).toEqual([])
  })

  test('whose incident was resolved meanwhile is left alone', async () => {
    await shop.fix(incident.id, olga)
    await resolveByHand(incident)
    expect(await shop.workAll(incident.id)).toEqual([{ outcome: 'over' }])
    expect(shop.service.asked).toEqual([])
    expect(await shop.incident(incident.id)).toMatchObject({ resolution: 'person' })
  })
})

describe('a version that does not stay up', () => {
  let project: Project
  let incident: Incident
  let good: string
  beforeEach(async () => {
    project = await shop.project()
    good = await shop.mainVersion(project)
    await shop.deployment(project, good)
    await shop.deployment(project, 'broken1')
    Object.assign(shop.service, { state: 'crash-looping', version: 'broken1', broken: new Set(['broken1']) })
    incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    await shop.workAll(incident.id)
  })

  test('is replaced by the last good one, once a person agreed', async () => {
    const [question] = await shop.questions(incident.id)
    expect(question?.request).toMatchObject({
      kind: 'recovery',
      allow: ['approve', 'reject'],
      facts: {
        incident: `#${incident.number} ${project.name}`,
        steps: [{ do: 'redeploy_version', version: good }],
      },
    })
    expect(await recoveryOf(shop.db, incident.id)).toMatchObject({
      state: 'asking',
      approval: question?.number,
    })
    expect(shop.service.asked).toEqual([])
    expect(await shop.decide(incident.id, 'approve', boris)).toBe('decided')
    expect(await shop.workAll(incident.id)).toEqual([
      { outcome: 'repaired', steps: `redeploy_version ${good}` },
    ])
    expect(shop.service).toMatchObject({ asked: [`deploy ${good}`], version: good, state: 'running' })
    expect(await currentDeployment(shop.db, project.id)).toMatchObject({ version: good })
    expect(await shop.incident(incident.id)).toMatchObject({ state: 'resolved', resolution: 'recovery' })
  })

  test('stays as it is when the person says no, and the incident stays open', async () => {
    expect(await shop.decide(incident.id, 'reject', olga)).toBe('decided')
    expect(await shop.workAll(incident.id)).toEqual([])
    expect(shop.service.asked).toEqual([])
    expect(await shop.incident(incident.id)).toMatchObject({ state: 'open', recoveryAttempts: 1 })
    expect((await shop.story(incident.id)).at(-1)).toBe('ended declined')
    expect(await shop.told(incident.id)).toEqual(['recovery-ended-declined'])
  })

  test('is not asked about twice, and not begun anew, while the question waits', async () => {
    expect(await shop.fix(incident.id, boris)).toMatchObject({ started: false, reason: 'under_way' })
    await settleRecoveries(shop.db, new Date())
    expect(await shop.questions(incident.id)).toHaveLength(1)
  })

  test('is decided by operators, the owner and admins, and by nobody else', async () => {
    const [mike, ada] = [await shop.person('Mike', 'member'), await shop.person('Ada', 'admin')]
    expect(await shop.decide(incident.id, 'approve', mike)).toBe('forbidden')
    expect(await shop.decide(incident.id, 'reject', ada)).toBe('decided')
  })

  test('is not replaced when who approved it lost the right before it was done', async () => {
    const nina = await shop.person('Nina')
    await shop.decide(incident.id, 'approve', nina)
    await shop.db.update(users).set({ role: 'member' }).where(eq(users.id, nina.id))
    expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'forbidden' }])
    expect(shop.service.asked).toEqual([])
  })

  test('needs no answer any more when the incident is over: the question is withdrawn', async () => {
    await resolveByHand(incident)
    await settleRecoveries(shop.db, new Date())
    const [question] = await shop.questions(incident.id)
    expect(question).toMatchObject({ state: 'cancelled' })
    expect(question?.appliedAt).not.toBeNull()
  })

  test('counts as declined when nobody answered in time', async () => {
    const [question] = await shop.questions(incident.id)
    await shop.db
      .update(approvals)
      .set({
        state: 'expired',
        decidedAt: new Date(),
        decision: { verb: 'expire', userId: null, userName: '', surface: 'system', at: '' },
      })
      .where(eq(approvals.id, question?.id ?? ''))
    await shop.apply(question?.id ?? '')
    expect((await shop.story(incident.id)).at(-1)).toBe('ended declined')
  })
})

describe('a restart that does not help', () => {
  const alwaysDown = async () => {
    const project = await shop.project()
    const version = await shop.mainVersion(project)
    await shop.deployment(project, version)
    Object.assign(shop.service, { state: 'down', version, broken: new Set([version]) })
    return { incident: await shop.breaks(project), version }
  }

  test('is followed by the same version with its files from the repository, which needs no question', async () => {
    const { incident, version } = await alwaysDown()
    await shop.fix(incident.id, olga)
    const [first] = await shop.openTasks(incident.id)
    if (!first) throw new Error('no task')
    await shop.work(first)
    // Only its files had been harmed.
    shop.service.broken.clear()
    expect(await shop.workAll(incident.id)).toMatchObject([
      { outcome: 'repaired', steps: `redeploy_version ${version}` },
    ])
    expect(shop.service.asked).toEqual(['restart', `deploy ${version}`])
    expect((await shop.incident(incident.id)).state).toBe('resolved')
  })

  test('and a version that is in the repository no more is said, not tripped over', async () => {
    const project = await shop.project('v2')
    Object.assign(shop.service, { state: 'down', version: 'v2', broken: new Set(['v2']) })
    const incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    expect((await shop.workAll(incident.id)).at(-1)).toMatchObject({
      outcome: 'failed',
      reason: 'version v2 is not in the repository any more',
    })
  })

  test('is told in the language of who asked, why and all', async () => {
    const project = await shop.project('v2')
    Object.assign(shop.service, { state: 'down', version: 'v2', broken: new Set(['v2']) })
    const incident = await shop.breaks(project)
    await shop.fix(incident.id, { ...olga, lang: 'ru' })
    expect((await shop.workAll(incident.id)).at(-1)).toMatchObject({
      outcome: 'failed',
      reason: 'версии v2 в репозитории больше нет',
    })
  })

  test('is followed by a second attempt, by no third, and by a person who is asked each time from then on', async () => {
    const { incident, version } = await alwaysDown()
    await shop.fix(incident.id, olga)
    expect(await shop.workAll(incident.id)).toMatchObject([
      { outcome: 'failed', steps: 'restart_service', reason: 'exit code 1' },
      { outcome: 'failed', steps: `redeploy_version ${version}` },
    ])
    expect(shop.service.asked).toEqual(['restart', `deploy ${version}`])
    expect(await shop.told(incident.id)).toEqual(['recovery-goes-on', 'recovery-ended-failed'])
    expect(await shop.incident(incident.id)).toMatchObject({ state: 'open', recoveryAttempts: 2 })
    expect(await shop.fix(incident.id, 'system')).toMatchObject({ started: false, reason: 'too_many' })

    // Somebody took the cause away and presses again: they are asked about one more restart, and it helps.
    shop.service.broken.clear()
    await shop.fix(incident.id, olga)
    expect(await shop.workAll(incident.id)).toEqual([{ waiting: expect.stringMatching(/^approval \d+$/) }])
    expect(await shop.decide(incident.id, 'approve', olga)).toBe('decided')
    expect(await shop.workAll(incident.id)).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])

    // Somebody repaired the program; the third attempt would work, and is asked about all the same.
    const other = await shop.project('v2')
    const again = await shop.breaks(other)
    for (const _ of [1, 2]) {
      await shop.fix(again.id, olga)
      const [task] = await shop.openTasks(again.id)
      await shop.db
        .update(tasks)
        .set({ state: 'failed' })
        .where(eq(tasks.id, task?.id ?? ''))
      await settleRecoveries(shop.db, new Date())
    }
    expect(await shop.story(again.id)).toEqual(['started 1', 'ended broke', 'started 2', 'ended broke'])
    Object.assign(shop.service, { state: 'down', broken: new Set() })
    expect(await shop.fix(again.id, olga)).toMatchObject({ started: true })
    expect(await shop.workAll(again.id)).toEqual([{ waiting: expect.any(String) }])
  })
})

describe('a worker that dies', () => {
  let project: Project
  let incident: Incident
  let good: string
  beforeEach(async () => {
    project = await shop.project()
    good = await shop.mainVersion(project)
    await shop.deployment(project, good)
    shop.service.version = good
  })
  const firstTask = async () => {
    const [task] = await shop.openTasks(incident.id)
    if (!task) throw new Error('no task')
    return task
  }

  test('right behind the restart: whoever goes on finds the service well, and does not restart it again', async () => {
    shop.service.state = 'down'
    incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    shop.service.dies = KILLED
    await expect(shop.work(await firstTask())).rejects.toBe(KILLED)
    expect((await shop.incident(incident.id)).state).toBe('open')
    expect(await shop.work(await firstTask())).toEqual({ outcome: 'repaired', steps: 'restart_service' })
    expect(shop.service.asked).toEqual(['restart'])
    expect(await shop.story(incident.id)).toEqual([
      'started 1',
      'step proposed',
      'step restart_service',
      'ended repaired',
    ])
  })

  test('right behind the redeployment: the same version is deployed once more, and counts once', async () => {
    await shop.deployment(project, 'broken1')
    Object.assign(shop.service, { state: 'crash-looping', version: 'broken1', broken: new Set(['broken1']) })
    incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    await shop.workAll(incident.id)
    await shop.decide(incident.id, 'approve', olga)
    shop.service.dies = KILLED
    await expect(shop.work(await firstTask())).rejects.toBe(KILLED)
    shop.service.state = 'down'
    expect(await shop.work(await firstTask())).toMatchObject({ outcome: 'repaired' })
    expect(shop.service.asked).toEqual([`deploy ${good}`, `deploy ${good}`])
    const rows = await shop.db.select().from(deployments).where(eq(deployments.projectId, project.id))
    expect(rows.map(({ version, state }) => `${version} ${state}`).sort()).toEqual(
      ['broken1 rolled_back', `${good} healthy`].sort(),
    )
  })

  test('right behind the end: nothing is ended, told or begun twice', async () => {
    shop.service.state = 'down'
    incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    const task = await firstTask()
    await shop.work(task)
    await shop.db.update(tasks).set({ state: 'routed' }).where(eq(tasks.id, task.id))
    expect(await shop.work(task)).toEqual({ outcome: 'over' })
    expect(await shop.told(incident.id)).toEqual(['recovery-ended-repaired'])
    expect((await shop.story(incident.id)).filter((line) => line.startsWith('ended'))).toEqual([
      'ended repaired',
    ])
  })

  test('right behind a repair that did not help: only the attempt that follows goes on', async () => {
    Object.assign(shop.service, { state: 'down', broken: new Set([good]) })
    incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    const task = await firstTask()
    expect(await shop.work(task)).toMatchObject({ outcome: 'failed' })
    expect(await shop.work(task)).toEqual({ outcome: 'over' })
    expect(shop.service.asked).toEqual(['restart'])
    expect(await shop.openTasks(incident.id)).toHaveLength(1)
    expect(await shop.told(incident.id)).toEqual(['recovery-goes-on'])
  })

  test('right behind the question: the same question is found again', async () => {
    shop.service.state = 'stopped'
    incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    const task = await firstTask()
    await shop.work(task)
    await shop.db.update(tasks).set({ state: 'routed' }).where(eq(tasks.id, task.id))
    const [again] = await shop.openTasks(incident.id)
    if (again) await shop.work(again)
    expect(await shop.questions(incident.id)).toHaveLength(1)
  })

  test.each([1, 2, 3])(
    'before writing number %i of a restart: it comes out as if nobody had died',
    async (diesAt) => {
      shop.service.state = 'down'
      incident = await shop.breaks(project)
      await shop.fix(incident.id, olga)
      await expect(shop.work(await firstTask(), { diesAt })).rejects.toMatchObject({ message: 'killed' })
      expect(await shop.workAll(incident.id)).toEqual([{ outcome: 'repaired', steps: 'restart_service' }])
      expect(shop.service.asked).toEqual(['restart'])
      expect(await shop.story(incident.id)).toEqual([
        'started 1',
        'step proposed',
        'step restart_service',
        'ended repaired',
      ])
      expect(await shop.told(incident.id)).toEqual(['recovery-ended-repaired'])
    },
  )

  test.each([1, 2])('before writing number %i of a question: one question is asked', async (diesAt) => {
    shop.service.state = 'stopped'
    incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    await expect(shop.work(await firstTask(), { diesAt })).rejects.toMatchObject({ message: 'killed' })
    await shop.workAll(incident.id)
    expect(await shop.questions(incident.id)).toHaveLength(1)
    expect(shop.service.asked).toEqual([])
  })

  test.each([1, 2, 3])(
    'before writing number %i of a redeployment: what runs and what is written down agree',
    async (diesAt) => {
      await shop.deployment(project, 'broken1')
      Object.assign(shop.service, {
        state: 'crash-looping',
        version: 'broken1',
        broken: new Set(['broken1']),
      })
      incident = await shop.breaks(project)
      await shop.fix(incident.id, olga)
      await shop.workAll(incident.id)
      await shop.decide(incident.id, 'approve', olga)
      await expect(shop.work(await firstTask(), { diesAt })).rejects.toMatchObject({ message: 'killed' })
      expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'repaired' }])
      expect(await currentDeployment(shop.db, project.id)).toMatchObject({ version: good })
      expect(shop.service.version).toBe(good)
      expect((await shop.incident(incident.id)).state).toBe('resolved')
    },
  )

  test('for good: the attempt has broken off, the chat is told, and another can be begun', async () => {
    shop.service.state = 'down'
    incident = await shop.breaks(project)
    await shop.fix(incident.id, olga)
    expect(await settleRecoveries(shop.db, new Date())).toEqual([])
    await shop.db
      .update(tasks)
      .set({ state: 'failed' })
      .where(eq(tasks.id, (await firstTask()).id))
    await settleRecoveries(shop.db, new Date())
    await settleRecoveries(shop.db, new Date())
    expect(await shop.told(incident.id)).toEqual(['recovery-ended-broke'])
    expect(await shop.fix(incident.id, olga)).toMatchObject({ started: true })
    expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'repaired' }])
  })
})

describe('a repository that is gone', () => {
  const removeRepository = (project: Project) =>
    rm(join(shop.folder.path, 'forge', `${project.repository}.git`), { recursive: true })

  test('is made anew from a work tree that is left, once a person who was told what is lost agreed', async () => {
    const project = await shop.project()
    const runId = await shop.deployment(project, await shop.mainVersion(project))
    const repository = { kind: 'local', name: project.repository ?? '' } as const
    const before = await shop.mainVersion(project)
    await shop.deps.forge.checkout({
      repository,
      branch: 'run/1',
      dir: join(shop.folder.path, 'work', runId),
    })
    await removeRepository(project)
    const incident = await shop.breaks(project, 'repo_missing')
    await shop.fix(incident.id, olga)
    await shop.workAll(incident.id)
    const [question] = await shop.questions(incident.id)
    expect(question?.request.facts).toMatchObject({
      steps: [{ do: 'recreate_repository' }],
      remains: { kind: 'work_tree', at: expect.any(String) },
    })
    await shop.decide(incident.id, 'approve', olga)
    expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'repaired' }])
    expect(await shop.mainVersion(project)).toBe(before)
    expect((await shop.incident(incident.id)).state).toBe('resolved')
  })

  test('of which nothing is left cannot be made, and that is said', async () => {
    const project = await shop.project('v1')
    await removeRepository(project)
    const incident = await shop.breaks(project, 'repo_missing')
    await shop.fix(incident.id, olga)
    expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'nothing' }])
    expect(await shop.told(incident.id)).toEqual(['recovery-ended-nothing'])
    expect((await shop.incident(incident.id)).state).toBe('open')
  })
})

describe('a server that does not answer', () => {
  const serverDown = async (status: ServerStatus) => {
    const [server] = await shop.db
      .insert(servers)
      .values({
        name: randomUUID(),
        source: 'inventory',
        externalId: randomUUID(),
        address: '192.0.2.1',
        status,
      })
      .returning()
    const incident = await shop.breaks(undefined, 'server_down', server?.id)
    await shop.db.transaction((tx) =>
      startRecovery(tx, {
        incidentId: incident.id,
        by: { person: boris, surface: 'telegram' },
        conversationId: shop.conversationId,
        now: new Date(),
      }),
    )
    return { server, incident }
  }
  const statusOf = async (id = '') =>
    (await shop.db.select().from(servers).where(eq(servers.id, id)))[0]?.status

  test('waits to be prepared anew once a person agreed; the incident stays until it answers', async () => {
    const { server, incident } = await serverDown('unreachable')
    await shop.workAll(incident.id)
    expect(await statusOf(server?.id)).toBe('unreachable')
    expect(await shop.decide(incident.id, 'approve', boris)).toBe('decided')
    const [task] = await shop.openTasks(incident.id)
    if (!task) throw new Error('no task')
    // The move is made, the end is not written down.
    await expect(shop.work(task, { diesAt: 3 })).rejects.toThrow('killed')
    expect(await shop.workAll(incident.id)).toEqual([
      { outcome: 'handed_over', steps: 'mark_server_for_provisioning' },
    ])
    expect(await statusOf(server?.id)).toBe('discovered')
    expect((await shop.incident(incident.id)).state).toBe('open')
  })

  test.each(['maintenance', 'provisioning', 'discovered'] as const)(
    'is left alone while it is in %s',
    async (status) => {
      const { server, incident } = await serverDown(status)
      expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'nothing' }])
      expect(await statusOf(server?.id)).toBe(status)
    },
  )
})

test('what has to be asked, and belongs to no chat, is not done', async () => {
  const [server] = await shop.db
    .insert(servers)
    .values({
      name: randomUUID(),
      source: 'inventory',
      externalId: randomUUID(),
      address: '',
      status: 'error',
    })
    .returning()
  const incident = await shop.breaks(undefined, 'server_down', server?.id)
  await shop.fix(incident.id, 'system')
  expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'nobody_to_ask' }])
  expect((await shop.incident(incident.id)).state).toBe('open')
})

test('what only a person can judge is not called resolved', async () => {
  const project = await shop.project('v2')
  shop.service.state = 'down'
  const incident = await shop.breaks(project, 'manual')
  await shop.fix(incident.id, olga)
  expect(await shop.workAll(incident.id)).toEqual([{ outcome: 'unsure', steps: 'restart_service' }])
  expect((await shop.incident(incident.id)).state).toBe('open')
})

test('an incident about nothing that can be repaired is left to people', async () => {
  const incident = await shop.breaks(undefined, 'delivery_failing')
  await shop.fix(incident.id, boris)
  expect(await shop.workAll(incident.id)).toMatchObject([{ outcome: 'nothing' }])
})
