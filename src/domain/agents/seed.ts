import { isDeepStrictEqual } from 'node:util'
import { and, eq, isNotNull, isNull, ne } from 'drizzle-orm'
import type { Database, Executor } from '../../db/client.ts'
import { agents, projects } from '../../db/schema/index.ts'
import type { AgentConfig, AgentRole } from '../../db/shapes/agent.ts'
import { agentReference } from './address.ts'
import type { Agent } from './agents.ts'
import { recordVersions, SYSTEM, saveChange } from './change.ts'
import { configDiff } from './config-diff.ts'
import { diffConfigs } from './versions.ts'

/** An agent as the files have it. */
export interface AgentSeed {
  name: string
  role: AgentRole
  config: AgentConfig
  isDefault?: boolean
}

/** The system's agents, and those that every new project gets. */
export interface AgentSeeds {
  system: readonly AgentSeed[]
  starterPack: readonly AgentSeed[]
}

/**
 * How an agent stands to the files: `outdated` is as an earlier version of the files had it, `changed` was changed by
 * a person, `removed` by a person who has another agent of its role.
 */
export type SeedState = 'missing' | 'same' | 'outdated' | 'changed' | 'removed'

export interface SeedReport {
  /** As people name it: `Architect`, `url-shortener/Architect`. */
  reference: string
  state: SeedState
  seed: AgentSeed
  /** Undefined where there is none. */
  agent: Agent | undefined
  /** From the agent to the files, unified; empty where nothing differs. */
  diff: string
}

/**
 * Puts the system's agents into the table, and brings up to date, there and in projects, what nobody changed since it
 * was seeded. What a person changed or removed stays so. Safe in any number of processes at once.
 * @returns what was done about each.
 */
export const seedAgents = async (db: Database, seeds: AgentSeeds): Promise<SeedReport[]> => {
  const reports = await seedReport(db, seeds)
  for (const { state, seed, agent } of reports) {
    if (state === 'missing') await insertSeed(db, seed)
    if (state === 'outdated' && agent) await updateSeeded(db, agent.id, seed)
  }
  return reports
}

/** What seeding would do about each agent of the files; `same` ones included. Does nothing. */
export const seedReport = async (
  db: Executor,
  { system, starterPack }: AgentSeeds,
): Promise<SeedReport[]> => {
  const [ofSystem, ofProjects] = await Promise.all([systemAgents(db), seededProjectAgents(db)])
  return [
    ...system.map((seed) => {
      const agent = ofSystem.find((one) => isNamed(one, seed))
      const hasAnother = ofSystem.some(({ role }) => role === seed.role)
      return agent ? reportOn(agent, seed) : absent(seed, hasAnother ? 'removed' : 'missing')
    }),
    ...ofProjects.flatMap(({ agent, project }) => {
      const seed = starterPack.find((one) => isNamed(agent, one))
      return seed ? [reportOn(agent, seed, project)] : []
    }),
  ]
}

const isNamed = (agent: Agent, seed: AgentSeed) => agent.name.toLowerCase() === seed.name.toLowerCase()

const absent = (seed: AgentSeed, state: SeedState): SeedReport => ({
  reference: seed.name,
  state,
  seed,
  agent: undefined,
  diff: '',
})

const reportOn = (agent: Agent, seed: AgentSeed, project?: string): SeedReport => ({
  reference: agentReference(agent, project),
  state: stateOf(agent, seed),
  seed,
  agent,
  diff: configDiff(agent.config, seed.config),
})

const stateOf = ({ config, seeded }: Agent, seed: AgentSeed): SeedState => {
  if (isDeepStrictEqual(config, seed.config)) return 'same'
  return isDeepStrictEqual(config, seeded) ? 'outdated' : 'changed'
}

const systemAgents = (db: Executor): Promise<Agent[]> =>
  db
    .select()
    .from(agents)
    .where(and(isNull(agents.projectId), isNull(agents.userId)))

const seededProjectAgents = (db: Executor): Promise<{ agent: Agent; project: string }[]> =>
  db
    .select({ agent: agents, project: projects.name })
    .from(agents)
    .innerJoin(projects, eq(projects.id, agents.projectId))
    .where(and(ne(projects.status, 'archived'), isNotNull(agents.seeded)))
    .orderBy(projects.name, agents.name)

/** Another process may have been first: then it is there already. */
const insertSeed = (db: Database, { name, role, config, isDefault = false }: AgentSeed): Promise<void> =>
  db.transaction(async (tx) => {
    const inserted = await tx
      .insert(agents)
      .values({ name, role, config, seeded: config, isDefault })
      .onConflictDoNothing()
      .returning()
    await recordVersions(tx, inserted, { kind: 'seeded' }, SYSTEM)
  })

/** Looked at again under the lock: a person may have changed it in this moment. */
const updateSeeded = (db: Database, id: string, seed: AgentSeed): Promise<void> =>
  db.transaction(async (tx) => {
    const [agent] = await tx.select().from(agents).where(eq(agents.id, id)).for('update')
    if (!agent || stateOf(agent, seed) !== 'outdated') return
    const { role, config } = seed
    const paths = diffConfigs(agent.config, config).map(({ path }) => path)
    await saveChange(
      tx,
      agent,
      { patch: { role, config, seeded: config }, change: { kind: 'seeded', paths }, action: 'agent.seed' },
      SYSTEM,
    )
  })
