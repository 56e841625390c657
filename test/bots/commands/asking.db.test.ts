import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { agents, outbox, tasks } from '../../../src/db/schema/index.ts'
import { seedAgents } from '../../../src/domain/agents/seed.ts'
import { answerInput } from '../../../src/domain/asking/ask-agent.ts'
import { beginDecision, finishDecision } from '../../../src/domain/routing/decisions.ts'
import { registerWorkers } from '../../../src/domain/routing/registry.ts'
import { routeTask } from '../../../src/domain/routing/route-task.ts'
import { requireTask, type Task } from '../../../src/domain/tasks/tasks.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { cardOf, createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let anna: Person
let serial = 0

beforeAll(async () => {
  base = await createTestDatabase()
  await seedAgents(base.db, agentSeeds())
  await registerWorkers(base.db, {
    processId: 'p1',
    host: 'build-1',
    specs: [
      {
        agentType: 'research',
        poolName: 'default',
        capabilities: ['answer'],
        specializations: [],
        concurrencyLimit: null,
      },
    ],
  })
})
afterAll(() => base.close())
beforeEach(async () => {
  serial += 1
  desk = createDesk(base.db)
  anna = await desk.person(`anna${serial}`, 'member')
})

const t = (key: string, args?: Record<string, string | number>) => desk.t('en', key, args)
const says = (line: string, options?: Parameters<Desk['command']>[2]) =>
  desk.command(anna.name, line, options)
const asked = (): Promise<Task[]> =>
  base.db.select().from(tasks).where(eq(tasks.requestedBy, anna.id)).orderBy(tasks.number)
const lastAsked = async (): Promise<Task> => {
  const task = (await asked()).at(-1)
  if (!task) throw new Error('nothing was asked')
  return task
}
const named = async (name: string, projectId: string) => {
  const found = await base.db.query.agents.findFirst({
    where: (table, { and, eq: is }) => and(is(table.name, name), is(table.projectId, projectId)),
  })
  if (!found) throw new Error(`no ${name}`)
  return found
}
/** A worker answers, and the message is drawn anew. */
const answered = async (markdown: string) => {
  const task = await lastAsked()
  const { id } = await routeTask(base.db, task, 1)
  await beginDecision(base.db, id, 'p1')
  await finishDecision(base.db, id, { outcome: 'succeeded', result: { markdown }, durationMs: 5 })
  const [row] = await base.db
    .select()
    .from(outbox)
    .where(eq(outbox.key, `cmd:${task.originKey.replace('ask:', '')}`))
  if (!row) throw new Error('no message')
  return { row, card: cardOf(await desk.draw(row)), task: await requireTask(base.db, task.id) }
}
/** The message is on the platform under this reference. */
const delivered = (id: string, ref: string) =>
  base.db
    .update(outbox)
    .set({ state: 'delivered', parts: [{ ref, hash: '' }] })
    .where(eq(outbox.id, id))

