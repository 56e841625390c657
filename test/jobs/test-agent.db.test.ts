import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { agents, modelCalls } from '../../src/db/schema/index.ts'
import { type Agent, systemAgent } from '../../src/domain/agents/agents.ts'
import { seedAgents } from '../../src/domain/agents/seed.ts'
import { admit } from '../../src/domain/users/admit.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { createOpenAiModels } from '../../src/graph/models/openai.ts'
import { agentSeeds } from '../../src/graph/prompts/seeds.ts'
import { testAgent } from '../../src/jobs/test-agent.ts'
import { createLog } from '../../src/log.ts'
import { type ModelEndpoint, startModelEndpoint } from '../graph/models/endpoint.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { hastyClock } from '../support/hasty-clock.ts'

let base: TestDatabase
let endpoint: ModelEndpoint
let architect: Agent
let anna: Person

beforeAll(async () => {
  base = await createTestDatabase()
  await seedAgents(base.db, agentSeeds())
  architect = await systemAgent(base.db, 'architect')
  anna = await base.db.transaction((tx) =>
    admit(tx, { platform: 'telegram', platformUserId: '7', name: 'Anna' }, 'admin'),
  )
  endpoint = await startModelEndpoint()
})
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]()
  await base.close()
})
beforeEach(async () => {
  await base.db.delete(modelCalls)
})

const run = (id = architect.id, signal = new AbortController().signal) =>
  testAgent(
    {
      db: base.db,
      clock: hastyClock,
      log: createLog({ level: 'silent' }),
      models: createOpenAiModels({ apiKey: 'key', baseUrl: endpoint.url, name: 'test-model' }),
      shutdown: signal,
    },
    id,
    'Which tasks?',
    anna,
  )

test('says one thing to the agent with its own prompt, and nothing else', async () => {
  endpoint.answers({ content: 'Two.' })
  const before = endpoint.requests.length
  expect(await run()).toMatchObject({ markdown: 'Two.', calls: [], model: 'test-model' })
  const asked = endpoint.requests.slice(before)
  expect(asked).toHaveLength(1)
  expect(asked[0]?.messages).toMatchObject([
    { role: 'system', content: architect.config.system_prompt },
    { role: 'user', content: 'Which tasks?' },
  ])
  expect(asked[0]?.tools).toBeUndefined()
})

test('tells the tokens and the cost that were written down for it, with who asked', async () => {
  endpoint.answers({ content: 'Two.' })
  await base.db
    .update(agents)
    .set({
      config: { ...architect.config, metadata: { ...architect.config.metadata, cost_per_call: 0.02 } },
    })
    .where(eq(agents.id, architect.id))
  const { cost, inputTokens, outputTokens, durationMs } = await run()
  const [call] = await base.db.select().from(modelCalls)
  expect(call).toMatchObject({
    userId: anna.id,
    agent: architect.name,
    cost,
    inputTokens,
    outputTokens,
    durationMs,
  })
  expect(cost).toBe(0.02)
  expect(inputTokens).toBeGreaterThan(0)
})

test('counts the attempts that failed on the way', async () => {
  endpoint.answers({ error: { message: 'busy' }, status: 503 }, { content: 'Two.' })
  const { durationMs } = await run()
  const attempts = await base.db.select().from(modelCalls)
  expect(attempts.map(({ outcome }) => outcome).sort()).toEqual(['503', 'ok'])
  expect(durationMs).toBe(attempts.reduce((sum, one) => sum + one.durationMs, 0))
})

test('of an agent that is gone, or of a model that cannot answer, says so', async () => {
  await expect(run('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ code: 'not_found' })
  endpoint.answers({ error: { message: 'no' }, status: 401 })
  await expect(run()).rejects.toMatchObject({ code: 'model_failed', userMessage: { key: 'model-refused' } })
})
