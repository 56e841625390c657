import { readdir } from 'node:fs/promises'
import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import { approvals, auditEntries, ports, projects, runs } from '../../src/db/schema/index.ts'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { waitFor } from '../support/wait-for.ts'
import { type House, openHouse } from './telegram-house.ts'

/** The developer never begins, so an approved plan costs nothing here. */
describe('cards in a Telegram group', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse()
    house.models.hold('code')
  })
  afterAll(() => house[Symbol.asyncDispose]())

  let group: ReturnType<House['newGroup']>
  let count = 0
  let project = ''
  beforeEach(() => {
    group = house.newGroup()
    project = `book-${++count}`
  })

  afterEach(async () => {
    const asked = house.ann.says('/stop', { chat: group.id })
    await house.telegram.waitForMessage(/^Stopped: |^I stopped |^Nothing is being worked on/, {
      chat: group.id,
      after: asked,
    })
  })

  const t = (key: string, args?: Record<string, string | number>) => house.t(key, args)
  const db = () => house.test.app.db
  const say = (text: string) => house.ann.says(`@prorab_bot ${text}`, { chat: group.id })
  /** Ann asks for a guestbook, and there is its card. */
  const planCard = async (): Promise<ShownMessage> => {
    say(`create a guestbook called ${project}`)
    return house.telegram.waitForMessage(
      ({ text, buttons }) => text.includes(t('approval-title-plan', { project })) && buttons.length > 0,
      { chat: group.id },
    )
  }
  const now = (card: ShownMessage) =>
    house.telegram
      .chat(group.id)
      .messages()
      .find(({ id }) => id === card.id)
  const becomes = (card: ShownMessage, words: string | RegExp) =>
    waitFor(() => {
      const message = now(card)
      if (!message) throw new Error('the card is gone')
      expect(message.text).toMatch(words)
      return message
    }, `the card to say ${words}`)
  const rowOf = async (name = project) => {
    const [row] = await db()
      .select({ approval: approvals, run: runs })
      .from(approvals)
      .innerJoin(runs, eq(runs.id, approvals.runId))
      .innerJoin(projects, eq(projects.id, runs.projectId))
      .where(eq(projects.name, name))
      .orderBy(approvals.number)
    if (!row) throw new Error(`no approval of ${name}`)
    return row
  }
  const decisions = async (number: number) =>
    db()
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.subject, `approval:${number}`), eq(auditEntries.result, 'ok')))

  it('five clicks at once are one approval; four are told who was first', async () => {
    const card = await planCard()
    const presses = Array.from({ length: 5 }, () => house.ann.presses('Approve', { message: card }))
    const answers = await Promise.all(presses.map(async ({ answer }) => (await answer).text))
    expect(answers.filter((text) => text === t('click-approved'))).toHaveLength(1)
    expect(answers.filter((text) => text?.startsWith('Ann approved this at'))).toHaveLength(4)
    const decided = await becomes(card, /Approved by Ann, /)
    expect(decided.buttons).toEqual([])
    const { approval } = await rowOf()
    expect(await decisions(approval.number)).toHaveLength(1)
  })

  it('of two people who click at once one decides, and the other learns it', async () => {
    const bob = await house.newcomer('Bob', 'admin')
    const card = await planCard()
    const approving = house.ann.presses('Approve', { message: card })
    const rejecting = bob.presses('Reject', { message: card })
    const [ann, bobs] = [(await approving.answer).text, (await rejecting.answer).text]
    const annWon = ann === t('click-approved')
    if (annWon) expect(bobs).toMatch(/^Ann approved this at/)
    else {
      expect(bobs).toBe(t('click-rejected'))
      expect(ann).toMatch(/^Bob rejected this at/)
    }
    await becomes(card, annWon ? /Approved by Ann/ : /Rejected by Bob/)
    expect(await decisions((await rowOf()).approval.number)).toHaveLength(1)
  })

  it('who only watches, and a member who did not ask, are told who may decide', async () => {
    const vera = await house.newcomer('Vera', 'viewer')
    const max = await house.newcomer('Max', 'member')
    const card = await planCard()
    for (const person of [vera, max])
      expect((await person.presses('Approve', { message: card }).answer).text).toBe(t('click-forbidden'))
    expect((await rowOf()).approval.state).toBe('open')
    const refused = await db().select().from(auditEntries).where(eq(auditEntries.result, 'forbidden'))
    expect(refused.map(({ actor }) => actor).sort()).toEqual(['Max', 'Vera'])
  })

  it('a stranger decides nothing', async () => {
    const stranger = await house.newcomer('Stranger')
    const card = await planCard()
    const press = stranger.presses('Approve', { message: card })
    await house.telegram.waitForMessage(t('stranger-notice'), { chat: group.id })
    // Nothing is said to them alone, but their button stops spinning.
    expect((await press.answer).text).toBeUndefined()
    expect((await rowOf()).approval.state).toBe('open')
    expect(now(card)?.buttons).toContain('Approve')
  })

  it('"Change…" asks for words, and a new card takes the place of the old one', async () => {
    const card = await planCard()
    const asking = house.ann.presses('Change…', { message: card })
    expect((await asking.answer).text).toBeUndefined()
    const question = await house.telegram.waitForMessage(({ asksForReply }) => asksForReply, {
      chat: group.id,
    })
    house.ann.says('let me approve entries before they show', { chat: group.id, replyTo: question })
    const next = await house.telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), {
      chat: group.id,
      after: card,
    })
    expect(next.text).toMatch(/approval/i)
    const old = await becomes(card, /Ann asked for a change/)
    expect(old.text).toContain('let me approve entries before they show')
    expect(old.buttons).toEqual([])

    const late = house.ann.presses('Approve', { message: card, evenIfGone: true })
    expect((await late.answer).text).toMatch(/^Ann asked for a change at/)
    expect(now(next)?.buttons).toContain('Approve')
    await house.ann.presses('Approve', { message: next }).answer
    await becomes(next, /Approved by Ann/)
  })

  it('the change may also simply be said', async () => {
    const card = await planCard()
    say(`let me approve entries in ${project} before they show`)
    await becomes(card, /Ann asked for a change/)
    const next = await house.telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), {
      chat: group.id,
      after: card,
    })
    const { run } = await rowOf()
    expect(run.status).toBe('waiting')
    await house.ann.presses('Reject', { message: next }).answer
    await becomes(next, /Rejected by Ann/)
  })

  it('"Approve all" is remembered for the run', async () => {
    const card = await planCard()
    await house.ann.presses('Approve all for this run', { message: card }).answer
    await becomes(card, /Approved by Ann with everything else in this run/)
    const { run } = await rowOf()
    expect(run.autoApprovedBy).not.toBeNull()
  })

  it('rejecting leaves nothing behind, and the name is free again', async () => {
    const card = await planCard()
    await house.ann.presses('Reject', { message: card }).answer
    await house.telegram.waitForMessage(t('result-rejected', { project }), { chat: group.id })
    const [row] = await db().select().from(projects).where(eq(projects.name, project))
    expect(row?.status).toBe('archived')
    expect(
      await db()
        .select()
        .from(ports)
        .where(eq(ports.projectId, row?.id ?? '')),
    ).toEqual([])
    // What other runs leave behind is being cleaned up, and a folder may vanish while it is read.
    const everything = await waitFor(
      () => readdir(house.test.config.dataDir, { recursive: true }),
      'the files',
    )
    expect(everything.filter((path) => path.includes(project))).toEqual([])

    say(`create a guestbook called ${project}`)
    const again = await house.telegram.waitForMessage(
      ({ text, buttons }) =>
        text.includes(t('approval-title-plan', { project })) && buttons.includes('Approve'),
      { chat: group.id, after: card },
    )
    expect(again.text).toContain(project)
  })

  it('a click while the program is down counts when it is back', async () => {
    const card = await planCard()
    await house.test.restart(() => house.ann.presses('Reject', { message: card }))
    await becomes(card, /Rejected by Ann/)
    await house.telegram.waitForMessage(t('result-rejected', { project }), { chat: group.id })
  })

  it('/approvals lists what is open, and its buttons decide', async () => {
    const card = await planCard()
    const { approval } = await rowOf()
    const asked = house.ann.says('/approvals', { chat: group.id })
    const list = await house.telegram.waitForMessage(t('approvals-title'), { chat: group.id, after: asked })
    expect(list.text).toContain(t('approval-title-plan', { project }))
    await house.ann.presses(`${approval.number}: Reject`, { message: list }).answer
    await becomes(card, /Rejected by Ann/)
  })

  it('nobody answers: the question is brought up again, then closed, and late clicks are told so', async () => {
    const card = await planCard()
    const { approval } = await rowOf()
    house.clock.skip(20 * HOUR_MS)
    await house.telegram.waitForMessage(t('approval-reminder', { number: String(approval.number) }), {
      chat: group.id,
    })
    const again = await house.telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), {
      chat: group.id,
      after: card,
    })
    house.clock.skip(4 * HOUR_MS)
    const early = house.ann.presses('Approve', { message: again })
    expect((await early.answer).text).toMatch(/^This question expired at/)
    await becomes(card, /Nobody answered in time/)
    await becomes(again, /Nobody answered in time/)
    const late = house.ann.presses('Approve', { message: card, evenIfGone: true })
    expect((await late.answer).text).toMatch(/^This question expired at/)
    await waitFor(async () => {
      const [row] = await db().select().from(projects).where(eq(projects.name, project))
      return row?.status === 'archived'
    }, 'the project to be archived')
  })
})