describe('/ask', () => {
  test('shows at once who looks into it, and the answer in the same message', async () => {
    const { project } = await desk.project(anna, `shop-${serial}`)
    const waiting = cardOf(await says('/ask architect: why is it one file?'))
    expect(waiting).toMatchObject({ title: t('answer-working', { agent: 'Architect' }), tone: 'progress' })
    const task = await lastAsked()
    expect(task).toMatchObject({
      workType: 'answer',
      projectId: project.id,
      agentId: (await named('Architect', project.id)).id,
      agentReason: 'addressed',
    })
    expect(answerInput.parse(task.input)).toMatchObject({ question: 'why is it one file?', asked: 'direct' })
    expect(desk.woken).toContain(`dispatch ${task.id}`)

    const { card, row } = await answered('Because it is **small**.')
    expect(row.version).toBe(2)
    expect(card).toMatchObject({
      title: `Architect · shop-${serial}`,
      tone: 'neutral',
      body: 'Because it is **small**.',
    })
    expect(card.footer).toContain(t('answer-asked'))
    expect(card.footer).toContain('build-1.research')
    expect(card.footer).toContain(`/why ${task.number}`)
  })

  test('without a name leaves it to the orchestrator', async () => {
    await desk.project(anna, `shop-${serial}`)
    expect(cardOf(await says('/ask why is it one file?')).title).toBe(t('answer-choosing'))
    expect(await lastAsked()).toMatchObject({ agentId: null, agentName: null })
  })

  test('names nobody: a suggestion, and who there is', async () => {
    await desk.project(anna, `shop-${serial}`)
    const near = await says('/ask Architekt: why?')
    expect(near?.markdown).toMatch(/“Architekt”.*Architect.*Ask, CodeAssistant, Debug/s)
    const far = await says('/ask @Zzyzx why?')
    expect(far?.markdown).toContain(t('ask-agent-unknown', { name: 'Zzyzx', names: '' }).split('”')[0])
    expect(await asked()).toEqual([])
  })

  test('an agent that is switched off is said to be', async () => {
    const { project } = await desk.project(anna, `shop-${serial}`)
    await base.db
      .update(agents)
      .set({ isActive: false })
      .where(eq(agents.id, (await named('Debug', project.id)).id))
    expect((await says('/ask Debug: what failed?'))?.markdown).toBe(t('ask-agent-off', { name: 'Debug' }))
    expect(await asked()).toEqual([])
  })

  test('without a question tells how to ask', async () => {
    for (const line of ['/ask', '/ask Architect:', '/ask @Architect'])
      expect((await says(line))?.markdown).toContain('/ask Architect: why is it one file?')
  })

  test('a viewer may not ask', async () => {
    const vera = await desk.person(`vera${serial}`, 'viewer')
    expect((await desk.command(vera.name, '/ask how?'))?.markdown).toMatch(/only watch/)
  })

  test('is answered in the language of the question, and so is its card', async () => {
    const card = cardOf(await says('/ask Architect: почему это один файл?'))
    expect(card.title).toBe(desk.t('ru', 'answer-working', { agent: 'Architect' }))
    expect(answerInput.parse((await lastAsked()).input).lang).toBe('ru')
  })

  test('a redelivered question is one question', async () => {
    const row = await desk.write(anna.name, { kind: 'command', name: 'ask', args: 'how?' })
    await desk.router.handle(row)
    await desk.router.handle(row)
    expect(await asked()).toHaveLength(1)
    expect(await desk.answersTo(row)).toHaveLength(1)
  })
})

describe('which project is meant', () => {
  test('the one named before the agent, wherever it is', async () => {
    const boris = await desk.person(`boris${serial}`, 'member')
    const { project } = await desk.project(boris, `far-${serial}`)
    await says(`/ask @far-${serial}/Architect why?`)
    expect(await lastAsked()).toMatchObject({ projectId: project.id, agentName: 'Architect' })
    expect((await says('/ask @nowhere/Architect why?'))?.markdown).toContain('nowhere')
  })

  test('the one named in the question', async () => {
    const boris = await desk.person(`boris${serial}`, 'member')
    const { project } = await desk.project(boris, `far-${serial}`)
    await desk.project(anna, `near-${serial}`)
    await says(`/ask how does far-${serial} count?`)
    expect((await lastAsked()).projectId).toBe(project.id)
  })

  test('the one this chat last worked on', async () => {
    await desk.project(anna, `older-${serial}`)
    const { project } = await desk.project(anna, `newer-${serial}`)
    await says('/ask how does it count?')
    expect((await lastAsked()).projectId).toBe(project.id)
  })

  test('none: the system’s agents', async () => {
    await says('/ask Architect: what do you do?')
    const task = await lastAsked()
    expect(task.projectId).toBeNull()
    const agent = await base.db.query.agents.findFirst({
      where: (table, { eq: is }) => is(table.id, task.agentId ?? ''),
    })
    expect(agent).toMatchObject({ name: 'Architect', projectId: null })
  })

  test('that of the message replied to', async () => {
    const { project } = await desk.project(anna, `first-${serial}`)
    await desk.project(anna, `second-${serial}`)
    await says(`/project first-${serial}`)
    const [row] = await base.db
      .select()
      .from(outbox)
      .orderBy(outbox.seq)
      .then((rows) => rows.slice(-1))
    await delivered(row?.id ?? '', 'ref-1')
    const question = await desk.write(anna.name, {
      kind: 'command',
      name: 'ask',
      args: 'how?',
      replyTo: 'ref-1',
    })
    await desk.router.handle(question)
    expect((await lastAsked()).projectId).toBe(project.id)
  })
})

