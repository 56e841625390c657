import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pageAction } from '../../../src/bots/action-ids.ts'
import { agentRegistry, auditEntries, outbox, routingDecisions, tasks } from '../../../src/db/schema/index.ts'
import type { WorkerType, WorkType } from '../../../src/db/shapes/task.ts'
import { beginDecision, finishDecision } from '../../../src/domain/routing/decisions.ts'
import { registerWorkers } from '../../../src/domain/routing/registry.ts'
import { type Decision, routeTask } from '../../../src/domain/routing/route-task.ts'
import { createTask } from '../../../src/domain/tasks/tasks.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { cardOf, createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let anna: Person
let vera: Person
let conversationId: string

beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
  anna = await desk.person('anna', 'admin')
  vera = await desk.person('vera', 'viewer')
  conversationId = (await desk.project(anna, 'shop')).conversationId
})
afterAll(() => base.close())
beforeEach(async () => {
  await base.db.delete(routingDecisions)
  await base.db.delete(tasks)
  await base.db.delete(agentRegistry)
})

const t = (key: string, args?: Record<string, string | number>) => desk.t('en', key, args)
const says = (line: string, who = anna) => desk.command(who.name, line)
const register = (host: string, agentType: WorkerType, capabilities: WorkType[]) =>
  registerWorkers(base.db, {
    processId: `process of ${host}`,
    host,
    specs: [{ agentType, poolName: 'default', capabilities, specializations: [], concurrencyLimit: 40 }],
  })
const routed = async (workType: WorkType = 'answer'): Promise<{ number: number; decision: Decision }> => {
  const { task } = await createTask(base.db, {
    originKey: randomUUID(),
    workType,
    title: 'How does it count?',
    input: {},
    conversationId,
    timeoutMs: 60_000,
  })
  return { number: task.number, decision: await routeTask(base.db, task, 1) }
}
const lastRow = async () => (await base.db.select().from(outbox).orderBy(outbox.seq)).at(-1)

describe('/why', () => {
  test('shows the scores of all that could have done what was last asked for here', async () => {
    await register('build-1', 'research', ['answer'])
    await register('build-2', 'research', ['answer'])
    const { number, decision } = await routed()
    const card = cardOf(await says('/why'))
    expect(card.title).toBe(t('why-title', { worker: decision.selectedAgentName, number: String(number) }))
    expect(card.body).toContain('| build-1.research | 30 | 20 | 0 | 0 | 10 |')
    expect(card.body).toContain('| build-2.research | 30 | 20 | 0 | 0 | 10 |')
    // Decided by nobody but the router: it is the same for everybody who may look.
    expect(cardOf(await says(`/why ${number}`, vera)).title).toBe(card.title)
    expect(cardOf(await says(`/why #${number}`)).title).toBe(card.title)
  })

  test('knows when there is nothing to tell', async () => {
    expect((await says('/why'))?.markdown).toBe(t('why-none'))
    expect((await says('/why 999'))?.markdown).toBe(t('why-task-unknown', { number: '999' }))
    for (const line of ['/why something', '/why 1 2', '/why 12345678901234'])
      expect((await says(line))?.markdown).toContain('/why 12')
  })

  test('of a task that waits says so', async () => {
    const { task } = await createTask(base.db, {
      originKey: randomUUID(),
      workType: 'answer',
      title: 'x',
      input: {},
      timeoutMs: 1,
    })
    const number = String(task.number)
    expect((await says(`/why ${number}`))?.markdown).toBe(t('why-task-waits', { number }))
  })
})

