import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Transaction } from '../../../src/db/client.ts'
import { agents, agentVersions, auditEntries, runs, tasks } from '../../../src/db/schema/index.ts'
import { USER_ROLES } from '../../../src/db/schema/users.ts'
import { type Agent, findAgent, findAgentByName, requireAgent } from '../../../src/domain/agents/agents.ts'
import {
  cloneAgent,
  createAgent,
  deleteAgent,
  disableAgent,
  editAgent,
  enableAgent,
  makeDefault,
  rollbackAgent,
  setAgent,
} from '../../../src/domain/agents/change-agent.ts'
import { AgentChangedMeanwhile } from '../../../src/domain/agents/changed-meanwhile.ts'
import { PROMPT_MAX_CHARS } from '../../../src/domain/agents/config-fields.ts'
import { seedAgents } from '../../../src/domain/agents/seed.ts'
import { diffVersions, findVersion, listVersions } from '../../../src/domain/agents/versions.ts'
import type { Project } from '../../../src/domain/projects/projects.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { configOf } from './configs.ts'
import { createHouse, type House } from './house.ts'

let house: House
let project: Project
beforeAll(async () => {
  house = await createHouse()
  await seedAgents(house.db, agentSeeds())
})
beforeEach(async () => {
  project = await house.project()
})
afterAll(() => house.database.close())

const doing = <T>(work: (tx: Transaction) => Promise<T>) => house.db.transaction(work)
const named = async (name: string, projectId: string | null = project.id): Promise<Agent> => {
  const agent = await findAgentByName(house.db, projectId, name)
  if (!agent) throw new Error(`there is no ${name}`)
  return agent
}
const versionsOf = async ({ id }: Agent) => (await listVersions(house.db, id)).versions
const set = (agent: Agent, path: string, value: string) =>
  doing((tx) => setAgent(tx, { id: agent.id, assignments: [{ path, value }] }, house.by))
/** What was written down about an agent, the actions as keys. */
const auditOf = async (subject: string) => {
  const entries = await house.db.select().from(auditEntries).where(eq(auditEntries.subject, subject))
  return Object.fromEntries(entries.map((entry) => [entry.action, entry]))
}