describe('a message', () => {
  const takes = async (text: string, more: { replyTo?: string } = {}) =>
    desk.router.takeQuestion(await desk.write(anna.name, { kind: 'text', text, ...more }), anna)

  test('that begins with @Name goes to that agent', async () => {
    const { project } = await desk.project(anna, `shop-${serial}`)
    expect(await takes('@aSK, how does it count?')).toBe(true)
    expect(await lastAsked()).toMatchObject({
      agentId: (await named('Ask', project.id)).id,
      title: 'how does it count?',
    })
    expect(await takes(`@shop-${serial}/Debug what failed?`)).toBe(true)
    expect(await lastAsked()).toMatchObject({ agentName: 'Debug' })
  })

  test.each([
    '@nobody what do you think?',
    '@nowhere/Architect hello',
    'ask @Architect why',
    'create a guestbook',
  ])('that names no agent is talk: %s', async (text) => {
    expect(await takes(text)).toBe(false)
    expect(await asked()).toEqual([])
  })

  test('of a viewer to an agent is refused, not given to somebody else', async () => {
    const vera = await desk.person(`vera${serial}`, 'viewer')
    const row = await desk.write(vera.name, { kind: 'text', text: '@Architect why?' })
    expect(await desk.router.takeQuestion(row, vera)).toBe(true)
    const [answer] = await desk.answersTo(row)
    expect(answer?.content).toMatchObject({ type: 'notice', key: 'error-forbidden-role' })
  })

  test('that replies to an answer goes on with the same agent, whatever it begins with', async () => {
    const { project } = await desk.project(anna, `shop-${serial}`)
    await says('/ask Debug: what failed?')
    const { row, task } = await answered('Nothing.')
    await delivered(row.id, `answer-${serial}`)
    await desk.project(anna, `later-${serial}`)

    expect(await takes('note: I restarted it', { replyTo: `answer-${serial}` })).toBe(true)
    const followUp = await lastAsked()
    expect(followUp).toMatchObject({
      projectId: project.id,
      agentName: 'Debug',
      title: 'note: I restarted it',
    })
    expect(answerInput.parse(followUp.input).followUpOf).toBe(task.id)

    expect(await takes('@Architect and you?', { replyTo: `answer-${serial}` })).toBe(true)
    expect((await lastAsked()).agentName).toBe('Architect')
    expect(await takes('thanks', { replyTo: 'another message' })).toBe(false)
  })

  test('in a thread that hangs from an answer goes on with the same agent', async () => {
    await desk.project(anna, `shop-${serial}`)
    await desk.command(anna.name, `/ask shop-${serial}/Debug: what failed?`, { chat: `T${serial}:main` })
    const { row } = await answered('Nothing.')
    await delivered(row.id, `root-${serial}`)
    const reply = await desk.write(
      anna.name,
      { kind: 'text', text: 'and before?', replyTo: `root-${serial}` },
      { chat: `T${serial}:1700000000.0001` },
    )
    expect(await desk.router.takeQuestion(reply, anna)).toBe(true)
    expect(await lastAsked()).toMatchObject({ agentName: 'Debug', conversationId: reply.conversationId })
  })

  test('that was too long is answered, and said to be cut', async () => {
    const row = await desk.write(anna.name, { kind: 'text', text: '@Architect why?', omitted: 12 })
    await desk.router.takeQuestion(row, anna)
    const [cut] = await base.db
      .select()
      .from(outbox)
      .where(eq(outbox.key, `inbox:${row.id}:cut`))
    expect(cut?.content).toMatchObject({ key: 'text-cut', args: { omitted: 12 } })
  })
})
