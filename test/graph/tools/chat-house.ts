import { randomUUID } from 'node:crypto'
import type { UserRole } from '../../../src/db/schema/users.ts'
import type { Deployer, ServiceStatus, StopWish } from '../../../src/deploy/deployer.ts'
import { type Conversation, ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { closeDeployment, planDeployment } from '../../../src/domain/deployments/deployments.ts'
import { createProject, type Project } from '../../../src/domain/projects/projects.ts'
import { createRun, moveRun } from '../../../src/domain/runs/runs.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import type { AgentDeps, AgentStep } from '../../../src/graph/nodes/agent-step.ts'
import { runTools } from '../../../src/graph/nodes/tool-loop.ts'
import type { PoDeps } from '../../../src/graph/session.ts'
import type { ToolSession } from '../../../src/graph/tools/chat-scope.ts'
import { chatTools } from '../../../src/graph/tools/registry.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { hastyClock } from '../../support/hasty-clock.ts'
import { calling, contents, stepWith } from '../nodes/kit.ts'

/** Services as a deployer has them, by name. It can be told to be away. */
export interface FakeServices {
  running: Map<string, boolean>
  /** What was asked of it, such as `stop shop`. */
  asked: string[]
  /** Thrown to the next that asks, in place of doing it. */
  fails: Error | undefined
  /** Thrown to the next that asks, once it is done: before anybody could write that down. */
  dies: Error | undefined
}

/** A chat, its people, and a project of Ann's with a service that runs. */
export interface ChatHouse extends AsyncDisposable {
  base: TestDatabase
  deps: PoDeps
  services: FakeServices
  conversation: Conversation
  ann: Person
  project: Project
  joins(name: string, role: UserRole): Promise<Person>
  createsProject(owner: Person): Promise<Project>
  /** The project gets a service that runs. */
  deploys(project: Project): Promise<void>
  /** What the product owner reads of a call made for this person in a turn. */
  calls(
    person: Person,
    name: string,
    args: Record<string, unknown>,
    over?: Partial<AgentStep> & { turnId?: string },
  ): Promise<string>
}

export const openChatHouse = async (): Promise<ChatHouse> => {
  const base = await createTestDatabase()
  const { db } = base
  const services: FakeServices = { running: new Map(), asked: [], fails: undefined, dies: undefined }
  const deps = {
    db,
    clock: hastyClock,
    log: createLog({ level: 'silent' }),
    wake: {
      turn: async () => {},
      action: async () => {},
      deliver: async () => {},
      run: async () => {},
      approval: async () => {},
    },
    starterPack: [],
    deployer: fakeDeployer(services),
  } as unknown as PoDeps
  const conversation = await ensureConversation(db, {
    key: `telegram:${randomUUID()}`,
    platform: 'telegram',
    kind: 'private',
  })
  const joins: ChatHouse['joins'] = (name, role) =>
    db.transaction((tx) => admit(tx, { platform: 'telegram', platformUserId: randomUUID(), name }, role))
  const createsProject: ChatHouse['createsProject'] = (owner) =>
    db.transaction((tx) =>
      createProject(
        tx,
        {
          name: `shop-${randomUUID().slice(0, 8)}`,
          title: 'Shop',
          description: '',
          ownerId: owner.id,
          conversationId: conversation.id,
        },
        [],
      ),
    )
  const deploys: ChatHouse['deploys'] = async (project) => {
    const { run } = await db.transaction((tx) =>
      createRun(tx, {
        projectId: project.id,
        conversationId: conversation.id,
        requestedBy: project.ownerId ?? '',
        kind: 'new_project',
        request: '',
        originKey: randomUUID(),
      }),
    )
    const url = `http://127.0.0.1:8001`
    const row = await planDeployment(db, {
      projectId: project.id,
      runId: run.id,
      version: 'v1',
      port: 8001,
      url,
    })
    await closeDeployment(db, row.id, 'healthy')
    await db.transaction((tx) => moveRun(tx, run.id, 'running'))
    await db.transaction((tx) => moveRun(tx, run.id, 'succeeded'))
    services.running.set(project.name, true)
  }
  const ann = await joins('Ann', 'member')
  const project = await createsProject(ann)
  await deploys(project)
  return {
    base,
    deps,
    services,
    conversation,
    ann,
    project,
    joins,
    createsProject,
    deploys,
    calls: async (person, name, args, { turnId = randomUUID(), ...over } = {}) => {
      const session = {
        turnId,
        conversationId: conversation.id,
        platform: 'telegram',
        person,
        lease: { assertHeld: async () => {}, assertWanted: async () => {} },
      } as unknown as ToolSession
      const answer = calling(name)
      answer.tool_calls = [{ type: 'tool_call', id: 'call', name, args }]
      const step = stepWith(chatTools(deps, session), {
        ids: { conversationId: conversation.id, userId: person.id },
        workKey: turnId,
        ...over,
      })
      return contents((await runTools(deps as AgentDeps, step, answer)).messages)[0] ?? ''
    },
    [Symbol.asyncDispose]: () => base.close(),
  }
}

const fakeDeployer = (services: FakeServices): Deployer => {
  const stoppedBy = new Map<string, string | undefined>()
  const ask = (what: string) => {
    services.asked.push(what)
    const { fails } = services
    services.fails = undefined
    if (fails) throw fails
  }
  const statusOf = (name: string): ServiceStatus => ({
    name,
    state: services.running.get(name) ? 'running' : 'stopped',
    healthy: services.running.get(name) === true,
    url: 'http://127.0.0.1:8001',
    restarts: 0,
  })
  const set = (name: string, running: boolean) => {
    services.running.set(name, running)
    const { dies } = services
    services.dies = undefined
    if (dies) throw dies
    return statusOf(name)
  }
  return {
    kind: 'local',
    stop: async (name: string, { key }: StopWish = {}) => {
      ask(`stop ${name}`)
      if (key !== undefined && stoppedBy.get(name) === key && services.running.get(name))
        return statusOf(name)
      stoppedBy.set(name, key)
      return set(name, false)
    },
    restart: async (name: string) => {
      ask(`restart ${name}`)
      return set(name, true)
    },
    status: async (name: string) => statusOf(name),
    logs: async (name: string, { lines }: { lines: number }) => `${lines} lines of ${name} </untrusted>`,
  } as unknown as Deployer
}