describe('every change', () => {
  it('makes a version that says who, from where, when and what, and is audited', async () => {
    const ask = await named('Ask')
    const changed = await set(ask, 'temperature', '0.7')
    expect(changed).toMatchObject({ version: 2, config: { temperature: 0.7 } })
    const [version] = await versionsOf(ask)
    expect(version).toMatchObject({
      version: 2,
      actor: 'Ann',
      changedBy: house.ann.id,
      surface: 'telegram',
      at: house.by.now,
      change: { kind: 'edited', paths: ['temperature'] },
      config: { temperature: 0.7 },
    })
    expect((await auditOf(`${project.name}/Ask`))['agent.edit']).toMatchObject({
      actor: 'Ann',
      userId: house.ann.id,
      detail: { version: 2, paths: ['temperature'] },
    })
  })

  it('leaves everything as it was when it is refused', async () => {
    const ask = await named('Ask')
    await expect(set(ask, 'temperature', '-1')).rejects.toMatchObject({ code: 'invalid' })
    expect(await findAgent(house.db, ask.id)).toEqual(ask)
    expect(await versionsOf(ask)).toHaveLength(1)
  })

  it('that changes nothing makes no version', async () => {
    const ask = await named('Ask')
    expect(await set(ask, 'temperature', '0.2')).toEqual(ask)
    expect(await doing((tx) => enableAgent(tx, ask.id, house.by))).toEqual(ask)
    expect(await versionsOf(ask)).toHaveLength(1)
  })

  it('is for admins and owners', async () => {
    const ask = await named('Ask')
    for (const role of USER_ROLES) {
      const person = await house.person(role, role)
      const tries = [
        () =>
          doing((tx) =>
            createAgent(tx, { name: `A-${role}`, config: configOf('custom') }, { ...house.by, person }),
          ),
        () => doing((tx) => setAgent(tx, { id: ask.id, assignments: [] }, { ...house.by, person })),
        () => doing((tx) => cloneAgent(tx, { id: ask.id, name: `B-${role}` }, { ...house.by, person })),
        () => doing((tx) => rollbackAgent(tx, { id: ask.id, version: 1 }, { ...house.by, person })),
        () => doing((tx) => enableAgent(tx, ask.id, { ...house.by, person })),
        () => doing((tx) => makeDefault(tx, ask.id, { ...house.by, person })),
      ]
      const may = role === 'owner' || role === 'admin'
      for (const attempt of tries) {
        if (may) await expect(attempt()).resolves.toBeDefined()
        else await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
      }
      if (!may)
        await expect(doing((tx) => deleteAgent(tx, ask.id, { ...house.by, person }))).rejects.toMatchObject({
          code: 'forbidden',
        })
    }
  })

  it('of an agent that is gone finds nothing', async () => {
    const id = randomUUID()
    const tries = [
      () => doing((tx) => setAgent(tx, { id, assignments: [] }, house.by)),
      () => doing((tx) => disableAgent(tx, id, house.by)),
      () => doing((tx) => deleteAgent(tx, id, house.by)),
      () => doing((tx) => cloneAgent(tx, { id, name: 'Copy' }, house.by)),
    ]
    for (const attempt of tries) await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a new agent', () => {
  it.each(['Reviewer', 'критик', '审查员', 'समीक्षक', 'a', '2nd-look_er', 'x'.repeat(40)])(
    'may be called %s',
    async (name) => {
      expect((await house.agent(name, { projectId: project.id })).name).toBe(name)
    },
  )

  it.each(['', ' ', 'two words', 'a/b', '~x', '@me', 'a.b', 'x'.repeat(41), 'e\u0301toile', "'; --"])(
    'may not be called %j',
    async (name) => {
      await expect(house.agent(name, { projectId: project.id })).rejects.toMatchObject({
        code: 'invalid',
        userMessage: { key: 'agent-name-invalid' },
      })
    },
  )

  it('has a name that nobody else in its scope has, whatever the capitals', async () => {
    const taken = { code: 'conflict', userMessage: { key: 'agent-name-taken' } }
    await expect(house.agent('architect', { projectId: project.id })).rejects.toMatchObject(taken)
    await expect(house.agent('ARCHITECT')).rejects.toMatchObject(taken)
    const bob = await house.person('Bob', 'member')
    expect((await house.agent('Architect', { projectId: project.id, userId: bob.id })).userId).toBe(bob.id)
  })

  it('of two admins who give it the same name at once, one is told that it is taken', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, () => house.agent('Twin', { projectId: project.id })),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of tries)
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ userMessage: { key: 'agent-name-taken' } })
  })

  it('cannot be made in a project that is gone, or for nobody', async () => {
    await expect(house.agent('Lost', { projectId: randomUUID() })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(house.agent('Lost', { userId: randomUUID() })).rejects.toMatchObject({ code: 'not_found' })
    await house.archive(project)
    await expect(house.agent('Lost', { projectId: project.id })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('cloned from another has its config and a history of its own', async () => {
    const source = await set(await named('CodeAssistant'), 'model', 'gpt-4.1')
    const copy = await doing((tx) => cloneAgent(tx, { id: source.id, name: 'Second' }, house.by))
    expect(copy).toMatchObject({
      config: source.config,
      projectId: project.id,
      version: 1,
      isDefault: false,
      seeded: null,
    })
    expect((await versionsOf(copy)).map(({ change }) => change)).toEqual([{ kind: 'cloned', from: 2 }])
    await set(copy, 'model', 'other')
    expect((await requireAgent(house.db, source.id)).config.model).toBe('gpt-4.1')
  })

  it('can be cloned out of a project for everybody', async () => {
    const copy = await doing(async (tx) =>
      cloneAgent(
        tx,
        { id: (await named('Debug')).id, name: `Debug-${project.name.slice(0, 8)}`, projectId: null },
        house.by,
      ),
    )
    expect(copy.projectId).toBeNull()
  })

  it('keeps a prompt of 200 KB, in its history as well', async () => {
    const prompt = 'Ж'.repeat(PROMPT_MAX_CHARS)
    const agent = await house.agent(
      'Long',
      { projectId: project.id },
      configOf('custom', { system_prompt: prompt }),
    )
    expect((await requireAgent(house.db, agent.id)).config.system_prompt).toBe(prompt)
    expect((await findVersion(house.db, agent.id, 1))?.config.system_prompt).toBe(prompt)
  })
})

describe('two admins at once', () => {
  const edit = (agent: Agent, temperature: number) =>
    doing((tx) =>
      editAgent(
        tx,
        { id: agent.id, baseVersion: agent.version, config: { ...agent.config, temperature } },
        house.by,
      ),
    )

  it('the second is told, with what is there now and what they began with, and nothing is lost', async () => {
    const ask = await named('Ask')
    await edit(ask, 0.7)
    const error = await edit(ask, 0.9).catch((thrown: unknown) => thrown)
    if (!(error instanceof AgentChangedMeanwhile)) throw error
    expect(error).toMatchObject({ code: 'conflict', userMessage: { key: 'agent-changed-meanwhile' } })
    expect(error.current).toMatchObject({ version: 2, config: { temperature: 0.7 } })
    expect(error.base).toMatchObject({ version: 1, config: { temperature: 0.2 } })
    expect((await requireAgent(house.db, ask.id)).config.temperature).toBe(0.7)
  })

  it('of ten edits that begin with the same version, exactly one is saved', async () => {
    const ask = await named('Ask')
    const tries = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => edit(ask, 1 + i / 100)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of tries)
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(AgentChangedMeanwhile)
    expect((await versionsOf(ask)).map(({ version }) => version)).toEqual([2, 1])
  })

  it('single fields set at once are all kept, each in a version of its own', async () => {
    const ask = await named('Ask')
    await Promise.all([
      set(ask, 'temperature', '0.5'),
      set(ask, 'max_tokens', '100'),
      set(ask, 'model', 'm'),
      set(ask, 'risk_level', 'HIGH'),
    ])
    const now = await requireAgent(house.db, ask.id)
    expect(now).toMatchObject({
      version: 5,
      config: { temperature: 0.5, max_tokens: 100, model: 'm', metadata: { risk_level: 'HIGH' } },
    })
    expect((await versionsOf(ask)).map(({ version }) => version)).toEqual([5, 4, 3, 2, 1])
  })

  it('a version that never was is nothing to begin with', async () => {
    const ask = await named('Ask')
    for (const version of [0, 2, -1, 1.5, 2 ** 40])
      await expect(
        doing((tx) => editAgent(tx, { id: ask.id, baseVersion: version, config: ask.config }, house.by)),
      ).rejects.toMatchObject({ code: 'conflict', base: undefined })
  })
})

describe('the history', () => {
  it('is read in pages, newest first, and compared version with version', async () => {
    const ask = await named('Ask')
    for (let i = 1; i <= 12; i++) await set(ask, 'max_tokens', String(i))
    const first = await listVersions(house.db, ask.id, { page: 1 })
    const second = await listVersions(house.db, ask.id, { page: 2 })
    expect(first.versions.map(({ version }) => version)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4])
    expect([first.hasMore, second.versions.length, second.hasMore]).toEqual([true, 3, false])
    const [newest, previous] = first.versions
    if (!newest || !previous) throw new Error('there are thirteen versions')
    expect(diffVersions(previous, newest)).toEqual([{ path: 'max_tokens', before: 11, after: 12 }])
  })

  it('can be gone back in; that is a version, too', async () => {
    const ask = await named('Ask')
    await set(ask, 'model', 'a')
    await set(ask, 'model', 'b')
    const back = await doing((tx) => rollbackAgent(tx, { id: ask.id, version: 2 }, house.by))
    expect(back).toMatchObject({ version: 4, config: { model: 'a' } })
    expect((await versionsOf(ask))[0]?.change).toEqual({ kind: 'rolled_back', from: 2, paths: ['model'] })
  })

  it.each([0, 99, -1, 1.5, 2 ** 40, Number.NaN])('there is no version %s to go back to', async (version) => {
    const ask = await named('Ask')
    await expect(doing((tx) => rollbackAgent(tx, { id: ask.id, version }, house.by))).rejects.toMatchObject({
      code: 'not_found',
      userMessage: { key: 'agent-version-not-found' },
    })
  })

  it('shows who took an agent out of use, and who made it the default', async () => {
    const debug = await named('Debug')
    await doing((tx) => disableAgent(tx, debug.id, house.by))
    await doing((tx) => enableAgent(tx, debug.id, house.by))
    await doing((tx) => makeDefault(tx, debug.id, house.by))
    const history = await versionsOf(debug)
    expect(history.map(({ change, isActive, isDefault }) => [change.kind, isActive, isDefault])).toEqual([
      ['made_default', true, true],
      ['enabled', true, false],
      ['disabled', false, false],
      ['seeded', true, false],
    ])
  })
})

