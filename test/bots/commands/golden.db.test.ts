import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMMANDS } from '../../../src/bots/commands/index.ts'
import { LANGS } from '../../../src/bots/texts.ts'
import {
  agentRegistry,
  agents,
  auditEntries,
  checks,
  modelCalls,
  projects,
  routingDecisions,
  runs,
  servers,
  syncJobs,
  syncRuns,
  tasks,
} from '../../../src/db/schema/index.ts'
import { createAgent } from '../../../src/domain/agents/change-agent.ts'
import { ensureServerCheck } from '../../../src/domain/checks/server-checks.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createDesk } from '../desk.ts'
import { drawn } from './drawn.ts'

let base: TestDatabase

beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())

const PLAN = {
  summary: 'A small service that makes *short* links and counts their visits.',
  tasks: [
    { id: 't1', title: 'Store for links', files: [] },
    { id: 't2', title: 'HTTP interface', files: [] },
  ],
  endpoints: ['POST /api/links', 'GET /:code'],
  estimatedCost: 0.042,
  target: 'this machine',
  notes: ['Links are kept in a file.'],
}

const ARCHITECT = {
  model: 'gpt-4.1',
  temperature: 0.2,
  system_prompt: 'You turn a request into a plan.\n\nSmall, testable tasks.',
  tools: ['read_file'],
  metadata: {
    role: 'architect',
    capabilities: ['planning', 'design'],
    cost_per_call: 0.01,
    estimated_duration: 60,
  },
}

