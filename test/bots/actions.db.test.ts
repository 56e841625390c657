import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { approvalAction, pageAction } from '../../src/bots/action-ids.ts'
import { DAY_MS } from '../../src/clock.ts'
import { approvals, auditEntries, outbox, projects } from '../../src/db/schema/index.ts'
import { type Approval, findApproval } from '../../src/domain/approvals/approvals.ts'
import { cancelApprovals } from '../../src/domain/approvals/timeouts.ts'
import { findSaid, type OutboxRow, say } from '../../src/domain/conversations/outbox.ts'
import { moveRun } from '../../src/domain/runs/runs.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { cardOf, createDesk, type Desk } from './desk.ts'

let base: TestDatabase
let desk: Desk
let serial = 0
let anna: Person
let boris: Person
let asked: Awaited<ReturnType<Desk['project']>>
let approval: Approval
const named = (name: string) => `${name}${serial}`

beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())
beforeEach(async () => {
  serial += 1
  desk = createDesk(base.db)
  anna = await desk.person(named('anna'), 'member')
  boris = await desk.person(named('boris'), 'admin')
  asked = await desk.project(anna, `shop-${serial}`)
  approval = await desk.ask(asked, anna)
})

const state = async () => (await findApproval(base.db, approval.id))?.state
const said = async (outgoing: Promise<{ markdown?: string } | undefined>) => (await outgoing)?.markdown

