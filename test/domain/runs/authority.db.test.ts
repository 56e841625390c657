import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { projects, runs } from '../../../src/db/schema/index.ts'
import type { ApprovalRequest } from '../../../src/db/shapes/approval.ts'
import { type Approval, findApproval, openApproval } from '../../../src/domain/approvals/approvals.ts'
import { decideApproval } from '../../../src/domain/approvals/decide.ts'
import { type Conversation, ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { moveProject } from '../../../src/domain/projects/lifecycle.ts'
import { createProject, type Project, requireProject } from '../../../src/domain/projects/projects.ts'
import { createRun } from '../../../src/domain/runs/runs.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import { disableUser } from '../../../src/domain/users/change-user.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import type { PoDeps, PoSession } from '../../../src/graph/session.ts'
import { chatTools } from '../../../src/graph/tools/registry.ts'
import { deleteProject } from '../../../src/jobs/delete-project.ts'
import type { RunWorkerDeps } from '../../../src/jobs/run.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let base: TestDatabase
let owner: Person
let ann: Person
let conversation: Conversation
let project: Project
const now = new Date('2030-01-01T12:00:00Z')
const wake = { turn: async () => {}, action: async () => {}, deliver: async () => {}, run: async () => {} }
const deps = { clock: systemClock, log: createLog({ level: 'silent' }) }

beforeAll(async () => {
  base = await createTestDatabase()
  const account = (name: string) => ({ platform: 'telegram', platformUserId: name, name })
  owner = await base.db.transaction((tx) => admit(tx, account('Owner'), 'owner'))
})
afterAll(() => base.close())
beforeEach(async () => {
  const name = `p${randomUUID().slice(0, 8).replace(/-/g, '')}`
  const { db } = base
  conversation = await ensureConversation(db, {
    key: `telegram:${name}`,
    platform: 'telegram',
    kind: 'private',
  })
  ann = await db.transaction((tx) =>
    admit(tx, { platform: 'telegram', platformUserId: name, name: 'Ann' }, 'member'),
  )
  project = await db.transaction((tx) =>
    createProject(
      tx,
      {
        name,
        title: name,
        description: '',
        ownerId: ann.id,
        conversationId: conversation.id,
      },
      agentSeeds().starterPack,
    ),
  )
})

const request = (kind: ApprovalRequest['kind'], allow: ApprovalRequest['allow']): ApprovalRequest => ({
  v: 1,
  kind,
  risk: 'low',
  allow,
  facts: { nonce: randomUUID() },
})
const run = async () =>
  (
    await base.db.transaction((tx) =>
      createRun(tx, {
        projectId: project.id,
        conversationId: conversation.id,
        requestedBy: ann.id,
        kind: 'update_project',
        request: 'a change',
        originKey: randomUUID(),
      }),
    )
  ).run
const ask = async (asked: ApprovalRequest, runId?: string): Promise<Approval> =>
  (
    await base.db.transaction((tx) =>
      openApproval(tx, {
        conversationId: conversation.id,
        requestedBy: ann.id,
        projectId: project.id,
        request: asked,
        now,
        ...(runId && { runId, threadId: `run:${runId}`, interruptId: randomUUID() }),
      }),
    )
  ).approval
const plan = () => request('plan', ['approve', 'change', 'reject', 'approve_all'])

test('“approve all” counts as long as the person who said it has access', async () => {
  const { id } = await run()
  const first = await ask(plan(), id)
  await decideApproval(base.db, { id: first.id, verb: 'approve_all', person: ann, surface: 'telegram', now })
  expect((await ask(plan(), id)).state).toBe('approved')
  await base.db.transaction((tx) => disableUser(tx, ann.id, { person: owner, surface: 'telegram', now }))
  expect((await ask(plan(), id)).state).toBe('open')
})

test('a project that lives on GitHub is watched over, and not changed', async () => {
  await base.db.update(projects).set({ forge: 'github' }).where(eq(projects.id, project.id))
  await expect(run()).rejects.toMatchObject({
    code: 'conflict',
    userMessage: { key: 'run-not-on-github', args: { name: project.name } },
  })
})

test('words about a plan change the plan, also while its project is asked to be deleted', async () => {
  await ask(request('delete_project', ['approve', 'reject']))
  const { id } = await run()
  const card = await ask(plan(), id)
  const session = {
    person: ann,
    platform: 'telegram',
    turnId: randomUUID(),
    conversationId: conversation.id,
    lease: { assertHeld: async () => {}, assertWanted: async () => {} },
  } as unknown as PoSession
  const tools = chatTools(
    { ...deps, db: base.db, wake: { ...wake, approval: async () => {} } } as unknown as PoDeps,
    session,
  )
  const revise = tools.find(({ name }) => name === 'revise_plan')
  await revise?.run(
    { project: project.name, change: 'with a page' },
    { key: 'one', signal: new AbortController().signal },
  )
  expect((await findApproval(base.db, card.id))?.state).toBe('changed')
})

test('nothing is begun for a project that was deleted', async () => {
  await base.db.transaction((tx) =>
    moveProject(tx, { projectId: project.id, to: 'archived', actor: 'system', reason: 'deleted' }),
  )
  await expect(run()).rejects.toMatchObject({ code: 'not_found' })
  expect(await base.db.select().from(runs).where(eq(runs.projectId, project.id))).toEqual([])
})

test('a run that is asked for while its project is taken down is stopped before the project is gone', async () => {
  const card = await ask(request('delete_project', ['approve', 'reject']))
  await decideApproval(base.db, { id: card.id, verb: 'approve', person: owner, surface: 'telegram', now })
  const decided = await findApproval(base.db, card.id)
  if (!decided) throw new Error('the card is there')
  let takenDown = 0
  const deployer = {
    remove: async () => {
      if (takenDown++ === 0) await run()
    },
  }
  const all = {
    ...{ ...deps, db: base.db, deployer, instanceId: 'test' },
    wake: { ...wake, approval: async () => {} },
  } as unknown as RunWorkerDeps

  await expect(deleteProject(all, decided)).rejects.toMatchObject({ code: 'conflict', retryable: true })
  expect((await requireProject(base.db, project.id)).status).toBe('draft')
  // The sweeper comes back.
  await deleteProject(all, decided)
  expect((await requireProject(base.db, project.id)).status).toBe('archived')
  const [stopped] = await base.db.select().from(runs).where(eq(runs.projectId, project.id))
  expect(stopped?.status).toBe('stopped')
})
