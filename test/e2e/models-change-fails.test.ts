import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { incidents, projects, runs } from '../../src/db/schema/index.ts'
import { currentDeployment } from '../../src/domain/deployments/deployments.ts'
import { createGit } from '../../src/forges/git.ts'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { calls, resultsIn } from '../graph/models/endpoint.ts'
import {
  AGENTS,
  approves,
  type ModelsHouse,
  openModelsHouse,
  plays,
  testOf,
  VISITS,
  writes,
} from './models-house.ts'

let house: ModelsHouse
let url: string

const update = (title: string) => ({
  intent: 'update_project',
  project: 'visits',
  title: 'Visits',
  request: title,
})
const planFor = (title: string) => ({
  summary: `${title}.`,
  tasks: [{ id: 't1', title, files: ['server.js'] }],
})
const greeting = VISITS['server.js'].replace('{ visits }', "{ visits, hello: 'world' }")
const ESCAPES: [string, unknown][] = [
  ['read_file', { path: '../../../etc/passwd' }],
  ['read_file', { path: '/proc/self/environ' }],
  ['write_file', { path: '/etc/cron.d/visits', content: '* * * * * root true' }],
  ['write_file', { path: '.git/config', content: '[core]\n\thooksPath = .' }],
  ['write_file', { path: '../sibling.js', content: '' }],
  ['remove_file', { path: '..' }],
]
/** A test that tries everything, and leaves a link behind where it can. */
const PROBE = `import fs from 'node:fs'
import { test } from 'node:test'
// The first process of the sandbox has what every program in it is given, and nothing more.
const found = (text) => text.split('\\0').filter((one) => one && !/^(PATH|HOME|TMPDIR|LANG|NODE_OPTIONS|PWD)=/.test(one)).length
test('looks around', () => {
  for (const path of ['/proc/1/environ', '/etc/shadow', '../../../../secrets'])
    try { console.log(path, found(fs.readFileSync(path, 'utf8'))) } catch (error) { console.log(path, error.code) }
  try { fs.symlinkSync('/etc/passwd', 'passwd.txt') } catch (error) { console.log('link', error.code) }
})
`

beforeAll(async () => {
  house = await openModelsHouse()
  plays(house.endpoint, {
    intents: [
      [
        /count visits/,
        { intent: 'new_project', project: 'visits', title: 'Visits', request: 'count visits' },
      ],
      [/break the tests/, update('break the tests')],
      [/break the start/, update('break the start')],
      [/break the health/, update('break the health')],
      [/change nothing/, update('change nothing')],
      [/go round in circles/, update('go round in circles')],
      [/say hello/, update('say hello')],
      [/make it fly/, update('make it fly')],
    ],
    plans: [
      [/break the tests/, planFor('Break the tests')],
      [/break the start/, planFor('Break the start')],
      [/break the health/, planFor('Break the health')],
      [/change nothing/, planFor('Change nothing')],
      [/go round in circles/, planFor('Go round in circles')],
      [/say hello/, planFor('Say hello')],
      [/make it fly/, 'A service cannot fly.'],
      [/count visits/, planFor('Count visits')],
    ],
    work: [
      [/the tests fail[\s\S]*break the tests/, [{ content: 'I am sure it works now' }]],
      [
        /break the tests/,
        [
          calls(
            ...writes({
              'server.test.js': testOf(5),
              'long.js': Array.from({ length: 400 }, (_, n) => `export const line${n} = ${n}`).join('\n'),
            }),
          ),
          { content: 'Break the tests' },
        ],
      ],
      [
        /break the start/,
        [
          calls(
            ...writes({
              'server.js': `if (process.env.PORT) throw new Error('no config')\n${VISITS['server.js']}`,
            }),
          ),
          { content: 'Break the start' },
        ],
      ],
      [
        /break the health/,
        [
          calls(
            ...writes({
              'server.js': VISITS['server.js'].replace("'/healthz')", "'/healthz' && visits++ === 0)"),
            }),
          ),
          { content: 'Break the health' },
        ],
      ],
      [/change nothing/, [{ content: 'Everything is done and the tests pass' }]],
      [/go round in circles/, [calls(['list_files', {}])]],
      [
        /say hello/,
        [
          calls(...ESCAPES),
          calls(...writes({ 'probe.test.js': PROBE }), ['run_tests', {}]),
          calls(
            ...writes({ 'server.js': greeting }),
            ['remove_file', { path: 'probe.test.js' }],
            ['run_tests', {}],
          ),
          { content: 'Say hello' },
        ],
      ],
      [/count visits/, [calls(...writes(VISITS)), { content: 'Count visits' }]],
    ],
  })
  const done = await ships('count visits')
  url = done.text.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? ''
})
afterAll(() => house[Symbol.asyncDispose]())