describe('a click on a card', () => {
  test('decides it, tells the presser only, wakes what waits, and the card shows who and when', async () => {
    const row = await desk.write(anna.name, {
      kind: 'action',
      action: approvalAction('approve', approval.id),
      receipt: { query: '77' },
    })
    await desk.router.handle(row)
    const [answer] = await desk.answersTo(row)
    expect(answer).toMatchObject({
      readerId: anna.id,
      content: { type: 'notice', key: 'click-approved', onlyToReader: true, receipt: { query: '77' } },
    })
    expect(desk.woken).toContain(`approval ${approval.id}`)
    expect(await desk.stateOf(row)).toBe('done')

    const card = cardOf(
      await desk.draw({
        ...(answer as OutboxRow),
        content: { type: 'view', view: 'approval', args: { id: approval.id } },
      }),
    )
    expect(card.body).toContain(`Approved by ${anna.name}, 12:00 UTC`)
    expect(card.buttons).toBeUndefined()
  })

  test('on a copy that a crash left behind takes the copy away', async () => {
    const conversationId = (await desk.write(anna.name, { kind: 'text', text: 'hello' })).conversationId
    await say(base.db, {
      conversationId,
      key: `card:${approval.id}`,
      content: { type: 'view', view: 'approval', args: { id: approval.id } },
    })
    const card = () => findSaid(base.db, `card:${approval.id}`)
    const known = [{ ref: 'known', hash: 'h' }]
    await base.db
      .update(outbox)
      .set({ parts: known, state: 'delivered' })
      .where(eq(outbox.key, `card:${approval.id}`))

    const press = (messageRef: string) =>
      desk.write(anna.name, { kind: 'action', action: approvalAction('approve', approval.id), messageRef })
    await desk.router.handle(await press('copy'))
    expect((await card())?.parts.map(({ ref }) => ref)).toEqual(['known', 'copy'])
    expect((await card())?.state).toBe('pending')

    await desk.router.handle(await press('copy'))
    await desk.router.handle(await press('known'))
    expect((await card())?.parts.map(({ ref }) => ref)).toEqual(['known', 'copy'])
  })

  test('five times at once has one effect, and the others learn who approved it', async () => {
    const clicks = await Promise.all(
      Array.from({ length: 5 }, () => desk.press(anna.name, approvalAction('approve', approval.id))),
    )
    const words = clicks.map((one) => one?.markdown)
    expect(words.filter((one) => one === 'Approved.')).toHaveLength(1)
    expect(words.filter((one) => one?.startsWith(`${anna.name} approved this at 12:00 UTC`))).toHaveLength(4)
    const audit = await base.db.select().from(auditEntries).where(eq(auditEntries.userId, anna.id))
    expect(audit.filter(({ action }) => action === 'approval.approve')).toHaveLength(1)
  })

  test('of two people who disagree at the same moment, one decides and the other is told so', async () => {
    const [yes, no] = await Promise.all([
      said(desk.press(anna.name, approvalAction('approve', approval.id))),
      said(desk.press(boris.name, approvalAction('reject', approval.id))),
    ])
    const decided = await state()
    if (decided === 'approved') {
      expect(yes).toBe('Approved.')
      expect(no).toContain(`${anna.name} approved this`)
    } else {
      expect(decided).toBe('rejected')
      expect(no).toBe('Rejected.')
      expect(yes).toContain(`${boris.name} rejected this`)
    }
  })

  test('after its time is over changes nothing', async () => {
    await desk.clock.advance(DAY_MS + 1)
    expect(await said(desk.press(anna.name, approvalAction('approve', approval.id)))).toContain('expired at')
    expect(await state()).toBe('open')
  })

  test('by a stranger: one polite line and nothing else', async () => {
    const action = approvalAction('approve', approval.id)
    expect(await said(desk.press(named('eve'), action))).toContain('/start CODE')
    expect(await desk.press(named('eve'), action)).toBeUndefined()
    expect(await state()).toBe('open')
  })

  test('by somebody who may not decide is refused, and written down', async () => {
    const max = await desk.person(named('max'), 'member')
    expect(await said(desk.press(max.name, approvalAction('approve', approval.id)))).toBe(
      'Only the person who asked, admins and owners may decide this.',
    )
    expect(await state()).toBe('open')
    const audit = await base.db.select().from(auditEntries).where(eq(auditEntries.userId, max.id))
    expect(audit).toMatchObject([{ action: 'approval.approve', result: 'forbidden' }])
  })

  test('on a card that was replaced points to the newer one', async () => {
    const newer = await desk.ask(asked, anna, { facts: { plan: { summary: 'Another plan.' } } })
    expect(await said(desk.press(anna.name, approvalAction('approve', approval.id)))).toContain(
      'replaced by a newer',
    )
    expect((await findApproval(base.db, newer.id))?.state).toBe('open')
    const old = cardOf(
      await desk.draw({
        ...((await base.db.select().from(outbox).limit(1))[0] as OutboxRow),
        content: { type: 'view', view: 'approval', args: { id: approval.id } },
      }),
    )
    expect(old.body).toContain(`Replaced by approval ${newer.number}`)
  })

  test('after the work was stopped says so', async () => {
    await base.db.transaction((tx) =>
      cancelApprovals(
        tx,
        asked.run.id,
        { id: boris.id, name: boris.name, surface: 'telegram' },
        desk.clock.now(),
      ),
    )
    expect(await said(desk.press(anna.name, approvalAction('reject', approval.id)))).toContain('stopped')
  })

  test('redelivered five times is answered once', async () => {
    const row = await desk.write(anna.name, {
      kind: 'action',
      action: approvalAction('approve', approval.id),
    })
    await Promise.all(Array.from({ length: 5 }, () => desk.router.handle(row)))
    await desk.router.handle(row)
    const answers = await desk.answersTo(row)
    expect(answers).toMatchObject([{ content: { key: 'click-approved' } }])
  })

  test('“approve all” reaches the run', async () => {
    expect(await said(desk.press(anna.name, approvalAction('approve_all', approval.id)))).toContain(
      'everything else',
    )
    const next = await desk.ask(asked, anna, { kind: 'tool', facts: {} })
    expect(next).toMatchObject({ state: 'approved', decision: { auto: true, userId: anna.id } })
    expect(await said(desk.press(boris.name, approvalAction('reject', next.id)))).toContain(
      `because ${anna.name} approved everything`,
    )
  })

  test('“approve all” does not promise to try for ever: that is asked each time', async () => {
    await desk.press(anna.name, approvalAction('approve_all', approval.id))
    const next = await desk.ask(asked, anna, { kind: 'retry', facts: { rounds: 3 } })
    expect(next.state).toBe('open')
  })
})

