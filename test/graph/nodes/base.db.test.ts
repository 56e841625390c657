import { randomUUID } from 'node:crypto'
import { HumanMessage } from '@langchain/core/messages'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../../src/db/client.ts'
import { agents } from '../../../src/db/schema/index.ts'
import type { AgentConfig } from '../../../src/db/shapes/agent.ts'
import type { RunPlan } from '../../../src/db/shapes/run.ts'
import {
  findAgent,
  findAgentByName,
  getAgentsByRole,
  getOrchestrator,
  systemAgent,
} from '../../../src/domain/agents/agents.ts'
import type { AgentDirectory } from '../../../src/domain/agents/directory.ts'
import { seedAgents } from '../../../src/domain/agents/seed.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { createProject, type Project } from '../../../src/domain/projects/projects.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createOpenAiModels } from '../../../src/graph/models/openai.ts'
import type { AgentDeps, AgentStep } from '../../../src/graph/nodes/agent-step.ts'
import { callAgent, runAgent } from '../../../src/graph/nodes/base.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { planningTools, submittedPlan } from '../../../src/graph/tools/planning.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { hastyClock } from '../../support/hasty-clock.ts'
import { calls, type ModelEndpoint, resultsIn, startModelEndpoint } from '../models/endpoint.ts'
import { never, toolNamed } from './kit.ts'

let base: TestDatabase
let endpoint: ModelEndpoint
let deps: AgentDeps
let owner: Person
let project: Project

beforeAll(async () => {
  base = await createTestDatabase()
  endpoint = await startModelEndpoint()
  const { db } = base
  await seedAgents(db, agentSeeds())
  owner = await db.transaction((tx) =>
    admit(tx, { platform: 'telegram', platformUserId: 'owner', name: 'Owner' }, 'owner'),
  )
  deps = {
    db,
    clock: hastyClock,
    log: createLog({ level: 'silent' }),
    models: createOpenAiModels({ apiKey: 'key', baseUrl: endpoint.url, name: 'house-model' }),
    agents: uncached(db),
    wake: { deliver: async () => {} } as unknown as AgentDeps['wake'],
  }
})
afterAll(async () => {
  await endpoint[Symbol.asyncDispose]()
  await base.close()
})
beforeEach(async () => {
  const conversation = await ensureConversation(base.db, {
    key: `telegram:${randomUUID()}`,
    platform: 'telegram',
    kind: 'private',
  })
  project = await base.db.transaction((tx) =>
    createProject(
      tx,
      {
        name: `p${randomUUID().slice(0, 8)}`,
        title: 'P',
        description: '',
        ownerId: owner.id,
        conversationId: conversation.id,
      },
      agentSeeds().starterPack,
    ),
  )
})

const step = <Update = object>(over: Partial<AgentStep<Update>> = {}): AgentStep<Update> => ({
  role: 'code',
  projectId: project.id,
  messages: [new HumanMessage('do it')],
  tools: ['list_files', 'read_file', 'write_file'].map((name) => toolNamed(name)),
  ids: { projectId: project.id, userId: owner.id },
  workKey: 'task',
  signal: never,
  ...over,
})

/** The directory without its memory. */
const uncached = (db: Database): AgentDirectory => ({
  systemAgent: (role) => systemAgent(db, role),
  getAgentsByRole: (projectId, role) => getAgentsByRole(db, projectId, role),
  getOrchestrator: (userId, projectId) => getOrchestrator(db, userId, projectId),
  findAgentByName: (projectId, name) => findAgentByName(db, projectId, name),
  findAgent: (id) => findAgent(db, id),
  listening: Promise.resolve(),
  close: async () => {},
})

/** What the endpoint was asked last. */
const lastRequest = () => {
  const request = endpoint.requests.at(-1)
  return {
    model: request?.model,
    temperature: request?.temperature,
    system: String(request?.messages[0]?.content),
    tools: (request?.tools ?? []).map((one) => one.function.name),
  }
}

const changeConfig = async (change: Partial<AgentConfig>) => {
  const isMine = and(eq(agents.projectId, project.id), eq(agents.role, 'code'))
  const [agent] = await base.db.select().from(agents).where(isMine)
  if (!agent) throw new Error('the starter pack has it')
  await base.db
    .update(agents)
    .set({ config: { ...agent.config, ...change } })
    .where(isMine)
}