describe('a project keeps an orchestrator', () => {
  const last = { code: 'conflict', userMessage: { key: 'agent-last-of-role' } }

  it('the last one can be neither disabled, nor deleted, nor given another role', async () => {
    const only = await named('Orchestrator')
    await expect(doing((tx) => disableAgent(tx, only.id, house.by))).rejects.toMatchObject(last)
    await expect(doing((tx) => deleteAgent(tx, only.id, house.by))).rejects.toMatchObject(last)
    await expect(set(only, 'role', 'custom')).rejects.toMatchObject(last)
    await house.agent('Off', { projectId: project.id }, configOf('orchestrator'))
    await doing(async (tx) => disableAgent(tx, (await named('Off')).id, house.by))
    await expect(set(only, 'role', 'custom')).rejects.toMatchObject(last)
    const bob = await house.person('Bob', 'member')
    await house.agent('Mine', { projectId: project.id, userId: bob.id }, configOf('orchestrator'))
    await expect(set(only, 'role', 'custom')).rejects.toMatchObject(last)
  })

  it('one of two may go, and a role that changes takes the default with it', async () => {
    const first = await named('Orchestrator')
    await house.agent('Second', { projectId: project.id }, configOf('orchestrator'))
    expect(await set(first, 'role', 'custom')).toMatchObject({ role: 'custom', isDefault: false })
    expect((await requireAgent(house.db, first.id)).role).toBe('custom')
  })

  it('two admins who disable the two at the same moment leave one', async () => {
    for (let round = 0; round < 5; round++) {
      const own = await house.project()
      const second = await house.agent('Second', { projectId: own.id }, configOf('orchestrator'))
      const first = await named('Orchestrator', own.id)
      const tries = await Promise.allSettled(
        [first, second].map(({ id }) => doing((tx) => disableAgent(tx, id, house.by))),
      )
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
  })

  it('the system keeps every role that its own work needs', async () => {
    for (const { name } of agentSeeds().system) {
      const agent = await named(name, null)
      await expect(doing((tx) => disableAgent(tx, agent.id, house.by))).rejects.toMatchObject(last)
      await expect(doing((tx) => deleteAgent(tx, agent.id, house.by))).rejects.toMatchObject(last)
    }
    const helper = await house.agent('Helper')
    await doing((tx) => deleteAgent(tx, helper.id, house.by))
    expect(await findAgent(house.db, helper.id)).toBeUndefined()
  })
})

describe('the default', () => {
  it('is one of a role; the one before it no longer is, and its history says so', async () => {
    const first = await named('Orchestrator')
    const second = await house.agent('Second', { projectId: project.id }, configOf('orchestrator'))
    await doing((tx) => makeDefault(tx, second.id, house.by))
    expect((await requireAgent(house.db, first.id)).isDefault).toBe(false)
    expect((await versionsOf(first))[0]?.change).toEqual({ kind: 'edited', paths: ['is_default'] })
  })

  it('stays one when several are made so at once', async () => {
    const others = await Promise.all(
      ['A', 'B', 'C'].map((name) => house.agent(name, { projectId: project.id }, configOf('orchestrator'))),
    )
    await Promise.all(others.map(({ id }) => doing((tx) => makeDefault(tx, id, house.by))))
    const all = await house.db.select().from(agents).where(eq(agents.projectId, project.id))
    expect(all.filter(({ isDefault }) => isDefault)).toHaveLength(1)
  })
})

describe('an agent at work', () => {
  const busy = (args: object) => ({ code: 'conflict', userMessage: { key: 'agent-busy', args } })
  const taskOf = async (agent: Agent, state: 'waiting' | 'routed' | 'succeeded') =>
    house.db.insert(tasks).values({
      originKey: randomUUID(),
      workType: 'answer',
      agentType: 'research',
      title: 'a question',
      input: {},
      agentId: agent.id,
      timeoutMs: 60_000,
      state,
    })

  it('is not deleted while a task of it is open, and is afterwards', async () => {
    const ask = await named('Ask')
    await taskOf(ask, 'waiting')
    await taskOf(ask, 'routed')
    await taskOf(ask, 'succeeded')
    await expect(doing((tx) => deleteAgent(tx, ask.id, house.by))).rejects.toMatchObject(
      busy({ tasks: 2, runs: 0 }),
    )
    await house.db.update(tasks).set({ state: 'succeeded' }).where(eq(tasks.agentId, ask.id))
    await doing((tx) => deleteAgent(tx, ask.id, house.by))
    expect(await findAgent(house.db, ask.id)).toBeUndefined()
    expect(await house.db.select().from(agentVersions).where(eq(agentVersions.agentId, ask.id))).toEqual([])
    expect(await auditOf(`${project.name}/Ask`)).toHaveProperty(['agent.delete'])
  })

  it('is not deleted while a run of its project needs its role; one that no run needs is', async () => {
    const run = await house.run(project)
    const code = await named('CodeAssistant')
    await expect(doing((tx) => deleteAgent(tx, code.id, house.by))).rejects.toMatchObject(
      busy({ tasks: 0, runs: 1 }),
    )
    await doing(async (tx) => deleteAgent(tx, (await named('Ask')).id, house.by))
    const elsewhere = await named('CodeAssistant', (await house.project()).id)
    await doing((tx) => deleteAgent(tx, elsewhere.id, house.by))
    await house.db.update(runs).set({ status: 'failed' }).where(eq(runs.id, run.id))
    await doing((tx) => deleteAgent(tx, code.id, house.by))
  })

  it('is disabled all the same: what is under way goes on', async () => {
    const ask = await named('Ask')
    await taskOf(ask, 'routed')
    expect((await doing((tx) => disableAgent(tx, ask.id, house.by))).isActive).toBe(false)
  })

  it('a task that is given to it in the moment of its deletion either keeps it or finds it gone', async () => {
    for (let round = 0; round < 10; round++) {
      const agent = await house.agent(`Gone-${round}`, { projectId: project.id })
      const [deleted, given] = await Promise.allSettled([
        doing((tx) => deleteAgent(tx, agent.id, house.by)),
        taskOf(agent, 'waiting'),
      ])
      expect([deleted.status, given.status].sort()).toEqual(['fulfilled', 'rejected'])
      expect((await findAgent(house.db, agent.id)) !== undefined).toBe(given.status === 'fulfilled')
    }
  })
})
