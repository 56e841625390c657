import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { approvalAction } from '../../src/bots/action-ids.ts'
import { approvals, auditEntries, tasks, users } from '../../src/db/schema/index.ts'
import { type Agent, findAgent } from '../../src/domain/agents/agents.ts'
import { createAgent } from '../../src/domain/agents/change-agent.ts'
import { type Approval, findApproval } from '../../src/domain/approvals/approvals.ts'
import { findSaid } from '../../src/domain/conversations/outbox.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { applyAgentDeletion } from '../../src/jobs/delete-agent.ts'
import { cardOf, createDesk, type Desk } from '../bots/desk.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let base: TestDatabase
let desk: Desk
let serial = 0
let anna: Person
let planner: Agent

beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())
beforeEach(async () => {
  serial += 1
  desk = createDesk(base.db)
  anna = await desk.person(`anna${serial}`, 'admin')
  planner = await base.db.transaction((tx) =>
    createAgent(
      tx,
      {
        name: `Planner${serial}`,
        config: {
          model: '',
          temperature: 0,
          system_prompt: 'You plan.',
          metadata: { role: 'custom', capabilities: [], cost_per_call: 0 },
        },
      },
      { person: anna, surface: 'telegram', now: desk.clock.now() },
    ),
  )
})

const asks = () => desk.command(anna.name, `/agent delete ${planner.name}`)
const question = async (): Promise<Approval> => {
  const rows = await base.db.select().from(approvals)
  const row = rows.find(({ request }) => request.facts.agentId === planner.id)
  if (!row) throw new Error('nobody was asked')
  return row
}
const apply = async ({ id }: Approval) => {
  const approval = await findApproval(base.db, id)
  if (!approval) throw new Error('no approval')
  const woken: string[] = []
  const wake = { deliver: async (one: string) => void woken.push(one) }
  await applyAgentDeletion({ db: base.db, clock: desk.clock, wake }, approval)
  const said = await findSaid(base.db, `approval:${id}:deleted`)
  return { woken, said: said && (await desk.draw(said)).markdown }
}
const work = () =>
  base.db
    .insert(tasks)
    .values({
      originKey: `t${serial}`,
      workType: 'answer',
      agentType: 'research',
      title: 'A question',
      input: {},
      agentId: planner.id,
      timeoutMs: 1_000,
    })
    .returning()

test('is asked by a card, once, and done when somebody who may has approved it', async () => {
  const card = cardOf(await asks())
  expect(card).toMatchObject({ title: `Delete the agent ${planner.name}?`, tone: 'danger' })
  expect(card.buttons?.flat().map(({ label }) => label)).toEqual(['Delete', 'Keep'])
  expect(cardOf(await asks()).footer).toBe(card.footer)
  expect(await findAgent(base.db, planner.id)).toBeDefined()

  const approval = await question()
  const max = await desk.person(`max${serial}`, 'operator')
  expect((await desk.press(max.name, approvalAction('approve', approval.id)))?.markdown).toBe(
    'Only admins and owners may decide this.',
  )
  expect((await desk.press(anna.name, approvalAction('approve', approval.id)))?.markdown).toBe(
    'It will be deleted now.',
  )
  const { said, woken } = await apply(approval)
  expect(said).toBe(`The agent ${planner.name} is deleted.`)
  expect(woken).toEqual([approval.conversationId])
  expect(await findAgent(base.db, planner.id)).toBeUndefined()
  const audit = await base.db.select().from(auditEntries).where(eq(auditEntries.subject, planner.name))
  expect(audit.map(({ action, actor }) => [action, actor])).toContainEqual(['agent.delete', anna.name])
  expect((await apply(approval)).said).toBe(said)
})

test('is refused with the reason while work runs on it', async () => {
  await work()
  expect((await asks())?.markdown).toMatch(/is at work, so it stays: 1 open task, no run under way/)
  await expect(question()).rejects.toThrow('nobody was asked')
})

test('is not done when work began while the card was open, and says so', async () => {
  await asks()
  const approval = await question()
  await desk.press(anna.name, approvalAction('approve', approval.id))
  await work()
  expect((await apply(approval)).said).toMatch(/is at work, so it stays/)
  expect(await findAgent(base.db, planner.id)).toBeDefined()
})

test('is not done for somebody who has lost the right since', async () => {
  await asks()
  const approval = await question()
  await desk.press(anna.name, approvalAction('approve', approval.id))
  await base.db.update(users).set({ role: 'member' }).where(eq(users.id, anna.id))
  expect((await apply(approval)).said).toBe('Only admins and owners may do that.')
  expect(await findAgent(base.db, planner.id)).toBeDefined()
})