/** Ann asks, and approves the plan. @returns the card. */
const begins = async (wish: string): Promise<ShownMessage> => {
  const card = await house.hears(`please ${wish}`, ({ buttons }) => buttons.includes('Approve'))
  await approves(house, 'Approve', card)
  return card
}

const ships = async (wish: string): Promise<ShownMessage> => {
  const card = await begins(wish)
  return house.telegram.waitForMessage(/visits is active/, {
    chat: house.ann.id,
    after: card,
    limitMs: 60_000,
  })
}

const fails = (after: ShownMessage): Promise<ShownMessage> =>
  house.telegram.waitForMessage(house.t('result-failed', { project: 'visits' }), {
    chat: house.ann.id,
    after,
    limitMs: 90_000,
  })

const theRun = async (wish: string) => {
  const [run] = await house.test.app.db.select().from(runs).where(eq(runs.request, wish))
  return run
}

/** The version from before answers, and the project says so. */
const expectOldVersion = async () => {
  expect(await (await fetch(url)).json()).toEqual({ visits: expect.any(Number) })
  const [project] = await house.test.app.db.select().from(projects)
  const running = project && (await currentDeployment(house.test.app.db, project.id))
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok', version: running?.version })
  expect(project?.status).toBe('active')
}

const git = (args: string[]) =>
  createGit({ gitDir: `${house.test.config.dataDir}/forge/visits.git`, clock: systemClock })(args)

