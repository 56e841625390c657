import { and, eq, isNull } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transaction } from '../../../src/db/client.ts'
import { agents, agentVersions } from '../../../src/db/schema/index.ts'
import { AGENT_ROLES } from '../../../src/db/shapes/agent.ts'
import { type Agent, getOrchestrator } from '../../../src/domain/agents/agents.ts'
import {
  cloneAgent,
  deleteAgent,
  disableAgent,
  editAgent,
  enableAgent,
  makeDefault,
  rollbackAgent,
  setAgent,
} from '../../../src/domain/agents/change-agent.ts'
import { AppError } from '../../../src/errors.ts'
import { createHouse, type House } from './house.ts'

let house: House
beforeAll(async () => {
  house = await createHouse()
})
afterAll(() => house.database.close())

/** One thing an admin does to one of the agents there are; `n` stands for whatever it needs a number for. */
type Deed = (tx: Transaction, agent: Agent, n: number) => Promise<unknown>
const DEEDS: Record<string, Deed> = {
  role: (tx, { id }, n) =>
    setAgent(
      tx,
      { id, assignments: [{ path: 'role', value: AGENT_ROLES[n % AGENT_ROLES.length] ?? '' }] },
      house.by,
    ),
  set: (tx, { id }, n) =>
    setAgent(tx, { id, assignments: [{ path: 'max_tokens', value: String(n + 1) }] }, house.by),
  edit: (tx, { id, version, config }, n) =>
    editAgent(tx, { id, baseVersion: version, config: { ...config, temperature: (n % 20) / 10 } }, house.by),
  clone: (tx, { id }, n) => cloneAgent(tx, { id, name: `Clone-${n}` }, house.by),
  rollback: (tx, { id }, n) => rollbackAgent(tx, { id, version: 1 + (n % 3) }, house.by),
  enable: (tx, { id }) => enableAgent(tx, id, house.by),
  disable: (tx, { id }) => disableAgent(tx, id, house.by),
  default: (tx, { id }) => makeDefault(tx, id, house.by),
  delete: (tx, { id }) => deleteAgent(tx, id, house.by),
}

const deed = fc.record({ what: fc.constantFrom(...Object.keys(DEEDS)), whom: fc.nat(99), n: fc.nat(99) })

test('whatever admins do to the agents of a project, several at once, the project can go on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(deed, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      async (rounds) => {
        const { id: projectId } = await house.project()
        const all = () =>
          house.db.select().from(agents).where(eq(agents.projectId, projectId)).orderBy(agents.name)
        for (const atOnce of rounds) {
          const there = await all()
          const done = await Promise.allSettled(
            atOnce.map(({ what, whom, n }) => {
              const agent = there[whom % there.length]
              const work = DEEDS[what]
              if (!agent || !work) throw new Error('there is always an agent, and every deed is known')
              return house.db.transaction((tx) => work(tx, agent, n))
            }),
          )
          // A rule may say no; nothing else may go wrong, no deadlock and no broken constraint.
          for (const one of done) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(AppError)
        }

        const left = await all()
        expect(left.some(({ role, isActive }) => role === 'orchestrator' && isActive)).toBe(true)
        const defaults = left.filter(({ isDefault }) => isDefault).map(({ role }) => role)
        expect(defaults).toEqual([...new Set(defaults)])
        await getOrchestrator(house.db, null, projectId).catch((error) => expect(error.code).toBe('conflict'))
        for (const agent of left) {
          expect(agent.role).toBe(agent.config.metadata.role)
          const history = await house.db
            .select()
            .from(agentVersions)
            .where(eq(agentVersions.agentId, agent.id))
            .orderBy(agentVersions.version)
          expect(history.map(({ version }) => version)).toEqual(
            Array.from({ length: agent.version }, (_, i) => i + 1),
          )
          const { role, config, isActive, isDefault } = agent
          expect(history.at(-1)).toMatchObject({ role, config, isActive, isDefault })
        }
      },
    ),
    { numRuns: 25 },
  )
  const orphans = await house.db
    .select({ id: agentVersions.id })
    .from(agentVersions)
    .leftJoin(agents, eq(agents.id, agentVersions.agentId))
    .where(and(isNull(agents.id)))
  expect(orphans).toEqual([])
})