/** One of each, so that every command has something to show. */
const furnish = async () => {
  const { db } = base
  const desk = createDesk(db)
  const anna = await desk.person('Anna', 'owner')
  await desk.person('Boris', 'viewer')
  const live = await desk.project(anna, 'url-shortener')
  await desk.deploy(live)
  const fresh = await desk.project(anna, 'guestbook')
  await desk.ask(fresh, anna, { facts: { kind: 'new_project', plan: PLAN } })
  await db
    .update(projects)
    .set({ status: 'active', repository: 'repos/url-shortener.git' })
    .where(eq(projects.id, live.project.id))
  await db
    .update(projects)
    .set({ status: 'estimated', title: 'Guestbook' })
    .where(eq(projects.id, fresh.project.id))
  await db
    .update(runs)
    .set({ status: 'running', progress: { steps: { build: { state: 'running', done: 1, total: 3 } } } })
    .where(eq(runs.id, live.run.id))
  await db.update(runs).set({ status: 'waiting' }).where(eq(runs.id, fresh.run.id))
  await db.insert(modelCalls).values(
    [1, 2].map(() => ({
      agent: 'architect',
      model: 'gpt-4.1',
      inputTokens: 12_000,
      outputTokens: 800,
      cost: 0.031,
      durationMs: 1200,
      outcome: 'ok',
      at: desk.clock.now(),
    })),
  )
  await db.delete(agents)
  await db.transaction((tx) =>
    createAgent(
      tx,
      { name: 'architect', config: ARCHITECT },
      { person: anna, surface: 'telegram', now: desk.clock.now() },
    ),
  )
  await db.delete(auditEntries)
  await db.insert(auditEntries).values({
    userId: anna.id,
    actor: 'Anna',
    surface: 'telegram',
    action: 'user.role',
    subject: 'Boris',
    result: 'ok',
    at: desk.clock.now(),
  })
  const [worker] = await db
    .insert(agentRegistry)
    .values({
      name: 'build-1.research',
      processId: 'p',
      agentType: 'research',
      poolName: 'default',
      capabilities: ['plan_work', 'answer'],
    })
    .returning()
  const [task] = await db
    .insert(tasks)
    .values({
      originKey: 'golden',
      workType: 'plan_work',
      agentType: 'research',
      title: 'Plan the *guestbook*',
      input: {},
      conversationId: fresh.conversationId,
      timeoutMs: 60_000,
    })
    .returning()
  await db.insert(routingDecisions).values({
    taskId: task?.id,
    workType: 'plan_work',
    agentType: 'research',
    agentPool: 'default',
    selectedAgentId: worker?.agentId,
    selectedAgentName: 'build-1.research',
    performedByName: 'architect',
    score: 62.25,
    successPoints: 32.25,
    contextPoints: 0,
    specializationPoints: 20,
    loadPoints: 10,
    runnersUp: [
      {
        id: 'w2',
        name: 'build-2.research',
        score: 59,
        parts: { success: 20, context: 30, specialization: 0, load: 9 },
        load: 1,
      },
    ],
    successRatePercent: 81,
    reason: '',
    outcome: 'succeeded',
    createdAt: desk.clock.now(),
    durationMs: 1_250,
  })
  const [server] = await db
    .insert(servers)
    .values({
      name: 'web-1',
      source: 'hetzner',
      externalId: '42',
      address: '10.0.0.4',
      status: 'ready',
      facts: { location: 'fsn1', type: 'cx22' },
    })
    .returning()
  if (server) await ensureServerCheck(db, server, desk.clock.now())
  await db.update(checks).set({
    ...{ state: 'failing', failures: 3, lastError: 'connection refused', latencyMs: 1 },
    lastCheckedAt: new Date(desk.clock.now().getTime() - 30_000),
    lastOkAt: new Date(desk.clock.now().getTime() - 180_000),
    facts: { diskUsedPercent: 61, memoryUsedPercent: 40, loadPerCpu: 0.5 },
  })
  await db.insert(projects).values(
    ['blog', 'attic'].map((name) => ({
      name,
      title: name,
      description: 'Words *and* pictures',
      status: 'discovered' as const,
      forge: 'github',
      repository: `acme/${name}`,
      repositoryUrl: `https://github.com/acme/${name}`,
      isPrivate: true,
      isArchivedThere: name === 'attic',
      missingSecrets: name === 'blog' ? ['DATABASE_URL', 'API_KEY'] : [],
    })),
  )
  const now = desk.clock.now()
  const inFiveMinutes = new Date(now.getTime() + 300_000)
  await db.insert(syncJobs).values([
    {
      ...{ name: 'github_sync', lastStartedAt: now, lastSuccessAt: now, nextAt: inFiveMinutes },
      summary: { requests: 3, discovered: 2, missing: 1 },
    },
    {
      ...{ name: 'server_sync', lastStartedAt: now, nextAt: inFiveMinutes },
      ...{ failures: 4, lastError: 'the *provider* is away' },
    },
  ])
  const run = { startedAt: now, finishedAt: now }
  await db.insert(syncRuns).values([
    { ...run, name: 'github_sync', ok: true, summary: { requests: 3, discovered: 2 } },
    { ...run, name: 'server_sync', ok: false, error: 'the *provider* is away' },
  ])
  // Rows that the database dates by itself get the desk's time, one minute apart.
  await db.execute(
    sql`update projects set created_at = '2030-01-01T10:00:00Z'::timestamptz + array_position(array['attic', 'blog', 'url-shortener', 'guestbook'], name) * interval '1 minute'`,
  )
  await db.execute(sql`update runs set created_at = '2030-01-01T10:00:00Z'`)
  return desk
}

