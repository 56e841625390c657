import { describe, expect, test, vi } from 'vitest'
import { modelCalls } from '../../src/db/schema/index.ts'
import { setBudget } from '../../src/domain/costs/budgets.ts'
import { createMachine, type Machine } from '../support/chaos/machine.ts'
import { createLife, type Life } from '../support/chaos/mortal.ts'

/** `npm run test:chaos` tries every step. */
const STRIDE = process.env.PRORAB_CHAOS === 'all' ? 1 : 12

vi.setConfig({ maxConcurrency: 2 })

/** Somebody allows more than the budget that is nearly used; the program may die at any step that follows. */
const allow = async (machine: Machine, life: Life): Promise<void> => {
  const { db } = machine.database
  const { person } = machine
  await db.transaction((tx) => setBudget(tx, { monthlyUsd: 10 }, { person, surface: 'console' }))
  const call = { agent: 'Somebody', model: 'm', durationMs: 1, outcome: 'ok', at: new Date() }
  await db.insert(modelCalls).values({ ...call, cost: 8.1 })
  await machine.says('create a URL shortener with click statistics')
  await machine.live()
  await machine.decides('approve')
  if (!(await machine.live(life))) await machine.live()
}

const outcomeOf = async ({ database: { sql } }: Machine) => ({
  allowed: [...(await sql`select percent from budget_allowances`)],
  approvals: [
    ...(await sql`select request ->> 'kind' as kind, state, applied_at is not null as applied
      from approvals order by number`),
  ],
  runs: [...(await sql`select status from runs`)],
  tasks: [...(await sql`select work_type, state from tasks`)],
  said: (await sql`select key from outbox order by seq`).map(({ key }) =>
    String(key).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id'),
  ),
})

const undisturbed = createLife(Number.POSITIVE_INFINITY)
await using first = await createMachine()
await allow(first, undisturbed)
const wanted = await outcomeOf(first)

test('a budget that somebody raised is asked about once, and the plan comes', () => {
  expect(wanted).toMatchObject({
    allowed: [{ percent: 100 }],
    approvals: [
      { kind: 'budget', state: 'approved', applied: true },
      { kind: 'plan', state: 'open', applied: false },
    ],
    runs: [{ status: 'waiting' }],
    tasks: [{ work_type: 'plan_work', state: 'succeeded' }],
  })
})

describe.concurrent('a program that dies after more was allowed', () => {
  const steps = undisturbed.steps.map((name, index) => ({ name, number: index + 1 }))
  test.for(steps.filter((_, index) => index % STRIDE === STRIDE - 1))(
    'at step $number, $name, asks nothing twice',
    async ({ number }) => {
      await using machine = await createMachine()
      await allow(machine, createLife(number))
      expect(await outcomeOf(machine)).toEqual(wanted)
    },
  )
})