describe('a change that fails leaves the old version running', () => {
  test('after three rounds of failing tests a person is asked, three more with their advice, and then it is given up', async () => {
    const plan = await begins('break the tests')
    const asks = await house.telegram.waitForMessage(house.t('approval-title-retry', { project: 'visits' }), {
      chat: house.ann.id,
      after: plan,
    })
    expect(asks.text).toContain('1 !== 5')
    expect(asks.buttons).toEqual(['Try again', 'With advice…', 'Give up'])
    // While a person thinks, the service is there for everybody else.
    expect((await fetch(`${url}/healthz`)).status).toBe(200)

    house.ann.presses('With advice…', { message: asks })
    const wants = await house.telegram.waitForMessage(({ asksForReply }) => asksForReply, {
      chat: house.ann.id,
      after: asks,
    })
    house.ann.says('visits start at four, not at nought', { replyTo: wants })
    const again = await house.telegram.waitForMessage(
      house.t('approval-title-retry', { project: 'visits' }),
      {
        chat: house.ann.id,
        after: wants,
      },
    )
    const advised = house.endpoint.requests.filter(({ messages }) =>
      messages.some(({ content }) => /the tests fail[\s\S]*start at four/.test(String(content))),
    )
    expect(advised.length).toBeGreaterThan(0)

    house.ann.presses('Give up', { message: again })
    const result = await fails(again)
    expect(result.text).toContain(house.t('run-tests-failed', { failed: 1 }))
    expect(result.text).toContain(house.t('result-old-version'))
    expect(result.text).toMatch(/P-[A-Z2-9]{6}/)
    expect(result.text).toContain('+export const line1 = 1')
    expect(result.text).toMatch(/\[… \+\d+\]/)
    expect(house.repliesAfter(again).filter(({ text }) => text.includes('line1 = 1'))).toHaveLength(1)
    await expectOldVersion()

    expect(await theRun('break the tests')).toMatchObject({
      status: 'failed',
      failure: { oldVersionRuns: true },
    })
    // What was tried stays as a branch, and the person is told its name.
    const branch = `run/${(await theRun('break the tests'))?.id.slice(0, 8)}`
    expect(result.text).toContain(branch)
    expect(await git(['show', `${branch}:server.test.js`])).toContain('assert.equal(visits, 5)')
    expect(await git(['show', 'main:server.test.js'])).toContain('assert.equal(visits, 1)')
  })

  test('a new version that ends at its start is taken back, with its log', async () => {
    const plan = await begins('break the start')
    const result = await fails(plan)
    expect(result.text).toContain('no config')
    expect(result.text).toContain(house.t('result-old-version'))
    expect(result.text).toContain("+if (process.env.PORT) throw new Error('no config')")
    await expectOldVersion()
    const run = await theRun('break the start')
    expect(run).toMatchObject({
      status: 'failed',
      failure: { key: 'run-deploy-failed', oldVersionRuns: true },
    })
    // What was tried stays as a branch, and main is what runs.
    expect(await git(['show', `run/${run?.id.slice(0, 8)}:server.js`])).toContain('no config')
    expect(await git(['show', 'main:server.js'])).not.toContain('no config')
  })

  test('a new version that answers once and then no more is taken back', async () => {
    const plan = await begins('break the health')
    const result = await fails(plan)
    expect(result.text).toContain(house.t('result-old-version'))
    expect(await theRun('break the health')).toMatchObject({
      status: 'failed',
      failure: { key: 'run-unhealthy' },
    })
    await expectOldVersion()
  })

  test('a developer that only says it is done is not believed', async () => {
    const plan = await begins('change nothing')
    const result = await fails(plan)
    expect(result.text).toContain(house.t('run-nothing-changed'))
    await expectOldVersion()
  })

  test('a developer that goes round in circles is stopped', async () => {
    const plan = await begins('go round in circles')
    const result = await fails(plan)
    expect(result.text).toContain(house.t('model-loops', { agent: 'code', rounds: 60 }))
    await expectOldVersion()
    expect(await theRun('go round in circles')).toMatchObject({
      status: 'failed',
      failure: { key: 'model-loops' },
    })
  })
})

test('a wish that cannot be planned is answered, and nothing is wrong with the project', async () => {
  const asked = house.ann.says('please make it fly')
  const result = await fails(asked)
  expect(result.text).toContain('A service cannot fly.')
  // Nothing was tried, so nothing is kept of it.
  expect(result.text).not.toContain('run/')
  await house.telegram.waitForMessage(`✗ ${house.t('step-design')}`, { chat: house.ann.id, after: asked })
  const run = await theRun('make it fly')
  expect(await git(['branch', '--list', `run/${run?.id.slice(0, 8)}`])).toBe('')
  const about = await house.test.app.db
    .select()
    .from(incidents)
    .where(eq(incidents.runId, run?.id ?? ''))
  expect(about).toEqual([])
  await expectOldVersion()
})

test('a developer that tries to leave is told no, and the change is made all the same', async () => {
  await ships('say hello')
  expect(await (await fetch(url)).json()).toEqual({ visits: 1, hello: 'world' })
  const told = house.endpoint.requests
    .filter(({ messages }) => String(messages[0]?.content).includes(AGENTS.developer))
    .map((request) => resultsIn(request))
    .findLast((results) => results.length >= ESCAPES.length + 5)
  expect(told?.slice(0, ESCAPES.length)).toEqual(
    ESCAPES.map(() => expect.stringMatching(/^error: The path /)),
  )
  const looked = told?.find((result) => result.includes('/proc/1/environ')) ?? ''
  expect(looked).not.toMatch(/(environ|shadow|secrets) [1-9]/)
  expect(looked).toMatch(/link E\w+/)
  const files = (await git(['ls-tree', '-r', '--name-only', 'main'])).trim().split('\n')
  expect(files).not.toContain('passwd.txt')
  expect(files).not.toContain('probe.test.js')
})