describe('a wish for a change', () => {
  test('is asked for in words where the platform has no forms, and asked again when it is empty', async () => {
    const action = approvalAction('change', approval.id)
    const row = await desk.write(anna.name, { kind: 'action', action })
    await desk.router.handle(row)
    const [ask] = await desk.answersTo(row)
    expect(ask && (await desk.draw(ask)).ask).toMatchObject({
      action,
      prompt: expect.stringContaining('What should change?'),
      placeholder: expect.stringContaining('30 days'),
    })
    expect((await desk.fill(anna.name, action, ' \n '))?.ask?.prompt).toContain('That was empty')
    expect(await said(desk.fill(anna.name, action, 'let links expire'))).toContain('new plan')
    expect(await findApproval(base.db, approval.id)).toMatchObject({
      state: 'changed',
      decision: { verb: 'change', text: 'let links expire' },
    })
  })

  test('may come as a reply to the question, and is then no talk', async () => {
    const row = await desk.write(anna.name, {
      kind: 'action',
      action: approvalAction('change', approval.id),
    })
    await desk.router.handle(row)
    await base.db
      .update(outbox)
      .set({ parts: [{ ref: '4711', hash: '' }] })
      .where(eq(outbox.key, `cmd:${row.id}`))
    const reply = await desk.write(anna.name, { kind: 'text', text: 'make it blue', replyTo: '4711' })
    expect(await desk.router.takeForm(reply)).toBe(true)
    expect(await state()).toBe('changed')
    expect(await desk.stateOf(reply)).toBe('done')

    const talk = await desk.write(anna.name, { kind: 'text', text: 'hello', replyTo: '4712' })
    expect(await desk.router.takeForm(talk)).toBe(false)
    expect(await desk.stateOf(talk)).toBe('pending')
  })
})

describe('other buttons', () => {
  test('page through a list in the same message, and in a new one where that is gone', async () => {
    const first = await desk.write(anna.name, { kind: 'command', name: 'projects', args: '' })
    await desk.router.handle(first)
    await base.db
      .update(outbox)
      .set({ parts: [{ ref: 'm1', hash: '' }], state: 'delivered' })
      .where(eq(outbox.key, `cmd:${first.id}`))
    expect(await desk.press(anna.name, pageAction('projects', 2), { messageRef: 'm1' })).toBeUndefined()
    expect(await desk.answersTo(first)).toMatchObject([
      { state: 'pending', version: 2, content: { view: 'projects', args: { page: 2 } } },
    ])
    expect(cardOf(await desk.press(anna.name, pageAction('projects', 2), { messageRef: 'gone' })).title).toBe(
      'Projects',
    )
  })

  test('say a command, with the rights of whoever presses', async () => {
    await desk.deploy(asked)
    const line = `cmd:/logs ${asked.project.name}`
    expect(cardOf(await desk.press(anna.name, line)).title).toBe(`Log of ${asked.project.name}`)
    const max = await desk.person(named('max'), 'member')
    expect(await said(desk.press(max.name, line))).toContain(
      'Only operators, admins, and the owner of the project',
    )
    expect(await said(desk.press(max.name, pageAction('audit', 1)))).toContain('Only admins and owners')
  })

  test.each([
    'approval:approve:',
    'approval:approve:AAAAAAAAAAAAAAAAAAAAAA:more',
    'approval:destroy:AAAAAAAAAAAAAAAAAAAAAA',
    'page:projects:-1',
    'page:users:1',
    'cmd:rm -rf /',
    '',
    "'; drop table approvals; --",
  ])('of no make of ours (%s) are answered and do nothing', async (action) => {
    expect(await said(desk.press(anna.name, action))).toBe('This button is not in use any more.')
  })

  test('of an approval that never was', async () => {
    const action = approvalAction('approve', '00000000-0000-4000-8000-000000000000')
    expect(await said(desk.press(anna.name, action))).toBe('I do not know this question any more.')
  })
})

test('deleting asks by a card; only the owner of the project and admins may answer it', async () => {
  await base.db.transaction((tx) => moveRun(tx, asked.run.id, 'failed'))
  await base.db.transaction((tx) =>
    cancelApprovals(tx, asked.run.id, { id: null, name: '', surface: 'system' }, desk.clock.now()),
  )
  const max = await desk.person(named('max'), 'operator')
  const { name } = asked.project
  expect(await said(desk.command(max.name, `/delete ${name}`))).toContain(
    'Only admins, and the owner of the project',
  )

  const card = cardOf(await desk.command(anna.name, `/delete ${name}`))
  expect(card).toMatchObject({ title: `Delete ${name}?`, tone: 'danger' })
  const again = cardOf(await desk.command(boris.name, `/delete ${name}`))
  expect(again.buttons).toEqual(card.buttons)

  const [button] = card.buttons?.flat() ?? []
  expect(await said(desk.press(max.name, button?.action ?? ''))).toContain('Only the owner of the project')
  expect(await said(desk.press(boris.name, button?.action ?? ''))).toBe('It will be deleted now.')
  const open = await base.db.select().from(approvals).where(eq(approvals.projectId, asked.project.id))
  expect(open.filter((one) => one.request.kind === 'delete_project')).toHaveLength(1)
  expect(await base.db.select().from(projects).where(eq(projects.id, asked.project.id))).toHaveLength(1)
})
