import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { agents, agentVersions } from '../../../src/db/schema/index.ts'
import type { AgentConfig } from '../../../src/db/shapes/agent.ts'
import { type Agent, findAgentByName, systemAgent } from '../../../src/domain/agents/agents.ts'
import {
  cloneAgent,
  deleteAgent,
  disableAgent,
  rollbackAgent,
  setAgent,
} from '../../../src/domain/agents/change-agent.ts'
import { type AgentSeed, type AgentSeeds, seedAgents, seedReport } from '../../../src/domain/agents/seed.ts'
import { listVersions } from '../../../src/domain/agents/versions.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { ROOT } from '../../docs/pages.ts'
import { configOf } from './configs.ts'
import { createHouse, type House } from './house.ts'

let house: House
beforeEach(async () => {
  house = await createHouse()
})
afterEach(() => house.database.close())

const FILES = agentSeeds()

/** The files as a later version of prorab may have them. */
const later = (change: Partial<AgentConfig>, of: AgentSeeds = FILES): AgentSeeds => {
  const changed = (seed: AgentSeed) => ({ ...seed, config: { ...seed.config, ...change } })
  return { system: of.system.map(changed), starterPack: of.starterPack.map(changed) }
}

const states = async (seeds: AgentSeeds) =>
  Object.fromEntries((await seedReport(house.db, seeds)).map(({ reference, state }) => [reference, state]))

const set = ({ id }: Agent, path: string, value: string) =>
  house.db.transaction((tx) => setAgent(tx, { id, assignments: [{ path, value }] }, house.by))

describe('a first start', () => {
  it('puts every agent of the system in, with the first line of its history', async () => {
    expect(new Set(Object.values(await states(FILES)))).toEqual(new Set(['missing']))
    await seedAgents(house.db, FILES)
    expect(new Set(Object.values(await states(FILES)))).toEqual(new Set(['same']))
    const history = await house.db.select().from(agentVersions)
    expect(history).toHaveLength(FILES.system.length)
    for (const { version, actor, surface, change } of history)
      expect([version, actor, surface, change]).toEqual([1, 'system', 'system', { kind: 'seeded' }])
  })

  it('of several processes at once puts each in once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => seedAgents(house.db, FILES)))
    expect(await house.db.select().from(agents)).toHaveLength(FILES.system.length)
    expect(await house.db.select().from(agentVersions)).toHaveLength(FILES.system.length)
  })

  it('a second one changes nothing', async () => {
    await seedAgents(house.db, FILES)
    const before = await house.db.select().from(agents)
    await seedAgents(house.db, FILES)
    expect(await house.db.select().from(agents)).toEqual(before)
    expect(await house.db.select().from(agentVersions)).toHaveLength(before.length)
  })
})

