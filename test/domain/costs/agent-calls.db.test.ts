import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY_MS } from '../../../src/clock.ts'
import { modelCalls } from '../../../src/db/schema/index.ts'
import { createAgent } from '../../../src/domain/agents/change-agent.ts'
import { callsOfAgent } from '../../../src/domain/costs/agent-calls.ts'
import { createDesk } from '../../bots/desk.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let base: TestDatabase

beforeAll(async () => {
  base = await createTestDatabase()
})
afterAll(() => base.close())

test('two agents by the same name have each their own calls, in whatever project they were made', async () => {
  const desk = createDesk(base.db)
  const anna = await desk.person('anna', 'admin')
  const { project: own } = await desk.project(anna, 'with-a-planner')
  const made = (projectId: string | null) =>
    base.db.transaction((tx) =>
      createAgent(
        tx,
        {
          name: 'Planner',
          projectId,
          config: {
            model: '',
            temperature: 0,
            system_prompt: 'You plan.',
            metadata: { role: 'custom', capabilities: [], cost_per_call: 0 },
          },
        },
        { person: anna, surface: 'telegram', now: desk.clock.now() },
      ),
    )
  const [ofSystem, ofProject] = [await made(null), await made(own.id)]
  const now = desk.clock.now()
  const call = (
    agent: { id: string | null; name: string },
    projectId: string | null,
    cost: number,
    daysAgo = 1,
  ) => ({
    ...{ agent: agent.name, agentId: agent.id, projectId, cost, model: 'm', durationMs: 1, outcome: 'ok' },
    at: new Date(now.getTime() - daysAgo * DAY_MS),
  })
  await base.db
    .insert(modelCalls)
    .values([
      call(ofSystem, null, 1),
      call(ofSystem, own.id, 2),
      call(ofProject, own.id, 4),
      call(ofProject, own.id, 8, 31),
      call(ofSystem, null, 16, 31),
      call({ id: null, name: 'Planner' }, own.id, 32),
    ])
  const since = new Date(now.getTime() - 30 * DAY_MS)
  expect(await callsOfAgent(base.db, ofSystem, { since })).toEqual({ count: 2, cost: 3 })
  expect(await callsOfAgent(base.db, ofProject, { since })).toEqual({ count: 1, cost: 4 })
})
