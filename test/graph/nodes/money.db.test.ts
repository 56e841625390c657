import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { modelCalls } from '../../../src/db/schema/index.ts'
import type { RunFailure } from '../../../src/db/shapes/run.ts'
import { listOpenApprovals } from '../../../src/domain/approvals/approvals.ts'
import { setBudget } from '../../../src/domain/costs/budgets.ts'
import { findProject } from '../../../src/domain/projects/projects.ts'
import { createMachine, type Machine } from '../../support/chaos/machine.ts'

/** Whole runs, one after another. */
vi.setConfig({ testTimeout: 120_000 })

const run = promisify(execFile)
const REQUEST = 'create a URL shortener with click statistics'
const CHANGE = 'change url-shortener: add an expiry date to short links'

const budget = async ({ database: { db }, person }: Machine, monthlyUsd: number, project?: string) => {
  const projectId = project && (await findProject(db, project))?.id
  await db.transaction((tx) => setBudget(tx, { projectId, monthlyUsd }, { person, surface: 'console' }))
}
const spent = async ({ database: { db } }: Machine, cost: number) =>
  db
    .insert(modelCalls)
    .values({ agent: 'Somebody', model: 'm', cost, durationMs: 1, outcome: 'ok', at: new Date() })
const price = ({ database: { sql } }: Machine, usd: number) =>
  sql`update agents set config = jsonb_set(config, '{metadata,cost_per_call}', to_jsonb(${usd}::float8))`
const open = async ({ database: { db } }: Machine) =>
  (await listOpenApprovals(db)).map(({ request }) => request.kind)
const asked = async ({ database: { sql } }: Machine) =>
  (await sql`select request ->> 'kind' as kind, state from approvals order by number`).map(
    ({ kind, state }) => `${kind} ${state}`,
  )
const runs = async ({ database: { sql } }: Machine) => [
  ...(await sql<{ status: string; failure: RunFailure | null }[]>`
    select status, failure from runs order by created_at`),
]
const calls = async ({ database: { db } }: Machine, agent: string) =>
  (await db.select().from(modelCalls)).filter((call) => call.agent === agent && call.outcome === 'ok').length
/** What stands in the repository in the end. */
const built = async ({ dataDir }: Machine) => {
  const gitDir = join(dataDir, 'forge', 'url-shortener.git')
  const git = async (...args: string[]) =>
    (await run('git', ['-c', 'safe.directory=*', `--git-dir=${gitDir}`, ...args])).stdout.trim()
  return [await git('rev-parse', 'main^{tree}'), await git('log', '--format=%s', 'main', '--no-merges')]
}

test('a run asks before it plans when the budget is nearly used, and goes on after a yes', async () => {
  await using machine = await createMachine()
  await budget(machine, 10)
  await spent(machine, 8.1)
  await machine.says(REQUEST)
  await machine.live()
  expect(await open(machine)).toEqual(['budget'])
  expect(await calls(machine, 'Architect')).toBe(0)
  expect(await runs(machine)).toMatchObject([{ status: 'waiting' }])
  await machine.decides('approve')
  await machine.live()
  expect(await open(machine)).toEqual(['plan'])
  await machine.decides('approve')
  await machine.live()
  expect(await runs(machine)).toMatchObject([{ status: 'succeeded' }])
  expect(await asked(machine)).toEqual(['budget approved', 'plan approved'])
})

test('a no ends the run with what was spent, and nothing is left of a project that was never built', async () => {
  await using machine = await createMachine()
  await budget(machine, 10)
  await spent(machine, 8.1)
  await machine.says(REQUEST)
  await machine.live()
  await machine.decides('reject')
  await machine.live()
  expect(await runs(machine)).toMatchObject([
    {
      status: 'failed',
      failure: { key: 'run-budget-stopped', args: { spent: 8.1, budget: 10, who: 'Ann' } },
    },
  ])
  const { sql } = machine.database
  expect([...(await sql`select status from projects`)]).toEqual([{ status: 'archived' }])
  expect(await calls(machine, 'Architect')).toBe(0)
})

