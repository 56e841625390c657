import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import { approvals, auditEntries, outbox, users } from '../../src/db/schema/index.ts'
import type { UserRole } from '../../src/db/schema/users.ts'
import type { ApprovalVerb } from '../../src/db/shapes/approval.ts'
import { type Approval, findApproval, unappliedApprovals } from '../../src/domain/approvals/approvals.ts'
import { decideApproval } from '../../src/domain/approvals/decide.ts'
import type { Project } from '../../src/domain/projects/projects.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { AppError } from '../../src/errors.ts'
import { createApprovalWorker } from '../../src/jobs/approval.ts'
import type { RunWorkerDeps } from '../../src/jobs/run.ts'
import { type ChatHouse, openChatHouse } from '../graph/tools/chat-house.ts'

let house: ChatHouse
let admin: Person
let member: Person
let project: Project
let apply: (id: string) => Promise<void>

beforeAll(async () => {
  house = await openChatHouse()
  apply = createApprovalWorker({ ...house.deps, instanceId: 'test' } as unknown as RunWorkerDeps)
})
afterAll(() => house[Symbol.asyncDispose]())
beforeEach(async () => {
  admin = await house.joins('Admin', 'admin')
  member = await house.joins('Member', 'member')
  project = await house.createsProject(member)
  await house.deploys(project)
  house.services.asked = []
})

/** The product owner is asked to take the service offline, and asks. */
const asksToStop = async (): Promise<Approval> => {
  await house.calls(member, 'stop_service', { project: project.name })
  const [approval] = await house.base.db.select().from(approvals).where(eq(approvals.projectId, project.id))
  if (!approval) throw new Error('nobody was asked')
  return approval
}

const decide = ({ id }: Approval, verb: ApprovalVerb, person: Person) =>
  decideApproval(house.base.db, { id, verb, person, surface: 'telegram', now: new Date() })

const setRole = (person: Person, role: UserRole) =>
  house.base.db.update(users).set({ role }).where(eq(users.id, person.id))

/** What the chat was told of how it went. */
const told = ({ id }: Approval) => said(`approval:${id}:done`)

const said = async (key: string) =>
  (await house.base.db.select().from(outbox).where(eq(outbox.key, key))).map(({ content }) => content)

const isApplied = async ({ id }: Approval) => (await findApproval(house.base.db, id))?.appliedAt !== null

