import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditEntries, budgets, modelCalls } from '../../../src/db/schema/index.ts'
import { findApproval } from '../../../src/domain/approvals/approvals.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { say } from '../../../src/domain/conversations/outbox.ts'
import { questionAbout } from '../../../src/domain/costs/budget-question.ts'
import { budgetState } from '../../../src/domain/costs/budgets.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { cardOf, createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let ann: Person
let shop: Awaited<ReturnType<Desk['project']>>
const PNG = [0x89, 0x50, 0x4e, 0x47]

beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
  await desk.person('Olga', 'admin')
  ann = await desk.person('Ann', 'member')
  await desk.person('Boris', 'member')
  await desk.person('Vera', 'viewer')
  shop = await desk.project(ann, 'shop')
})
afterAll(() => base.close())
beforeEach(async () => {
  await base.db.delete(modelCalls)
  await base.db.delete(budgets)
})

const spend = (cost: number, more: Partial<typeof modelCalls.$inferInsert> = {}) =>
  base.db.insert(modelCalls).values({
    ...{ agent: 'Architect', model: 'gpt-4.1', cost, durationMs: 1, outcome: 'ok', at: desk.clock.now() },
    ...{ inputTokens: 10, outputTokens: 1 },
    ...more,
  })
const says = async (who: string, line: string) => desk.command(who, line)
const noted = async (who: string, line: string) => (await says(who, line))?.markdown

describe('/costs', () => {
  test('tells what the last 30 days cost, by project, agent and person, with a picture of the days', async () => {
    await spend(4, { runId: shop.run.id, projectId: shop.project.id })
    await spend(1, { userId: ann.id, agent: 'ProductOwner' })
    const answer = await says('Ann', '/costs')
    const card = cardOf(answer)
    expect(card.title).toBe('Costs of the last 30 days')
    expect(card.body).toContain('- **shop** · $4.00 · 1 call')
    expect(card.body).toContain('- **Ann** · $5.00 · 2 calls')
    expect(card.body).not.toContain('█')
    expect(answer?.file).toMatchObject({
      name: 'costs.png',
      mediaType: 'image/png',
      caption: 'Costs of the last 30 days: $5.00 in all, most on 1 Jan ($5.00).',
    })
    expect([...(answer?.file?.data ?? []).slice(0, 4)]).toEqual(PNG)
  })

  test('has no picture of nothing', async () => {
    const answer = await says('Ann', '/costs today')
    expect(cardOf(answer).body).toBe('No model was called.')
    expect(answer?.file).toBeUndefined()
  })

  test('draws with letters where there is only a terminal', async () => {
    await spend(2)
    const { id: conversationId } = await ensureConversation(base.db, {
      key: 'console:local',
      platform: 'console',
      kind: 'private',
    })
    const content = { type: 'view', view: 'costs', args: { period: 'week' } } as const
    const { id } = await say(base.db, { conversationId, key: randomUUID(), content })
    const row = await base.db.query.outbox.findFirst({ where: (table, { eq }) => eq(table.id, id) })
    if (!row) throw new Error('it was said')
    const answer = await desk.draw(row)
    expect(cardOf(answer).body).toContain('$2.00 ┤             █')
    expect(answer.file).toBeUndefined()
  })

  test('of one project, agent or person, in the period that is named last', async () => {
    await spend(4, { runId: shop.run.id, projectId: shop.project.id })
    await spend(1, { agent: 'ProductOwner', userId: ann.id })
    const title = async (line: string) => {
      const { title, fields } = cardOf(await says('Ann', line))
      return `${title} ${fields?.[0]?.value}`
    }
    expect(await title('/costs project shop month')).toBe('shop: costs of January 2030 $4.00')
    expect(await title('/costs agent ProductOwner')).toBe('ProductOwner: costs of the last 30 days $1.00')
    expect(await title('/costs agent shop/architect today')).toBe('shop/architect: costs of today $4.00')
    expect(await title('/costs user Ann 7d')).toBe('Ann: costs of the last 7 days $5.00')
    expect(await title('/costs projects')).toBe('Costs of the last 30 days $5.00')
  })

  test('has buttons that lead to the same thing in another period', async () => {
    await spend(4, { runId: shop.run.id, projectId: shop.project.id })
    const buttons = cardOf(await says('Ann', '/costs user Ann')).buttons?.flat() ?? []
    expect(buttons.map(({ label }) => label)).toEqual(['Today', '7 days', 'This month'])
    const pressed = await desk.press('Ann', buttons[1]?.action ?? '')
    expect(cardOf(pressed).title).toBe('Ann: costs of the last 7 days')
  })

  test.each([
    ['/costs dance', /write it like this/],
    ['/costs project shop tomorrow', /project/],
    ['/costs project shpo', /Did you mean `shop`/],
    ['/costs user Nobody', /know nobody/],
    ['/costs agent Architekt', /no agent “Architekt”. There are: Architect,/],
    ['/costs agent shop/Nobody', /no agent “Nobody”/],
    ['/costs 2031-01', /write it like this/],
  ])('%s is answered with what would do', async (line, said) => {
    expect(await noted('Ann', line)).toMatch(said)
  })

  test('is not for who only watches', async () => {
    expect(await noted('Vera', '/costs')).toMatch(/People who only watch/)
  })
})