const plan = {
  summary: 'A plan.',
  tasks: [{ id: 't1', title: 'Do it', files: [] }],
  endpoints: [],
  estimatedCost: 0,
  target: 'local',
  notes: [],
}

describe('an agent that is called', () => {
  test('is what the table says now: prompt, model, temperature and tools', async () => {
    endpoint.answers({ content: 'done' })
    await changeConfig({
      system_prompt: 'You are careful.',
      model: 'vendor/other',
      temperature: 0.7,
      tools: ['read_file', 'write_file', 'run_tests'],
    })
    await callAgent(deps, step({ briefing: 'It rains.' }))
    expect(lastRequest()).toEqual({
      model: 'vendor/other',
      temperature: 0.7,
      system: 'You are careful.\n\nIt rains.',
      tools: ['read_file', 'write_file'],
    })
    await changeConfig({ system_prompt: 'You are bold.', tools: [] })
    await callAgent(deps, step())
    expect(lastRequest()).toMatchObject({ system: 'You are bold.', tools: [] })
  })

  test("is the project's own where it has one in use, else the system's, unless one is named", async () => {
    endpoint.answers({ content: 'done' })
    const ask = async (over: Partial<AgentStep>) => {
      await callAgent(deps, step(over))
      return lastRequest().system
    }
    const own = (await getAgentsByRole(base.db, project.id, 'code'))[0]
    const system = await systemAgent(base.db, 'tester')
    expect(await ask({})).toBe(own?.config.system_prompt)
    expect(await ask({ role: 'tester' })).toBe(system.config.system_prompt)
    expect(await ask({ agent: system })).toBe(system.config.system_prompt)
    await base.db
      .update(agents)
      .set({ isActive: false })
      .where(eq(agents.id, own?.id ?? ''))
    await expect(ask({})).rejects.toMatchObject({ code: 'misconfigured' })
  })

  test('is told only of tools that the person it works for may use', async () => {
    endpoint.answers({ content: 'done' })
    const guest = await base.db.transaction((tx) =>
      admit(tx, { platform: 'telegram', platformUserId: randomUUID(), name: 'Guest' }, 'viewer'),
    )
    const tools = [
      toolNamed('read_file'),
      toolNamed('write_file', undefined, { permission: 'project.create' }),
    ]
    await callAgent(deps, step({ tools }))
    expect(lastRequest().tools).toEqual(['read_file', 'write_file'])
    await callAgent(deps, step({ tools, ids: { userId: guest.id } }))
    expect(lastRequest().tools).toEqual(['read_file'])
    await callAgent(deps, step({ tools, ids: {} }))
    expect(lastRequest().tools).toEqual(['read_file'])
  })
})

describe('an agent at work', () => {
  test('reads what its tools said, and answers in the end', async () => {
    endpoint.answers(calls(['read_file', { n: 1 }], ['list_files', {}]), { content: 'All read.' })
    const { answer } = await runAgent(deps, step(), { maxRounds: 5 })
    expect(answer.text).toBe('All read.')
    expect(resultsIn(endpoint.requests.at(-1) as never)).toEqual(['did read_file', 'did list_files'])
  })

  test('changes the state of its node by what its tools did, and ends when that is enough', async () => {
    endpoint.answers(calls(['submit_plan', { ...plan, tasks: [] }]), calls(['submit_plan', plan]), {
      content: 'never said',
    })
    const before = endpoint.requests.length
    const { update } = await runAgent<{ plan: RunPlan }>(
      deps,
      step<{ plan: RunPlan }>({
        role: 'architect',
        tools: planningTools('new_project'),
        onToolResult: submittedPlan,
      }),
      { maxRounds: 5, isDone: ({ plan }) => plan !== undefined },
    )
    expect(update).toEqual({ plan })
    expect(endpoint.requests.length - before).toBe(2)
  })

  test('that never comes to an end is given up after so many rounds, and the person is told', async () => {
    endpoint.answers(calls(['list_files', {}]))
    const before = endpoint.requests.length
    await expect(runAgent(deps, step(), { maxRounds: 3 })).rejects.toMatchObject({
      code: 'model_failed',
      userMessage: { key: 'model-loops', args: { agent: 'code', rounds: 3 } },
    })
    expect(endpoint.requests.length - before).toBe(3)
  })
})