test('a budget that is used up in the midst of the work is asked about, and the work is done again, once', async () => {
  await using plain = await createMachine()
  await plain.says(REQUEST)
  await plain.live()
  await plain.decides('approve')
  await plain.live()
  const needed = await calls(plain, 'CodeAssistant')

  await using machine = await createMachine()
  await machine.says(REQUEST)
  await machine.live()
  await price(machine, 1)
  await budget(machine, 5, 'url-shortener')
  await machine.decides('approve')
  await machine.live()
  const asked: unknown[] = []
  while ((await open(machine)).length > 0) {
    const [question] = await listOpenApprovals(machine.database.db)
    asked.push(question?.request.facts.next)
    await machine.decides('approve')
    await machine.live()
  }
  expect(await runs(machine)).toMatchObject([{ status: 'succeeded' }])
  // Four tasks of three calls each: three of them were refused their third call, and done from the beginning.
  expect(needed).toBe(12)
  expect(await calls(machine, 'CodeAssistant')).toBe(needed + 3 * 2)
  expect(asked).toEqual([7.5, 10, 12.5, 15, 17.5])
  expect(await built(machine)).toEqual(await built(plain))
})

test('a plan below the thresholds goes on by itself, and its card says so', async () => {
  await using machine = await createMachine()
  await machine.says(REQUEST)
  await machine.live()
  await machine.decides('approve')
  await machine.live()
  const { sql } = machine.database
  const thresholds = (tasks: number) =>
    sql`update agents set config = jsonb_set(config, '{metadata}', config -> 'metadata' ||
      jsonb_build_object('approval_threshold_tasks', ${tasks}::int, 'approval_threshold_cost', 0.25))
      where role = 'orchestrator'`
  await thresholds(20)
  await machine.says(CHANGE)
  await machine.live()
  expect(await runs(machine)).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }])
  expect(await asked(machine)).toEqual(['plan approved', 'plan approved'])
  const [card] = await sql`select a.decision, a.request, a.applied_at, o.key from approvals a
    join outbox o on o.key = 'approval:' || a.id order by a.number desc limit 1`
  expect(card).toMatchObject({
    decision: { auto: true, userId: null, surface: 'system' },
    request: { facts: { weight: { verdict: 'within', maxTasks: 20, maxCost: 0.25 } } },
    applied_at: expect.any(String),
  })

  await thresholds(0)
  await machine.says('change url-shortener: let people remove links')
  await machine.live()
  expect(await open(machine)).toEqual(['plan'])
  const [question] = await listOpenApprovals(machine.database.db)
  expect(question?.request.facts.weight).toMatchObject({ verdict: 'over', maxTasks: 0 })

  // Whoever wanted it changed wants to see what became of that.
  await thresholds(20)
  await machine.says('change the plan of url-shortener: add an owner key')
  await machine.live()
  const [changed] = await listOpenApprovals(machine.database.db)
  expect(changed?.request.facts.weight).toMatchObject({ verdict: 'changed' })
})

test('of two orchestrators without a default nobody knows whose thresholds count: a person is asked', async () => {
  await using machine = await createMachine()
  const { sql } = machine.database
  // A project begins with both.
  await sql`create function second() returns trigger language plpgsql as $$ begin
    insert into agents (name, role, project_id, config) values ('Second', 'orchestrator', new.project_id, new.config);
    update agents set is_default = false where id = new.id;
    return null; end $$`
  await sql`create trigger second after insert on agents for each row
    when (new.role = 'orchestrator' and new.name <> 'Second') execute function second()`
  await machine.says(REQUEST)
  await machine.live()
  const [question] = await listOpenApprovals(machine.database.db)
  expect(question?.request.facts.weight).toMatchObject({
    verdict: 'ambiguous',
    orchestrators: expect.stringContaining('Second'),
  })
  await machine.decides('approve')
  await machine.live()
  expect(await runs(machine)).toMatchObject([{ status: 'succeeded' }])
})
