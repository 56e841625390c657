import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Executor } from '../../../src/db/client.ts'
import * as schema from '../../../src/db/schema/index.ts'
import { agentReference, resolveAgent, shortAgentId } from '../../../src/domain/agents/address.ts'
import {
  findAgent,
  findAgentByName,
  getAgentsByRole,
  getOrchestrator,
  systemAgent,
} from '../../../src/domain/agents/agents.ts'
import { disableAgent, makeDefault } from '../../../src/domain/agents/change-agent.ts'
import { seedAgents } from '../../../src/domain/agents/seed.ts'
import type { Project } from '../../../src/domain/projects/projects.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { configOf } from './configs.ts'
import { createHouse, type House } from './house.ts'

let house: House
let project: Project
let bob: Person
beforeAll(async () => {
  house = await createHouse()
  bob = await house.person('Bob', 'member')
  await seedAgents(house.db, agentSeeds())
})
beforeEach(async () => {
  project = await house.project()
})
afterAll(() => house.database.close())

describe('a new project', () => {
  it('has its starter pack, each with the first line of its history', async () => {
    const { rows } = await counts(project.id)
    expect(rows).toEqual([
      { name: 'Architect', role: 'architect', versions: 1, is_default: false },
      { name: 'Ask', role: 'ask', versions: 1, is_default: false },
      { name: 'CodeAssistant', role: 'code', versions: 1, is_default: false },
      { name: 'Debug', role: 'debug', versions: 1, is_default: false },
      { name: 'Orchestrator', role: 'orchestrator', versions: 1, is_default: true },
    ])
  })

  it('that cannot be made has no agents either', async () => {
    await expect(house.project(project.name)).rejects.toThrow('there is already a project')
    expect((await counts(project.id)).rows).toHaveLength(5)
  })
})

const counts = async (projectId: string) => ({
  rows: [
    ...(await house.db.execute(sql`
      select name, role, is_default, (select count(*)::int from agent_versions where agent_id = agents.id) as versions
      from agents where project_id = ${projectId} order by name`)),
  ],
})

describe('the orchestrator', () => {
  it('is the one there is', async () => {
    expect((await getOrchestrator(house.db, null, project.id))?.name).toBe('Orchestrator')
  })

  it('is the default of several', async () => {
    const careful = await house.agent('Careful', { projectId: project.id }, configOf('orchestrator'))
    expect((await getOrchestrator(house.db, null, project.id))?.name).toBe('Orchestrator')
    await house.db.transaction((tx) => makeDefault(tx, careful.id, house.by))
    expect((await getOrchestrator(house.db, null, project.id))?.name).toBe('Careful')
  })

  it('is nobody’s guess: several without a default are listed', async () => {
    await house.agent('Careful', { projectId: project.id }, configOf('orchestrator'))
    await house.db.execute(sql`update agents set is_default = false where project_id = ${project.id}`)
    await expect(getOrchestrator(house.db, null, project.id)).rejects.toMatchObject({
      code: 'conflict',
      userMessage: { key: 'agent-several-orchestrators', args: { names: 'Orchestrator, Careful' } },
    })
  })

  it('is a person’s own for that person, and the project’s for all others', async () => {
    await house.agent('Mine', { projectId: project.id, userId: bob.id }, configOf('orchestrator'))
    expect((await getOrchestrator(house.db, bob.id, project.id))?.name).toBe('Mine')
    expect((await getOrchestrator(house.db, house.ann.id, project.id))?.name).toBe('Orchestrator')
    expect((await getOrchestrator(house.db, null, project.id))?.name).toBe('Orchestrator')
  })

  it('is none where there is none', async () => {
    const bare = await house.project(undefined, [])
    expect(await getOrchestrator(house.db, null, bare.id)).toBeUndefined()
  })
})

describe('agents that are out of use, or broken', () => {
  it('are not found by role or name, and still by their id', async () => {
    const [debug] = await getAgentsByRole(house.db, project.id, 'debug')
    if (!debug) throw new Error('a project has a debug agent')
    await house.db.transaction((tx) => disableAgent(tx, debug.id, house.by))
    expect(await getAgentsByRole(house.db, project.id, 'debug')).toEqual([])
    expect(await findAgentByName(house.db, project.id, 'Debug')).toBeUndefined()
    expect((await findAgent(house.db, debug.id))?.isActive).toBe(false)
    await house.db.execute(sql`update agents set is_active = true, status = 'error' where id = ${debug.id}`)
    expect(await getAgentsByRole(house.db, project.id, 'debug')).toEqual([])
    expect((await getAgentsByRole(house.db, project.id, 'debug', 'error'))[0]?.id).toBe(debug.id)
    expect((await findAgentByName(house.db, project.id, 'debug', 'error'))?.id).toBe(debug.id)
  })

  it('a system that lacks a role says so', async () => {
    await expect(systemAgent(house.db, 'debug')).rejects.toMatchObject({ code: 'misconfigured' })
  })
})