describe('an upgrade whose files say something else', () => {
  it('brings along who was never changed, in projects, too, as a version of its own', async () => {
    await seedAgents(house.db, FILES)
    const project = await house.project('shop')
    const report = await seedAgents(house.db, later({ temperature: 0.9 }))
    expect(new Set(report.map(({ state }) => state))).toEqual(new Set(['outdated']))
    expect(report.map(({ reference }) => reference)).toEqual([
      ...FILES.system.map(({ name }) => name),
      ...FILES.starterPack.map(({ name }) => `shop/${name}`).sort(),
    ])
    expect(report[0]?.diff).toContain('-temperature: 0.2\n+temperature: 0.9')
    const ask = await findAgentByName(house.db, project.id, 'Ask')
    if (!ask) throw new Error('the project has an Ask')
    expect(ask).toMatchObject({ version: 2, config: { temperature: 0.9 }, seeded: { temperature: 0.9 } })
    expect((await listVersions(house.db, ask.id)).versions[0]).toMatchObject({
      change: { kind: 'seeded', paths: ['temperature'] },
      actor: 'system',
    })
    expect((await systemAgent(house.db, 'tester')).config.temperature).toBe(0.9)
  })

  it('keeps what a person changed, and says what differs', async () => {
    await seedAgents(house.db, FILES)
    await set(await systemAgent(house.db, 'architect'), 'system_prompt', 'My own words.')
    const report = await seedAgents(house.db, later({ temperature: 0.9 }))
    const architect = report.find(({ reference }) => reference === 'Architect')
    expect(architect).toMatchObject({ state: 'changed' })
    expect(architect?.diff).toContain('-My own words.')
    expect((await systemAgent(house.db, 'architect')).config).toMatchObject({
      system_prompt: 'My own words.',
      temperature: 0.2,
    })
  })

  it('takes along again who was changed and set back', async () => {
    await seedAgents(house.db, FILES)
    const architect = await systemAgent(house.db, 'architect')
    await set(architect, 'model', 'mine')
    await house.db.transaction((tx) => rollbackAgent(tx, { id: architect.id, version: 1 }, house.by))
    await seedAgents(house.db, later({ temperature: 0.9 }))
    expect((await systemAgent(house.db, 'architect')).config.temperature).toBe(0.9)
  })

  it('a change that a person made first and the files make later is nobody’s to take back', async () => {
    await seedAgents(house.db, FILES)
    await set(await systemAgent(house.db, 'architect'), 'temperature', '0.9')
    expect((await states(later({ temperature: 0.9 }))).Architect).toBe('same')
    await seedAgents(house.db, later({ temperature: 0.9 }))
    expect((await states(later({ temperature: 0.1 }))).Architect).toBe('changed')
  })

  it('does not put a person’s agent of the same name aside', async () => {
    await house.agent('Tester', {}, configOf('custom'))
    expect((await states(FILES)).Tester).toBe('changed')
    await seedAgents(house.db, FILES)
    expect((await findAgentByName(house.db, null, 'tester'))?.role).toBe('custom')
  })

  it('does not bring back who was replaced, nor into use who was disabled', async () => {
    await seedAgents(house.db, FILES)
    const architect = await systemAgent(house.db, 'architect')
    const other = await house.db.transaction((tx) =>
      cloneAgent(tx, { id: architect.id, name: 'Planner' }, house.by),
    )
    await house.db.transaction((tx) => disableAgent(tx, architect.id, house.by))
    await seedAgents(house.db, later({ temperature: 0.9 }))
    const [disabled] = await house.db.select().from(agents).where(eq(agents.id, architect.id))
    expect(disabled).toMatchObject({ isActive: false, config: { temperature: 0.9 } })
    await house.db.transaction((tx) => deleteAgent(tx, architect.id, house.by))
    expect((await states(FILES)).Architect).toBe('removed')
    await seedAgents(house.db, FILES)
    expect((await systemAgent(house.db, 'architect')).id).toBe(other.id)
  })

  it('leaves alone what a project removed, and projects that are gone', async () => {
    const project = await house.project('shop')
    const debug = await findAgentByName(house.db, project.id, 'Debug')
    await house.db.transaction((tx) => deleteAgent(tx, debug?.id ?? '', house.by))
    await seedAgents(house.db, later({ temperature: 0.9 }))
    expect(await findAgentByName(house.db, project.id, 'Debug')).toBeUndefined()
    await house.archive(project)
    await seedAgents(house.db, later({ temperature: 0.5 }))
    expect((await findAgentByName(house.db, project.id, 'Ask'))?.config.temperature).toBe(0.9)
  })

  it('while an admin edits, one of both is first and the other sees it', async () => {
    for (let round = 0; round < 10; round++) {
      await house.database.sql`delete from agents`
      await seedAgents(house.db, FILES)
      const tester = await systemAgent(house.db, 'tester')
      await Promise.all([seedAgents(house.db, later({ temperature: 0.9 })), set(tester, 'model', 'mine')])
      const { config } = await systemAgent(house.db, 'tester')
      expect(config.model).toBe('mine')
      const { versions } = await listVersions(house.db, tester.id)
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, i) => versions.length - i))
      expect(versions).toHaveLength(config.temperature === 0.9 ? 3 : 2)
    }
  })

  it('a look without doing anything does nothing', async () => {
    await seedAgents(house.db, FILES)
    const before = await house.db.select().from(agents)
    expect((await states(later({ temperature: 0.9 }))).Architect).toBe('outdated')
    expect(await house.db.select().from(agents)).toEqual(before)
  })
})

describe('the agents of the version before (migration 0004)', () => {
  /** What is done to rows that are there already; the functions and triggers are there in every test. */
  const migrateRows = async () => {
    const steps = readFileSync(join(ROOT, 'drizzle/0004_agent_changes.sql'), 'utf8').split(
      '--> statement-breakpoint',
    )
    for (const step of steps.filter((one) => !/CREATE (FUNCTION|TRIGGER)/.test(one)))
      await house.database.sql.unsafe(step)
  }
  /** As the version before made a developer. */
  const OLD = configOf('code', {
    system_prompt:
      'You write the code of this project and its tests, and run them before you call anything done.',
    metadata: { ...configOf('code').metadata, capabilities: ['implementation', 'testing'] },
  })
  const oldAgent = async (config: AgentConfig) => {
    const project = await house.project(undefined, [])
    await house.db
      .insert(agents)
      .values({ name: 'CodeAssistant', role: 'code', projectId: project.id, config })
    return async () => {
      const agent = await findAgentByName(house.db, project.id, 'CodeAssistant')
      if (!agent) throw new Error('the agent is gone')
      return agent
    }
  }

  it('get a history, and, never changed, what the files say now', async () => {
    const find = await oldAgent(OLD)
    await migrateRows()
    await seedAgents(house.db, FILES)
    const agent = await find()
    const seed = FILES.starterPack.find(({ role }) => role === 'code')
    expect(agent).toMatchObject({ version: 2, config: seed?.config, seeded: seed?.config })
    const { versions } = await listVersions(house.db, agent.id)
    expect(versions.map(({ change }) => change.kind)).toEqual(['seeded', 'seeded'])
    expect(versions[1]?.config).toEqual(OLD)
  })

  it('keep what somebody made of them, and can do what they could', async () => {
    const find = await oldAgent({ ...OLD, temperature: 1 })
    await migrateRows()
    await seedAgents(house.db, FILES)
    const agent = await find()
    expect(agent).toMatchObject({ version: 1, seeded: null, config: { temperature: 1 } })
    expect(agent.config.tools).toContain('write_file')
    expect((await listVersions(house.db, agent.id)).versions.map(({ change }) => change.kind)).toEqual([
      'edited',
    ])
  })

  it('get one first line, however often it is tried', async () => {
    const find = await oldAgent(OLD)
    await migrateRows()
    await migrateRows()
    expect((await listVersions(house.db, (await find()).id)).versions).toHaveLength(1)
  })
})