describe('a tool that a person approved in a chat', () => {
  test('is called once, the chat is told, and it is written down who let it', async () => {
    const question = await asksToStop()
    expect(house.services.asked).toEqual([])
    await decide(question, 'approve', admin)
    await apply(question.id)
    await apply(question.id)
    expect(house.services.asked).toEqual([`stop ${project.name}`])
    expect(await told(question)).toEqual([
      { type: 'notice', key: 'service-taken-offline', args: { name: project.name } },
    ])
    const audit = await house.base.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.action, 'tool.stop_service'))
    expect(audit.at(-1)).toMatchObject({
      userId: admin.id,
      subject: `approval:${question.number}`,
      result: 'ok',
    })
  })

  test('is called by whoever comes next when the process died before the call', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', member)
    const found = await unappliedApprovals(house.base.db, { decidedBefore: new Date() })
    expect(found.map(({ id }) => id)).toContain(question.id)
    await apply(question.id)
    expect(house.services.running.get(project.name)).toBe(false)
  })

  test('is told and marked by whoever comes next when the process died right behind the deed', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', member)
    house.services.dies = new AppError('lease_lost', 'killed')
    await expect(apply(question.id)).rejects.toMatchObject({ code: 'lease_lost' })
    expect(house.services.running.get(project.name)).toBe(false)
    expect(await told(question)).toEqual([])
    expect(await isApplied(question)).toBe(false)
    await apply(question.id)
    expect(house.services.running.get(project.name)).toBe(false)
    expect(await told(question)).toHaveLength(1)
    expect(await isApplied(question)).toBe(true)
  })

  test('is tried again when the place was away, and the chat is told once it was done', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', member)
    house.services.fails = new AppError('platform_unavailable', 'the server does not answer')
    await expect(apply(question.id)).rejects.toMatchObject({ code: 'platform_unavailable' })
    expect(await isApplied(question)).toBe(false)
    expect(await told(question)).toEqual([])
    await apply(question.id)
    expect(await isApplied(question)).toBe(true)
    expect(await told(question)).toHaveLength(1)
  })

  test('says once that it cannot be done yet, however often it is tried', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', member)
    for (let i = 0; i < 3; i++) {
      house.services.fails = new AppError('platform_unavailable', 'the server does not answer')
      await expect(apply(question.id)).rejects.toMatchObject({ code: 'platform_unavailable' })
    }
    expect(await said(`approval:${question.id}:delayed`)).toEqual([
      { type: 'notice', key: 'approved-tool-delayed', args: { number: question.number, minutes: 15 } },
    ])
    expect(await told(question)).toEqual([])
  })

  test('whose place stays away for a quarter of an hour is given up, and the chat is told', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', member)
    await house.base.db
      .update(approvals)
      .set({ decidedAt: new Date(Date.now() - 15 * MINUTE_MS) })
      .where(eq(approvals.id, question.id))
    house.services.fails = new AppError('platform_unavailable', 'the server does not answer')
    await apply(question.id)
    expect(await told(question)).toEqual([
      {
        type: 'notice',
        key: 'error-platform-unavailable',
        args: { reference: expect.stringMatching(/^P-/) },
      },
    ])
    expect(await isApplied(question)).toBe(true)
    await apply(question.id)
    expect(house.services.asked).toEqual([`stop ${project.name}`])
  })

  test('is not called again for a service that somebody started since, behind a process that died', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', member)
    house.services.dies = new AppError('lease_lost', 'killed')
    await expect(apply(question.id)).rejects.toMatchObject({ code: 'lease_lost' })
    await house.deps.deployer.restart(project.name)
    await apply(question.id)
    expect(house.services.running.get(project.name)).toBe(true)
    expect(await isApplied(question)).toBe(true)
  })

  test('that breaks ends in one message with a reference, and is not tried for ever', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', member)
    house.services.fails = new Error('disk on fire')
    await apply(question.id)
    expect(await told(question)).toEqual([
      { type: 'notice', key: 'failure-generic', args: { reference: expect.stringMatching(/^P-/) } },
    ])
    expect(await isApplied(question)).toBe(true)
  })

  test('is not called after a rejection', async () => {
    const question = await asksToStop()
    await decide(question, 'reject', member)
    await apply(question.id)
    expect(house.services.asked).toEqual([])
    expect(await isApplied(question)).toBe(true)
  })
})

describe('a role that was taken away between the click and the deed', () => {
  test('of who asked: nothing is done, and the chat is told', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', admin)
    await setRole(member, 'viewer')
    await apply(question.id)
    expect(house.services.asked).toEqual([])
    expect(await told(question)).toEqual([
      { type: 'notice', key: 'error-forbidden-role-or-owner', args: { least: 'operator' } },
    ])
  })

  test('of who approved: nothing is done, and the chat is told', async () => {
    const question = await asksToStop()
    await decide(question, 'approve', admin)
    await setRole(admin, 'member')
    await apply(question.id)
    expect(house.services.asked).toEqual([])
    expect(await told(question)).toEqual([{ type: 'notice', key: 'error-forbidden', args: {} }])
  })
})

test('a question about a project that is gone by then is answered with that', async () => {
  const question = await asksToStop()
  await decide(question, 'approve', member)
  await house.base.db.execute(`update projects set status = 'archived' where id = '${project.id}'`)
  await apply(question.id)
  expect(house.services.asked).toEqual([])
  expect(await told(question)).toEqual([{ type: 'notice', key: 'error-not-found', args: {} }])
})