describe('/budget', () => {
  test('sets budgets, shows them, and takes them away', async () => {
    const body = async (line: string) => cardOf(await says('Olga', line)).body
    expect(await body('/budget')).toMatch(/^There is no budget/)
    await body('/budget 50')
    await spend(2.5, { projectId: shop.project.id })
    expect(await body('/budget shop 10,5')).toBe(
      '- **everything** · $2.50 of $50.00 in January 2030 · ▱▱▱▱▱▱▱▱▱▱ 5 %\n' +
        '- **shop** · $2.50 of $10.50 in January 2030 · ▰▰▱▱▱▱▱▱▱▱ 23 %',
    )
    expect(await body('/budget $60')).toMatch(/of \$60\.00/)
    expect(await body('/budget off')).not.toMatch(/everything/)
    expect(await body('/budget shop OFF')).toMatch(/^There is no budget/)
    const entries = await base.db.select().from(auditEntries)
    expect(entries.filter(({ action }) => action === 'budget.set')).toHaveLength(5)
  })

  test.each([
    ['/budget 0', /from \$0\.01 to/],
    ['/budget much', /write it like this/],
    ['/budget shop', /write it like this/],
    ['/budget shop -5', /write it like this/],
    ['/budget shop 10 20', /write it like this/],
    ['/budget shpo 10', /Did you mean `shop`/],
  ])('%s changes nothing and says what would do', async (line, said) => {
    expect(await noted('Olga', line)).toMatch(said)
    expect(await base.db.select().from(budgets)).toEqual([])
  })

  test('is for admins', async () => {
    expect(await noted('Ann', '/budget 5')).toMatch(/Only admins/)
  })

  test('is seen in /costs of what it is for', async () => {
    await says('Olga', '/budget 50')
    await says('Olga', '/budget shop 10')
    await spend(9, { projectId: shop.project.id })
    const shown = async (line: string) => {
      const { tone, fields } = cardOf(await says('Ann', line))
      return [tone, fields?.find(({ label }) => label === 'Budget')?.value]
    }
    expect(await shown('/costs')).toEqual(['neutral', '$9.00 of $50.00 in January 2030'])
    expect(await shown('/costs project shop')).toEqual(['warning', '$9.00 of $10.00 in January 2030'])
    expect(await shown('/costs agent')).toEqual(['neutral', '$9.00 of $50.00 in January 2030'])
    expect(await shown('/costs user Ann')).toEqual(['neutral', undefined])
  })
})

describe('the card about a budget', () => {
  const question = async (projectBudget: string) => {
    await says('Olga', projectBudget)
    await spend(8.1, { projectId: shop.project.id })
    const now = desk.clock.now()
    const facts = questionAbout(await budgetState(base.db, { projectId: shop.project.id, now }))
    return desk.ask(shop, await desk.person('Boris', 'member'), {
      kind: 'budget',
      allow: ['approve', 'reject'],
      facts: { ...facts },
    })
  }
  const press = async (who: string, id: string, verb = 'approve') =>
    (
      await desk.press(
        who,
        `approval:${verb}:${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}`,
      )
    )?.markdown

  test('is answered by the owner of the project and by admins, whoever asked for the work', async () => {
    const { id } = await question('/budget shop 10')
    expect(await press('Boris', id)).toBe('Only the owner of the project, admins and owners may decide this.')
    expect(await press('Ann', id)).toBe('Thank you. I go on.')
    expect(cardOf(await says('Olga', '/budget')).body).toMatch(/81 % · allowed up to \$10\.00/)
    expect(await press('Olga', id)).toMatch(/^Ann approved this/)
  })

  test('about the budget of everything is answered by admins', async () => {
    const { id } = await question('/budget 10')
    expect(await press('Ann', id)).toMatch(/only admins and owners/)
    expect(await press('Olga', id)).toBe('Thank you. I go on.')
  })

  test('is answered by a budget that is large enough, and not by one that is not', async () => {
    const { id } = await question('/budget shop 10')
    const state = async () => (await findApproval(base.db, id))?.state
    await says('Olga', '/budget shop 9')
    expect(await state()).toBe('open')
    desk.woken.length = 0
    await says('Olga', '/budget shop 20')
    expect(await state()).toBe('approved')
    expect(desk.woken).toContain(`approval ${id}`)
    expect(cardOf(await says('Olga', '/budget')).body).not.toContain('allowed')
  })

  test('answered for one run is answered for every run that waits for the same money, unless it was a no', async () => {
    const first = await question('/budget 10')
    const other = await desk.project(ann, 'blog')
    const { facts } = first.request
    const second = await desk.ask(other, ann, { kind: 'budget', allow: ['approve', 'reject'], facts })
    const third = await desk.ask(await desk.project(ann, 'wiki'), ann, {
      kind: 'budget',
      allow: ['approve', 'reject'],
      facts,
    })
    const states = () =>
      Promise.all([first, second, third].map(async ({ id }) => (await findApproval(base.db, id))?.state))
    await press('Olga', third.id, 'reject')
    expect(await states()).toEqual(['open', 'open', 'rejected'])
    await press('Olga', second.id)
    expect(await states()).toEqual(['approved', 'approved', 'rejected'])
  })

  test('is not answered by an earlier “approve all for this run”', async () => {
    await base.sql`update runs set auto_approved_by = ${ann.id}`
    expect((await question('/budget shop 10')).state).toBe('open')
    expect((await desk.ask(shop, ann)).state).toBe('approved')
  })
})