describe('/decisions', () => {
  test('lists the newest first, all or those about a worker or a kind of work', async () => {
    await register('build-1', 'research', ['answer'])
    await register('build-1', 'code', ['implement'])
    const first = await routed('answer')
    const second = await routed('implement')
    const lines = cardOf(await says('/decisions')).body?.split('\n') ?? []
    expect(lines[0]).toContain(t('decision-task', { number: String(second.number) }))
    expect(lines[1]).toContain(t('decision-task', { number: String(first.number) }))

    for (const filter of ['answer', 'build-1.research']) {
      const card = cardOf(await says(`/decisions ${filter}`))
      expect(card.title).toBe(t('decisions-title-of', { filter }))
      expect(card.body?.split('\n')).toHaveLength(1)
      expect(card.body).toContain(t('decision-task', { number: String(first.number) }))
    }
    expect(cardOf(await says('/decisions plan-work')).body).toBe(t('decisions-none'))
    // What stands in the list is what people type.
    for (const word of ['implement', 'coding', 'Разработка']) {
      const card = cardOf(await says(`/decisions ${word}`))
      expect(card.title).toBe(t('decisions-title-of', { filter: 'coding' }))
      expect(card.body).toContain(t('decision-task', { number: String(second.number) }))
    }
  })

  test('of an agent are those of the project that is talked about', async () => {
    const card = cardOf(await says('/decisions ask'))
    expect(card.title).toBe(t('decisions-title-of', { filter: 'shop/Ask' }))
    expect(card.body).toBe(t('decisions-none'))
  })

  test('of nobody known tell what there is', async () => {
    expect((await says('/decisions zzyzx'))?.markdown).toMatch(/zzyzx.*planning, coding/s)
    expect((await says('/decisions a b c'))?.markdown).toContain('/decisions answer 2')
  })

  test('come in pages that turn in place and stay about the same', async () => {
    await register('build-1', 'research', ['answer'])
    const { decision } = await routed()
    for (let i = 0; i < 11; i++) {
      await beginDecision(base.db, decision.id, 'process of build-1')
      await finishDecision(base.db, decision.id, { outcome: 'succeeded', result: {}, durationMs: 1 })
      await routed()
    }
    const card = cardOf(await says('/decisions answer'))
    expect(card.body?.split('\n')).toHaveLength(10)
    const shown = await lastRow()
    await base.db
      .update(outbox)
      .set({ state: 'delivered', parts: [{ ref: 'list', hash: '' }] })
      .where(eq(outbox.id, shown?.id ?? ''))
    const next = card.buttons?.flat().at(-1)?.action ?? ''
    expect(next).toBe(pageAction('decisions', 2, 'answer'))
    await desk.press('anna', next, { messageRef: 'list' })
    const [turned] = await base.db
      .select()
      .from(outbox)
      .where(eq(outbox.id, shown?.id ?? ''))
    expect(turned?.content).toMatchObject({ args: { filter: 'answer', page: 2 } })
    if (turned) expect(cardOf(await desk.draw(turned)).body?.split('\n')).toHaveLength(2)
  })
})

describe('/workers and /worker', () => {
  test('show who is there, what they can do and what they have in hand', async () => {
    await register('build-1', 'research', ['answer', 'plan_work'])
    await routed()
    const card = cardOf(await says('/workers', vera))
    expect(card.body).toContain(
      `${t('worker-status-online')} · ${t('worker-heartbeat', { age: '' }).split(' ago')[0]}`,
    )
    expect(card.body).toContain(t('worker-load', { load: t('worker-load-of', { load: 1, limit: 40 }) }))
    expect(card.body).toContain(`${t('work-answer')}, ${t('work-plan-work')}`)

    const one = cardOf(await says('/worker build-1.research', vera))
    expect(one.title).toBe('build-1.research')
    expect(one.buttons?.flat().map(({ label }) => label)).toEqual([t('button-decisions')])
  })

  test('a worker that is drained gets nothing new, until it is resumed', async () => {
    await register('build-1', 'research', ['answer'])
    await register('build-2', 'research', ['answer'])
    const drain = cardOf(await says('/worker build-1.research'))
      .buttons?.flat()
      .find(({ label }) => label === t('button-drain'))
    expect((await desk.press('anna', drain?.action ?? ''))?.markdown).toBe(
      t('worker-drained', { name: 'build-1.research' }),
    )
    for (let i = 0; i < 3; i++) expect((await routed()).decision.selectedAgentName).toBe('build-2.research')
    expect(cardOf(await says('/worker build-1.research')).fields?.[0]?.value).toBe(
      t('worker-status-draining'),
    )

    expect((await says('/worker resume build-1.research'))?.markdown).toBe(
      t('worker-resumed', { name: 'build-1.research' }),
    )
    expect((await routed()).decision.selectedAgentName).toBe('build-1.research')
    const audit = await base.db.select().from(auditEntries).where(sql`${auditEntries.action} like 'worker.%'`)
    expect(audit.map(({ action, actor, surface }) => `${actor} ${action} ${surface}`)).toEqual([
      'anna worker.drain telegram',
      'anna worker.resume telegram',
    ])
  })

  test('draining the last of its type warns', async () => {
    await register('build-1', 'research', ['answer'])
    expect((await says('/worker drain build-1.research'))?.markdown).toBe(
      t('worker-drained-last', { name: 'build-1.research', type: 'research' }),
    )
  })

  test('the cards that stand in a chat change with it', async () => {
    await register('build-1', 'research', ['answer'])
    await says('/worker build-1.research')
    const card = await lastRow()
    await says('/worker drain build-1.research')
    const [after] = await base.db
      .select()
      .from(outbox)
      .where(eq(outbox.id, card?.id ?? ''))
    expect(after?.version).toBe(2)
    expect(desk.woken).toContain(`deliver ${card?.conversationId}`)
  })

  test('nobody but admins drains, and nobody drains who is not there', async () => {
    await register('build-1', 'research', ['answer'])
    expect((await says('/worker drain build-1.research', vera))?.markdown).toMatch(/admin/)
    expect((await says('/worker drain nobody'))?.markdown).toBe(
      t('error-worker-not-found', { name: 'nobody' }),
    )
    expect((await says('/worker nobody'))?.markdown).toBe(t('error-worker-not-found', { name: 'nobody' }))
    expect((await says('/worker kill build-1.research'))?.markdown).toContain('/worker drain build-1.code')
    const [worker] = await base.db.select().from(agentRegistry)
    expect(worker?.draining).toBe(false)
  })
})
