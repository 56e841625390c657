import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { calls } from '../graph/models/endpoint.ts'
import { approves, type ModelsHouse, openModelsHouse, plays, VISITS, writes } from './models-house.ts'

let house: ModelsHouse
const ACTIVE = /visits is active/
const LIMIT_MS = 120_000

const greeting = VISITS['server.js'].replace('{ visits }', "{ visits, hello: 'world' }")

beforeAll(async () => {
  house = await openModelsHouse()
  // Every call costs a cent.
  plays(house.endpoint, {
    intents: [
      [/count/, { intent: 'new_project', project: 'visits', title: 'Visits', request: 'count visits' }],
      [/greet/, { intent: 'update_project', project: 'visits', title: 'Visits', request: 'greet people' }],
    ],
    plans: [
      [/greet/, { summary: 'Greets.', tasks: [{ id: 't1', title: 'Greet', files: ['server.js'] }] }],
      [/count/, { summary: 'Counts visits.', tasks: [{ id: 't1', title: 'Count', files: ['server.js'] }] }],
    ],
    work: [
      [/greet/, [calls(...writes({ 'server.js': greeting })), { content: 'Greet people' }]],
      [/count/, [calls(...writes(VISITS), ['run_tests', {}]), { content: 'Count visits' }]],
    ],
  })
})
afterAll(() => house[Symbol.asyncDispose]())

const next = (after: ShownMessage, match: RegExp) =>
  house.telegram.waitForMessage(match, { chat: house.ann.id, after, limitMs: LIMIT_MS })

test('a run asks before and when its budget is used, and comes to its end; then nobody talks, but admins help', async () => {
  const { ann, hears } = house
  expect((await hears('/budget 0.05', /Budgets/)).text).toContain('everything · $0.00 of $0.05')
  const asked = ann.says('count visits please')
  const plan = await next(asked, /Counts visits/)
  await next(asked, /The work has begun/)
  await approves(house, 'Approve', plan)

  const nearly = await next(plan, /nearly used/)
  expect(nearly.text).toContain('$0.04 of the $0.05 that all projects together may cost this month are spent')
  expect(nearly.text).toContain('Go on, up to $0.05?')
  await approves(house, 'Go on', nearly)

  // Its first call used up the rest.
  const used = await next(nearly, /the budget is used/)
  expect(used.text).toContain('Go on, up to $0.075?')
  await approves(house, 'Go on', used)
  await next(used, ACTIVE)

  await hears('/budget 0.06', /Budgets/)
  const refused = await hears('count something else', /that is spent/)
  expect(refused.text).toContain('The models may cost $0.06 this month, and that is spent ($0.07).')
  expect(refused.text).not.toMatch(/P-[A-Z2-9]{6}/)
  const picture = await hears('/costs', /Costs of the last 30 days: \$0\.07 in all/)
  expect(picture.own).toBe(true)
  await hears('/budget off', /There is no budget/)
})

test('a plan below the thresholds is built without a question, and the chat is told why', async () => {
  const { ann, hears } = house
  await hears(
    '/agent set visits/Orchestrator approval_threshold_tasks=3 approval_threshold_cost=0.25',
    /0\.25/,
  )
  const asked = ann.says('greet people in visits')
  const told = await next(asked, /Went on by itself/)
  expect(told.text).toContain('under the thresholds, 1 task of at most 3, $0.10 of at most $0.25')
  expect(told.buttons).toEqual([])
  const done = await next(told, ACTIVE)
  const url = done.text.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? ''
  expect(await (await fetch(url)).json()).toMatchObject({ hello: 'world' })
})
