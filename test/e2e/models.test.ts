import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { modelCalls, runs } from '../../src/db/schema/index.ts'
import { createGit } from '../../src/forges/git.ts'
import { calls, resultsIn } from '../graph/models/endpoint.ts'
import { AGENTS, approves, openModelsHouse, plays, testOf, USAGE, VISITS, writes } from './models-house.ts'

test('a real model plans, writes, repairs and ships a service, and every call is on the bill', async () => {
  await using house = await openModelsHouse()
  const { telegram, endpoint, ann, test: program } = house
  plays(endpoint, {
    intents: [
      [/visits/, { intent: 'new_project', project: 'visits', title: 'Visits', request: 'count visits' }],
    ],
    plans: [
      [
        /count visits/,
        {
          summary: 'A service that counts visits.',
          tasks: [
            { id: 't1', title: 'Count visits', files: Object.keys(VISITS) },
            { id: 't2', title: 'Describe the service', files: ['README.md'] },
          ],
        },
      ],
    ],
    work: [
      [
        /Your task:\n.*\n\{"id":"t1"/,
        [
          calls(['list_files', {}]),
          // A wrong expectation, seen and repaired by the developer itself.
          calls(...writes({ ...VISITS, 'server.test.js': testOf(2) }), ['run_tests', {}]),
          calls(...writes({ 'server.test.js': testOf(1) }), ['run_tests', {}]),
          { content: 'Count visits in memory' },
        ],
      ],
      [
        /Your task:\n.*\n\{"id":"t2"/,
        // Breaks the test on the way and does not look.
        [
          calls(...writes({ 'README.md': '# Visits\n', 'server.test.js': testOf(3) })),
          { content: 'All done!' },
        ],
      ],
      [
        /the tests fail/,
        [
          calls(...writes({ 'server.test.js': testOf(1) }), ['run_tests', {}]),
          { content: 'Expect one visit again' },
        ],
      ],
    ],
  })

  const card = await house.hears('please make something that counts visits', ({ buttons }) =>
    buttons.includes('Approve'),
  )
  expect(card.text).toContain('A service that counts visits.')
  await approves(house, 'Approve', card)
  const done = await telegram.waitForMessage(/visits is active/, { chat: ann.id, limitMs: 120_000 })
  const url = done.text.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? ''
  expect(await (await fetch(url)).json()).toEqual({ visits: 1 })

  const toldArchitect = endpoint.requests
    .filter((one) => String(one.messages[0]?.content).includes(AGENTS.architect))
    .flatMap((request) => resultsIn(request))
  expect(toldArchitect).toEqual(['error: a plan of this work needs at least one task'])

  // What the developer's own test run told it, before and after the repair.
  const told = endpoint.requests.filter((one) => String(one.messages[0]?.content).includes(AGENTS.developer))
  const results = told
    .flatMap((request) => resultsIn(request))
    .filter((result) => /^(passed|FAILED)/.test(result))
  expect(results.some((result) => /^FAILED: 0 passed, 1 failed/.test(result) && /1 !== 2/.test(result))).toBe(
    true,
  )
  expect(results.some((result) => /^passed: 1 passed, 0 failed/.test(result))).toBe(true)
  // The tester's, which nobody but the tester ran.
  expect(
    told.some((request) => request.messages.some(({ content }) => /1 !== 3/.test(String(content)))),
  ).toBe(true)

  const git = createGit({ clock: systemClock, gitDir: `${program.config.dataDir}/forge/visits.git` })
  const subjects = (await git(['log', '--no-merges', '--format=%s', 'main'])).trim().split('\n')
  expect(subjects.slice(0, 3)).toEqual(['Expect one visit again', 'All done!', 'Count visits in memory'])

  const [run] = await program.app.db.select().from(runs)
  const bill = await program.app.db.select().from(modelCalls)
  expect(bill).toHaveLength(endpoint.requests.length)
  expect(new Set(bill.map(({ agent }) => agent))).toEqual(
    new Set(['ProductOwner', 'Architect', 'CodeAssistant']),
  )
  for (const row of bill)
    expect(row).toMatchObject({
      model: 'openrouter/vendor/coder-1',
      inputTokens: USAGE.prompt_tokens,
      outputTokens: USAGE.completion_tokens,
      cost: USAGE.cost,
      outcome: 'ok',
    })
  for (const row of bill.filter(({ agent }) => agent === 'CodeAssistant'))
    expect(row).toMatchObject({ runId: run?.id, projectId: run?.projectId })
  for (const row of bill.filter(({ agent }) => agent === 'ProductOwner'))
    expect(row.conversationId).toBe(run?.conversationId)
  expect(endpoint.requests.map(({ model }) => model)).toEqual(bill.map(() => 'vendor/coder-1'))

  const costs = await house.hears('/costs agent', /CodeAssistant/)
  expect(costs.text).toMatch(
    /CodeAssistant · \$0\.08 · .*8 calls, 800 tokens in, 160 out[\s\S]*Total: \$0\.12/,
  )
})