const LINES = [
  '/audit',
  '/start',
  '/help',
  '/help logs',
  '/help lgos',
  '/projects',
  '/projects 7',
  '/project url-shortener',
  '/project guestbook',
  '/project url-shortner',
  '/status',
  '/approvals',
  '/logs url-shortener 5',
  '/restart url-shortener',
  '/restart guestbook',
  '/delete url-shortener',
  '/stop',
  '/costs',
  '/budget',
  '/budget url-shortener 10',
  '/agents',
  '/agents url-shortener',
  '/agents 3',
  '/agent',
  '/agent architect',
  '/agent architct',
  '/agent tset architect',
  '/agent prompt architect',
  '/agent config architect',
  '/agent edit architect',
  '/agent edit architect prompt',
  '/agent edit architect {"temperature": 7, "tolls": []}',
  '/agent edit architect {"temperature": }',
  '/agent set architect temperature=7 tolls=x',
  '/agent set architect temperature=0.5 prompt="You turn a request into a plan."',
  '/agent set architect temperature=0.5',
  '/agent set architect',
  '/agent history architect',
  '/agent diff architect 1 2',
  '/agent rollback architect 1',
  '/agent rollback architect 9',
  '/agent new Reviewer url-shortener',
  '/agent clone architect Planner',
  '/agent clone architect Planner',
  '/agent default Planner',
  '/agent disable Planner',
  '/agent enable Planner',
  '/agent test Planner "Which tasks would you make of a guestbook?"',
  '/agent test Planner',
  '/agent delete Planner',
  '/workers',
  '/worker build-1.research',
  '/worker drain build-1.research',
  '/worker resume build-1.research',
  '/worker nobody',
  '/why',
  '/why 1',
  '/why 99',
  '/decisions',
  '/decisions plan_work',
  '/decisions zzyzx',
  '/ask',
  '/ask what does it do?',
  '/ask architect: what does it do?',
  '/ask architct: what does it do?',
  '/incidents',
  '/incident',
  '/incident new',
  '/incident new people cannot log in',
  '/incidents',
  '/incident 1',
  '/ack 7',
  '/ack 1',
  '/unack 1',
  '/silence 1',
  '/silence 1 2h',
  '/unsilence 1',
  '/assign 1 Boris',
  '/assign 1 me',
  '/note 1 the *disk* is full',
  '/fix 1',
  '/resolve 1 bought a bigger disk',
  '/resolve 1',
  '/incidents all',
  '/incidents zzz',
  '/reopen 1',
  '/resolve',
  '/alerts',
  '/alerts on',
  '/alerts on critical url-shortener',
  '/alerts loud',
  '/alerts off',
  '/oncall',
  '/oncall set weekly on monday at 09:00 Europe/Berlin: anna',
  '/oncall set weekly on monday at 09:00 Europe/Berlin: anna, bors',
  '/oncall set every moon: anna',
  '/oncall set daily at 09:00 UTC from 2030-01-03: anna for guestbook',
  '/oncall guestbook',
  '/oncall override anna for 4h',
  '/oncall override anna',
  '/oncall swap anna tomorrow',
  '/oncall calendar http://localhost/a.ics',
  '/oncall off guestbook',
  '/oncall off guestbook yes',
  '/escalation',
  '/escalation on-call, wait 5, anna, wait 10, chat, repeat 2',
  '/escalation guestbook',
  '/escalation wait 5',
  '/escalation off',
  '/servers',
  '/servers 2',
  '/server web-1',
  '/server wbe-1',
  '/server check web-1',
  '/server maintenance web-1',
  '/server resume web-1',
  '/server burn web-1',
  '/discovered',
  '/discovered blog',
  '/adopt blog',
  '/adopt blog',
  '/ignore attic',
  '/ignore attic',
  '/discovered',
  '/sync',
  '/sync run github_sync',
  '/sync run backups',
  '/users',
  '/invite operator',
  '/invite emperor',
  '/role Boris member',
  '/role Nobody member',
  '/role Anna none',
  '/claim',
  '/unsupported',
  '/porjects',
  '/dance',
]

test.each(LANGS)('every command answers well in %s', async (lang) => {
  if (lang !== 'en') {
    await base.close()
    base = await createTestDatabase()
  }
  const desk = await furnish()
  const answers = [`> /lang ${lang}\n\n${drawn(await desk.command('Anna', `/lang ${lang}`))}`]
  for (const line of LINES) answers.push(`> ${line}\n\n${drawn(await desk.command('Anna', line))}`)

  await expect(`${answers.join('\n\n')}\n`).toMatchFileSnapshot(`golden/${lang}.txt`)
  const said = [...LINES, '/lang'].map((line) => line.slice(1).split(' ')[0])
  expect(COMMANDS.filter(({ name }) => !said.includes(name))).toEqual([])
})
