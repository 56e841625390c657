import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStreamer } from '../../../src/bots/streamer.ts'
import { systemClock } from '../../../src/clock.ts'
import type { Database } from '../../../src/db/client.ts'
import { forgetDeadProcesses } from '../../../src/db/forget-dead-processes.ts'
import type { ApprovalVerb } from '../../../src/db/shapes/approval.ts'
import {
  findAgent,
  findAgentByName,
  getAgentsByRole,
  getOrchestrator,
  systemAgent,
} from '../../../src/domain/agents/agents.ts'
import type { AgentDirectory } from '../../../src/domain/agents/directory.ts'
import { seedAgents } from '../../../src/domain/agents/seed.ts'
import { listOpenApprovals, openApproval } from '../../../src/domain/approvals/approvals.ts'
import { decideApproval } from '../../../src/domain/approvals/decide.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { createInbox } from '../../../src/domain/conversations/inbox.ts'
import { findProject } from '../../../src/domain/projects/projects.ts'
import { dispatchWithRetry } from '../../../src/domain/routing/dispatch-with-retry.ts'
import { registerWorkers, type WorkerSpec } from '../../../src/domain/routing/registry.ts'
import type { TaskEnds } from '../../../src/domain/tasks/task-ends.ts'
import { ensureConsoleOwner } from '../../../src/domain/users/console-owner.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createLocalForge } from '../../../src/forges/local.ts'
import { createCheckpointer } from '../../../src/graph/checkpointer.ts'
import { createOfflineModels } from '../../../src/graph/models/offline.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { createRunner } from '../../../src/graph/runner.ts'
import { WORK_HANDLERS } from '../../../src/graph/work/index.ts'
import { createApprovalWorker } from '../../../src/jobs/approval.ts'
import { cleanWork } from '../../../src/jobs/clean-work.ts'
import { createRunWorker } from '../../../src/jobs/run.ts'
import { createSweep } from '../../../src/jobs/sweep.ts'
import { createTurnWorker } from '../../../src/jobs/turn.ts'
import { createWorkWorker } from '../../../src/jobs/work.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { freePort } from '../free-port.ts'
import { waitFor } from '../wait-for.ts'
import { createHost, passing } from './host.ts'
import { createLife, type Life } from './mortal.ts'

const CONVERSATION = { key: 'console:local', platform: 'console', kind: 'private' } as const
const PERSON = { platformUserId: 'local', name: 'Ann' }
/** More rounds of the sweep than any conversation here needs. */
const MAX_ROUNDS = 40
const LOOK_AGAIN_MS = 5
const WORKERS: WorkerSpec[] = [
  ['code', ['implement', 'repair', 'run_tests']] as const,
  ['infra', ['deploy_service']] as const,
  ['research', ['plan_work', 'answer']] as const,
].map(([agentType, capabilities]) => ({
  agentType,
  poolName: 'default',
  capabilities: [...capabilities],
  specializations: [],
  concurrencyLimit: 8,
}))

/** What is left when a process dies: the database, the disk, the services; and a person in front of it. */
export interface Machine extends AsyncDisposable {
  database: TestDatabase
  dataDir: string
  /** Services by name, with the version each runs. */
  services: ReadonlyMap<string, string>
  /** Who talks to it; its owner. */
  person: Person
  says(text: string): Promise<void>
  /** Asks whether to delete the project, as /delete does. */
  asksToDelete(): Promise<void>
  /** Answers the open question. */
  decides(verb: ApprovalVerb): Promise<void>
  /**
   * Starts the program and lets it work until nothing is left to do; it may die before, at a step of its life.
   * @returns false when it died.
   */
  live(life?: Life): Promise<boolean>
}

