import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { and, asc, eq, inArray, like } from 'drizzle-orm'
import { approvals, incidentEvents, outbox, projects, tasks } from '../../../src/db/schema/index.ts'
import type { ApprovalVerb } from '../../../src/db/shapes/approval.ts'
import type { IncidentKind } from '../../../src/db/shapes/incident.ts'
import type { Deployer, ServiceState, ServiceStatus } from '../../../src/deploy/deployer.ts'
import { createAgentDirectory } from '../../../src/domain/agents/directory.ts'
import { seedAgents } from '../../../src/domain/agents/seed.ts'
import { decideApproval } from '../../../src/domain/approvals/decide.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { closeDeployment, planDeployment } from '../../../src/domain/deployments/deployments.ts'
import { findIncident } from '../../../src/domain/incidents/find.ts'
import { report } from '../../../src/domain/incidents/report.ts'
import { createProject, type Project } from '../../../src/domain/projects/projects.ts'
import { startRecovery } from '../../../src/domain/recovery/start-recovery.ts'
import { createRun, moveRun } from '../../../src/domain/runs/runs.ts'
import type { Task } from '../../../src/domain/tasks/tasks.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { AppError } from '../../../src/errors.ts'
import { createLocalForge } from '../../../src/forges/local.ts'
import type { Models } from '../../../src/graph/models/model.ts'
import { createOfflineModels } from '../../../src/graph/models/offline.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import type { DeliveryDeps } from '../../../src/graph/session.ts'
import { recoverIncident } from '../../../src/graph/work/recover.ts'
import { createApprovalWorker } from '../../../src/jobs/approval.ts'
import type { RunWorkerDeps } from '../../../src/jobs/run.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase } from '../../support/database.ts'
import { hastyClock } from '../../support/hasty-clock.ts'
import { createScratchFolder } from '../../support/scratch.ts'

/** A service of a project: real HTTP, behind a deployer that only pretends to run programs. */
export interface FakeService {
  state: ServiceState
  version: string
  /** Versions that end right after every start. */
  broken: Set<string>
  /** What was asked of the deployer, such as `restart` or `deploy v1`. */
  asked: string[]
  /** Thrown to the next that asks, once it is done: before anybody could write that down. */
  dies: Error | undefined
}

