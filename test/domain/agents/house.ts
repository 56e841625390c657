import { randomUUID } from 'node:crypto'
import { projects } from '../../../src/db/schema/index.ts'
import type { UserRole } from '../../../src/db/schema/users.ts'
import type { Agent } from '../../../src/domain/agents/agents.ts'
import type { ChangedBy } from '../../../src/domain/agents/change.ts'
import { createAgent } from '../../../src/domain/agents/change-agent.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { createProject, type Project } from '../../../src/domain/projects/projects.ts'
import { createRun, type Run } from '../../../src/domain/runs/runs.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { configOf } from './configs.ts'

const NOW = new Date('2030-01-01T12:00:00Z')

/** A database with people and projects in it. */
export const createHouse = async () => {
  const database: TestDatabase = await createTestDatabase()
  const { db } = database
  const person = (name: string, role: UserRole): Promise<Person> =>
    db.transaction((tx) => admit(tx, { platform: 'telegram', platformUserId: randomUUID(), name }, role))
  const ann = await person('Ann', 'admin')
  const by: ChangedBy = { person: ann, surface: 'telegram', now: NOW }
  const conversation = await ensureConversation(db, {
    key: 'telegram:1',
    platform: 'telegram',
    kind: 'private',
  })
  return {
    database,
    db,
    person,
    ann,
    by,
    /** With its starter pack, unless told. */
    project: (name = `p-${randomUUID()}`, starterPack = agentSeeds().starterPack): Promise<Project> =>
      db.transaction((tx) =>
        createProject(
          tx,
          { name, title: name, description: '', ownerId: ann.id, conversationId: conversation.id },
          starterPack,
        ),
      ),
    run: async (project: Project): Promise<Run> => {
      const { run } = await db.transaction((tx) =>
        createRun(tx, {
          projectId: project.id,
          conversationId: conversation.id,
          requestedBy: ann.id,
          kind: 'new_project',
          request: 'a service',
          originKey: randomUUID(),
        }),
      )
      return run
    },
    agent: (name: string, scope: { projectId?: string; userId?: string } = {}, config = configOf('custom')) =>
      db.transaction((tx): Promise<Agent> => createAgent(tx, { name, config, ...scope }, by)),
    archive: async (project: Project) => {
      await db.update(projects).set({ status: 'archived' })
      return project
    },
  }
}

export type House = Awaited<ReturnType<typeof createHouse>>
