import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approvals, outbox, runs } from '../../../src/db/schema/index.ts'
import { type ChatHouse, openChatHouse } from './chat-house.ts'

let house: ChatHouse
beforeAll(async () => {
  house = await openChatHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const questionsAbout = (projectId: string) =>
  house.base.db.select().from(approvals).where(eq(approvals.projectId, projectId))

describe('deleting a project', () => {
  test('is asked by the card that /delete asks by, and again by the same one', async () => {
    const { ann, project } = house
    const turnId = randomUUID()
    const say = 'Nothing is deleted before the button is pressed.'
    expect(await house.calls(ann, 'delete_project', { project: project.name }, { turnId })).toContain(say)
    expect(await house.calls(ann, 'delete_project', { project: project.name }, { turnId })).toContain(say)
    expect(await house.calls(ann, 'delete_project', { project: project.name })).toContain(say)
    const questions = await questionsAbout(project.id)
    expect(questions).toHaveLength(1)
    expect(questions[0]).toMatchObject({
      state: 'open',
      requestedBy: ann.id,
      request: { kind: 'delete_project', risk: 'high', facts: { project: project.name } },
    })
    const cards = await house.base.db
      .select()
      .from(outbox)
      .where(eq(outbox.conversationId, house.conversation.id))
    expect(cards.map(({ content }) => content)).toEqual(
      [1, 2].map(() => ({ type: 'view', view: 'approval', args: { id: questions[0]?.id } })),
    )
  })

  test('is not even asked for somebody who may not', async () => {
    const project = await house.createsProject(house.ann)
    const operator = await house.joins('Op', 'operator')
    expect(await house.calls(operator, 'delete_project', { project: project.name })).toBe(
      'error: operator may not project.delete',
    )
    expect(await questionsAbout(project.id)).toEqual([])
  })
})

describe('starting work', () => {
  const intent = (project: string, over = {}) => ({
    intent: 'new_project',
    project,
    title: 'Blog',
    request: 'a blog',
    ...over,
  })

  test('again in the same turn, after a crash, finds the run that was begun', async () => {
    const turnId = randomUUID()
    const name = `blog-${turnId.slice(0, 8)}`
    await house.calls(house.ann, 'create_project_intent', intent(name), { turnId })
    expect(await house.calls(house.ann, 'create_project_intent', intent(name), { turnId })).toMatch(
      /^Started/,
    )
    expect(
      await house.base.db
        .select()
        .from(runs)
        .where(eq(runs.originKey, `${turnId}:call`)),
    ).toHaveLength(1)
  })

  test('is refused to who may only look, and to who has nothing to do with the project', async () => {
    const guest = await house.joins('Guest', 'viewer')
    expect(await house.calls(guest, 'create_project_intent', intent('blog'))).toBe(
      'error: viewer may not project.create',
    )
    const member = await house.joins('Other', 'member')
    const change = intent(house.project.name, { intent: 'update_project' })
    expect(await house.calls(member, 'create_project_intent', change)).toBe(
      'error: member may not project.change',
    )
  })
})