export const createMachine = async (): Promise<Machine> => {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'prorab-machine-'))
  const port = await freePort()
  const log = createLog({ level: 'silent' })
  const host = createHost()
  const seeds = agentSeeds()
  await seedAgents(database.db, seeds)
  const person = await ensureConsoleOwner(database.db, PERSON)
  const conversation = await ensureConversation(database.db, CONVERSATION)
  const checkpointers: { close(): Promise<void> }[] = []
  let events = 0

  const open = (life: Life) => {
    const found = {
      turns: new Set<string>(),
      runs: new Set<string>(),
      approvals: new Set<string>(),
      tasks: new Set<string>(),
    }
    const lost = async () => {}
    // An applied decision wakes its run; every other wake-up is lost, and the sweep has to find the row.
    const run = async (id: string) => void found.runs.add(id)
    // Tasks are done there and then: how they travel is the business of queues, which lose nothing that rows hold.
    const wake = {
      turn: lost,
      action: lost,
      deliver: lost,
      run,
      approval: lost,
      sync: lost,
      dispatch: (id: string) => dispatchWithRetry({ db, log, wake }, id),
      work: (_process: string, id: string) => doWork(id),
    }
    const checkpointer = createCheckpointer(database.url)
    checkpointers.push(checkpointer)
    const db = life.database(database.db)
    const forge = createLocalForge({ dataDir, log })
    const parts = {
      db,
      clock: systemClock,
      log,
      wake,
      models: createOfflineModels(),
      agents: uncached(database.db),
      starterPack: seeds.starterPack,
      taskEnds,
      servicePorts: { first: port, last: port },
      forge: life.part(
        'forge',
        {
          ...forge,
          checkout: async (wish: Parameters<typeof forge.checkout>[0]) =>
            life.part('tree', await forge.checkout(wish), ['commit', 'push', 'discard']),
        },
        ['ensureRepository', 'checkout', 'merge', 'exportTree', 'archiveRepository'],
      ),
      deployer: life.part('deployer', host.deployer, ['deploy', 'remove']),
      sandbox: life.part('sandbox', passing, ['run']),
      dataDir,
      instanceId: `life-${checkpointers.length}`,
      shutdown: new AbortController().signal,
    }
    const deps = {
      ...parts,
      runner: createRunner(parts, life.part('checkpoints', checkpointer.saver, ['put', 'putWrites'])),
    }
    const doWork = createWorkWorker({ ...parts, handlers: WORK_HANDLERS })
    const turn = createTurnWorker({
      ...deps,
      streamer: createStreamer({ db, wake, clock: systemClock, intervalMs: 0 }),
      router: { admit: async () => person, takeForm: async () => false, takeQuestion: async () => false },
      burstWindowMs: 0,
    })
    const drive = createRunWorker(deps)
    const apply = createApprovalWorker(deps)
    const sweep = createSweep(
      {
        ...deps,
        db: database.db,
        wake: {
          ...wake,
          turn: async (id) => void found.turns.add(id),
          approval: async (id) => void found.approvals.add(id),
          dispatch: async (id) => void found.tasks.add(id),
        },
      },
      { olderThanMs: -1_000 },
    )
    const work = async (): Promise<boolean> => {
      for (const ids of Object.values(found)) ids.clear()
      await waitFor(() => sweep().then(() => true), 'the sweep')
      // A job that fails is logged, and the sweep brings its row up again.
      for (const id of found.turns) await turn(id).catch(() => {})
      for (const id of found.approvals) await apply(id).catch(() => {})
      for (const id of found.tasks) await wake.dispatch(id).catch(() => {})
      for (const id of found.runs) await drive(id).catch(() => {})
      return Object.values(found).some((ids) => ids.size > 0)
    }
    const join = () =>
      registerWorkers(database.db, { processId: parts.instanceId, host: 'machine', specs: WORKERS })
    return { work, join, clean: () => cleanWork(deps) }
  }

  return {
    database,
    dataDir,
    services: host.services,
    person,
    says: async (text) => {
      await createInbox(database.db).write({
        platform: 'console',
        eventId: `event-${++events}`,
        conversation: CONVERSATION,
        platformUserId: PERSON.platformUserId,
        body: { kind: 'text', text, author: { name: PERSON.name } },
      })
    },
    asksToDelete: () =>
      database.db.transaction(async (tx) => {
        const project = await findProject(tx, 'url-shortener')
        await openApproval(tx, {
          conversationId: conversation.id,
          requestedBy: person.id,
          projectId: project?.id,
          request: { v: 1, kind: 'delete_project', risk: 'high', allow: ['approve', 'reject'], facts: {} },
          now: new Date(),
        })
      }),
    decides: async (verb) => {
      const [question] = await listOpenApprovals(database.db)
      if (!question) throw new Error('nothing waits for a person')
      const { db } = database
      await decideApproval(db, { id: question.id, verb, person, surface: 'console', now: new Date() })
    },
    live: async (life = createLife(Infinity)) => {
      await forgetDeadProcesses(database.db)
      const { work, join, clean } = open(life)
      const toTheEnd = async () => {
        await join()
        await clean()
        for (let round = 0; round < MAX_ROUNDS; round++) if (!(await work())) return true
        throw new Error('there is always something left to do')
      }
      return Promise.race([toTheEnd(), life.died.then(() => false)])
    },
    [Symbol.asyncDispose]: async () => {
      host.close()
      await Promise.all(checkpointers.map((one) => one.close()))
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Looked at so often that nothing need be heard. */
const taskEnds: TaskEnds = {
  watch: () => ({ next: (signal) => systemClock.sleep(LOOK_AGAIN_MS, signal), [Symbol.dispose]: () => {} }),
}

const uncached = (db: Database): AgentDirectory => ({
  systemAgent: (role) => systemAgent(db, role),
  getAgentsByRole: (projectId, role) => getAgentsByRole(db, projectId, role),
  getOrchestrator: (userId, projectId) => getOrchestrator(db, userId, projectId),
  findAgentByName: (projectId, name) => findAgentByName(db, projectId, name),
  findAgent: (id) => findAgent(db, id),
  listening: Promise.resolve(),
  close: async () => {},
})