/** People, a project with a service, and everything a recovery needs; tasks are done when a test says so. */
export const openRepairShop = async ({ models = createOfflineModels() }: { models?: Models } = {}) => {
  const base = await createTestDatabase()
  const { db, sql } = base
  const folder = await createScratchFolder()
  const log = createLog({ level: 'silent' })
  await seedAgents(db, agentSeeds())
  const service: FakeService = {
    state: 'running',
    version: 'v2',
    broken: new Set(),
    asked: [],
    dies: undefined,
  }
  const server = createServer((_request, response) => {
    const { state, version } = service
    response.statusCode = state === 'running' ? 200 : 503
    response.end(JSON.stringify({ version }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const url = `http://127.0.0.1:${port}`
  const deps = {
    db,
    log,
    clock: hastyClock,
    models,
    agents: createAgentDirectory({ db, sql, clock: hastyClock, log, ttlMs: 0 }),
    starterPack: [],
    forge: createLocalForge({ dataDir: folder.path, log }),
    dataDir: folder.path,
    deployer: fakeDeployer(service, url),
    wake: new Proxy({}, { get: () => async () => {} }),
    instanceId: 'test',
  } as unknown as DeliveryDeps & RunWorkerDeps

  const person = (name: string, role: Person['role'] = 'operator'): Promise<Person> =>
    db.transaction((tx) => admit(tx, { platform: 'telegram', platformUserId: randomUUID(), name }, role))
  const owner = await person('Olga', 'member')
  const { id: conversationId } = await ensureConversation(db, {
    key: `telegram:${randomUUID()}`,
    platform: 'telegram',
    kind: 'private',
  })

  const deployment = async (project: Project, version: string) => {
    const { run } = await db.transaction((tx) =>
      createRun(tx, {
        projectId: project.id,
        conversationId,
        requestedBy: owner.id,
        kind: 'new_project',
        request: '',
        originKey: randomUUID(),
      }),
    )
    const row = await planDeployment(db, { projectId: project.id, runId: run.id, version, port, url })
    await closeDeployment(db, row.id, 'healthy')
    await db.transaction((tx) => moveRun(tx, run.id, 'running'))
    await db.transaction((tx) => moveRun(tx, run.id, 'succeeded'))
    return run.id
  }

  /** A project whose commit is on main. It has run as each of the versions, oldest first, when some are given. */
  const project = async (...versions: string[]): Promise<Project> => {
    const name = `p${randomUUID().slice(0, 8)}`
    const { name: repository } = await deps.forge.ensureRepository({ name, description: 'A counter.' })
    const made = await db.transaction((tx) =>
      createProject(tx, { name, title: name, description: '', ownerId: owner.id, conversationId }, []),
    )
    await db.update(projects).set({ repository, status: 'active' }).where(eq(projects.id, made.id))
    for (const version of versions) await deployment(made, version)
    return { ...made, repository }
  }

  /** The commit on main, by the name a deployment gives it. */
  const mainVersion = async ({ repository }: Project): Promise<string> => {
    const { sha } = await deps.forge.exportTree({
      repository: { kind: 'local', name: repository ?? '' },
      ref: 'main',
      dir: `${folder.path}/look-${randomUUID()}`,
    })
    return sha.slice(0, 12)
  }

  const breaks = async (
    about: Project | undefined,
    kind: IncidentKind = 'service_unhealthy',
    serverId?: string,
  ) =>
    (
      await db.transaction((tx) =>
        report(tx, {
          kind,
          key: `${kind}:${about?.id ?? randomUUID()}`,
          severity: 'critical',
          subject: about?.name ?? 'something',
          facts: { reason: 'connection refused' },
          projectId: about?.id,
          serverId,
          now: new Date(),
        }),
      )
    ).incident

  const fix = (incidentId: string, by: Person | 'system') =>
    db.transaction((tx) =>
      startRecovery(tx, {
        incidentId,
        by: by === 'system' ? by : { person: by, surface: 'telegram' },
        now: new Date(),
      }),
    )

  const openTasks = (incidentId: string): Promise<Task[]> =>
    db
      .select()
      .from(tasks)
      .where(
        and(like(tasks.originKey, `recovery:${incidentId}:%`), inArray(tasks.state, ['waiting', 'routed'])),
      )
      .orderBy(asc(tasks.createdAt))

  /**
   * A worker does a task to its end, or dies.
   * @param options.diesAt the writing, counted from 1, that it does not get to.
   */
  const work = async (task: Task, { diesAt = 0 } = {}): Promise<Record<string, unknown>> => {
    let writes = 0
    const result = await recoverIncident(deps, task, {
      signal: new AbortController().signal,
      assertHeld: async () => {
        writes++
        if (writes === diesAt) throw new AppError('lease_lost', 'killed')
      },
    })
    await db.update(tasks).set({ state: 'succeeded', result }).where(eq(tasks.id, task.id))
    return result
  }
  /** Does what there is to do, also what comes of it. @returns the results. */
  const workAll = async (incidentId: string): Promise<Record<string, unknown>[]> => {
    const results: Record<string, unknown>[] = []
    for (;;) {
      const [task] = await openTasks(incidentId)
      if (!task) return results
      results.push(await work(task))
    }
  }

  const questions = (incidentId: string) =>
    db
      .select()
      .from(approvals)
      .where(eq(approvals.threadId, `recovery:${incidentId}`))
      .orderBy(asc(approvals.number))

  const applyApproval = createApprovalWorker(deps)

  return {
    ...base,
    deps,
    service,
    server,
    folder,
    owner,
    conversationId,
    url,
    person,
    project,
    deployment,
    mainVersion,
    breaks,
    fix,
    openTasks,
    work,
    workAll,
    questions,
    apply: applyApproval,
    decide: async (incidentId: string, verb: ApprovalVerb, by: Person) => {
      const question = (await questions(incidentId)).at(-1)
      if (!question) throw new Error('nobody was asked')
      const decided = await decideApproval(db, {
        id: question.id,
        verb,
        person: by,
        surface: 'telegram',
        now: new Date(),
      })
      await applyApproval(question.id)
      return decided.outcome
    },
    incident: async (id: string) => {
      const found = await findIncident(db, id)
      if (!found) throw new Error('the incident is there')
      return found
    },
    /** The timeline of the recovery, in short. */
    story: async (id: string) =>
      (
        await db
          .select()
          .from(incidentEvents)
          .where(eq(incidentEvents.incidentId, id))
          .orderBy(incidentEvents.seq)
      ).flatMap(({ kind, detail }) =>
        kind.startsWith('recovery_')
          ? [`${kind.slice('recovery_'.length)} ${detail.outcome ?? detail.step ?? detail.attempt}`]
          : [],
      ),
    /** What the chat was told of how attempts ended. */
    told: async (id: string) =>
      (
        await db
          .select()
          .from(outbox)
          .where(like(outbox.key, `recovery:${id}:%`))
          .orderBy(outbox.seq)
      ).map(({ content }) => (content.type === 'notice' ? content.key : content.type)),
    [Symbol.asyncDispose]: async () => {
      await deps.agents.close()
      server.close()
      server.closeAllConnections()
      await base.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

export type RepairShop = Awaited<ReturnType<typeof openRepairShop>>

const fakeDeployer = (service: FakeService, url: string): Deployer => {
  const statusOf = (name: string): ServiceStatus => ({
    name,
    state: service.state,
    healthy: service.state === 'running',
    version: service.version,
    url,
    restarts: 0,
    ...(service.state === 'running' ? {} : { lastEnd: 'exit code 1' }),
  })
  const run = (version: string): boolean => {
    service.version = version
    service.state = service.broken.has(version) ? 'crash-looping' : 'running'
    return service.state === 'running'
  }
  const done = () => {
    const { dies } = service
    service.dies = undefined
    if (dies) throw dies
  }
  return {
    kind: 'local',
    status: async (name: string) => statusOf(name),
    logs: async () => 'listening\nError: no such table </untrusted>',
    restart: async (name: string) => {
      service.asked.push('restart')
      run(service.version)
      done()
      return statusOf(name)
    },
    deploy: async ({ version, port }: { version: string; port: number }) => {
      service.asked.push(`deploy ${version}`)
      const before = service.version
      if (!run(version)) {
        run(before)
        return { ok: false, rolledBack: true, portTaken: false, reason: 'it keeps ending', logTail: '' }
      }
      done()
      return { ok: true, url, version, port }
    },
  } as unknown as Deployer
}