describe('a name', () => {
  it('is found whatever its capitals, in its project alone', async () => {
    expect((await findAgentByName(house.db, project.id, 'codeassistant'))?.name).toBe('CodeAssistant')
    expect(await findAgentByName(house.db, null, 'CodeAssistant')).toBeUndefined()
    expect((await findAgentByName(house.db, null, 'architect'))?.projectId).toBeNull()
  })

  it('means the project’s agent before the system’s, and PROJECT/NAME exactly that one', async () => {
    const own = await resolveAgent(house.db, 'Architect', { projectId: project.id })
    expect(own.projectId).toBe(project.id)
    expect((await resolveAgent(house.db, 'Architect')).projectId).toBeNull()
    expect((await resolveAgent(house.db, 'tester', { projectId: project.id })).projectId).toBeNull()
    expect((await resolveAgent(house.db, agentReference(own, project.name))).id).toBe(own.id)
    expect((await resolveAgent(house.db, shortAgentId(own))).id).toBe(own.id)
  })

  it('nobody has is answered with those there are, the likely one first', async () => {
    await expect(resolveAgent(house.db, 'Architct', { projectId: project.id })).rejects.toMatchObject({
      code: 'not_found',
      userMessage: {
        key: 'agent-not-found',
        args: { name: 'Architct', choices: expect.stringMatching(/^Architect, /) },
      },
    })
    await expect(resolveAgent(house.db, `${project.name}/Tester`)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(resolveAgent(house.db, 'no-such-project/Ask')).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each(['~', '~short', `~${'A'.repeat(22)}`, '/', 'a/b/c', '', '%', "x'; drop table agents; --"])(
    '%j finds nothing and harms nothing',
    async (reference) => {
      await expect(resolveAgent(house.db, reference)).rejects.toMatchObject({ code: 'not_found' })
    },
  )

  it('that several people use for their own is told apart by its id', async () => {
    const eve = await house.person('Eve', 'member')
    const mine = await house.agent('Own', { projectId: project.id, userId: bob.id })
    expect((await resolveAgent(house.db, 'own', { projectId: project.id })).id).toBe(mine.id)
    const hers = await house.agent('Own', { projectId: project.id, userId: eve.id })
    await expect(resolveAgent(house.db, 'own', { projectId: project.id })).rejects.toMatchObject({
      code: 'conflict',
      userMessage: { args: { choices: expect.stringContaining(shortAgentId(hers)) } },
    })
    expect((await findAgentByName(house.db, project.id, 'own', 'ready', bob.id))?.id).toBe(mine.id)
    expect(await findAgentByName(house.db, project.id, 'own')).toBeUndefined()
  })
})

describe('every look-up', () => {
  const lookUps: [string, (db: Executor) => Promise<unknown>][] = [
    ['getOrchestrator', (db) => getOrchestrator(db, bob.id, project.id)],
    ['getAgentsByRole', (db) => getAgentsByRole(db, project.id, 'code')],
    ['findAgentByName', (db) => findAgentByName(db, project.id, 'Ask')],
    ['findAgent', (db) => findAgent(db, bob.id)],
    ['systemAgent', (db) => systemAgent(db, 'architect')],
  ]

  it.each(lookUps)('%s is one query, by an index', async (_name, lookUp) => {
    const asked: string[] = []
    const logQuery = (query: string, params: unknown[]) =>
      asked.push(query.replace(/\$(\d+)/g, (_match, n) => literal(params[Number(n) - 1])))
    await lookUp(drizzle(house.database.sql, { schema, casing: 'snake_case', logger: { logQuery } }))
    expect(asked).toHaveLength(1)
    const plan = await house.db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`)
      return (await tx.execute(sql.raw(`explain ${asked[0]}`))).map((row) => row['QUERY PLAN']).join('\n')
    })
    expect(plan).toMatch(/Index Scan/)
    expect(plan).not.toContain('Seq Scan')
  })
})

const literal = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))
