import { randomUUID } from 'node:crypto'
import { routesOf } from './app/routes.ts'
import { createSchedules } from './app/schedules.ts'
import { stop } from './app/stop.ts'
import type { App, AppOptions } from './app/types.ts'
import type { Platform, Receive } from './bots/chat.ts'
import { createDelivery } from './bots/delivery/index.ts'
import { createIngress } from './bots/ingress.ts'
import { createPresenter } from './bots/present/index.ts'
import { createAttachmentReader } from './bots/read-attachment.ts'
import { createRouter } from './bots/router.ts'
import { createStreamer } from './bots/streamer.ts'
import { createTexts } from './bots/texts.ts'
import { MINUTE_MS, SECOND_MS, systemClock } from './clock.ts'
import { makeDataFolder } from './data-folder.ts'
import { connectDatabase } from './db/client.ts'
import { forgetDeadProcesses } from './db/forget-dead-processes.ts'
import { createLocalDeployer } from './deploy/local.ts'
import { watched } from './deploy/watched.ts'
import { createAgentDirectory } from './domain/agents/directory.ts'
import { seedAgents } from './domain/agents/seed.ts'
import { ensureMissingServiceChecks } from './domain/checks/ensure-missing.ts'
import { createInbox, type InboxRow } from './domain/conversations/inbox.ts'
import { lastSyncs } from './domain/figures.ts'
import { installationId } from './domain/installation.ts'
import { createLocalForge } from './forges/local.ts'
import { createCheckpointer } from './graph/checkpointer.ts'
import { createModels } from './graph/models/index.ts'
import { agentSeeds } from './graph/prompts/seeds.ts'
import { createRunner } from './graph/runner.ts'
import { WORK_HANDLERS } from './graph/work/index.ts'
import { createMetrics } from './http/metrics.ts'
import { startHttpServer } from './http/server.ts'
import { createActionWorker, RENEW_ACTIONS_MS } from './jobs/action.ts'
import { createAdminMenus } from './jobs/admin-menus.ts'
import { createApprovalWorker } from './jobs/approval.ts'
import { cleanWork } from './jobs/clean-work.ts'
import { createDispatchWorker } from './jobs/dispatch.ts'
import { createOperations } from './jobs/operations.ts'
import { createQueues } from './jobs/queues.ts'
import { createRunWorker } from './jobs/run.ts'
import { startSchedules } from './jobs/schedules.ts'
import { createSweep, SWEEP_INTERVAL_MS } from './jobs/sweep.ts'
import { createTaskEnds } from './jobs/task-ends.ts'
import { every } from './jobs/timer.ts'
import { createTurnWorker } from './jobs/turn.ts'
import { createWake } from './jobs/wake.ts'
import { createWorkWorker } from './jobs/work.ts'
import {
  createWorkerMembership,
  lookForLostWorkers,
  MISSED_CHECK_MS,
  workQueue,
} from './jobs/worker-membership.ts'
import { createSandbox } from './workers/sandbox.ts'

export type { App, AppOptions } from './app/types.ts'

const BURST_WINDOW_MS = 600
const STREAM_INTERVAL_MS = 300
/** Short enough to feel immediate, long enough that a quick answer appears whole. */
const FIRST_SNAPSHOT_MS = 100
const DELIVERY_SWEEP_MS = 2 * SECOND_MS
const SERVICE_SWEEP_MS = 60 * SECOND_MS
const WORK_CLEANING_MS = 60 * MINUTE_MS
const ADMIN_MENUS_MS = 30 * SECOND_MS
const TURNS_AT_ONCE = 20
/** Runs mostly wait for a model; what they do on this machine is bounded by the sandbox. */
const RUNS_AT_ONCE = 8
const DISPATCHES_AT_ONCE = 10

/** Assembles the parts; the one place that knows them all. */
export const createApp = async (options: AppOptions): Promise<App> => {
  const { config, log, databaseUrl, clock = systemClock } = options
  const { dataDir, roles } = config
  makeDataFolder(dataDir)
  const instanceId = randomUUID()
  const handle = connectDatabase(databaseUrl)
  const { db } = handle
  const checkpointer = createCheckpointer(databaseUrl)
  const queues = await createQueues({
    databaseUrl,
    redisUrl: config.redisUrl,
    installation: await installationId(db),
    log,
  }).catch(async (error) => {
    await Promise.all([checkpointer.close(), handle.close()])
    throw error
  })
  if (options.alone) await Promise.all([forgetDeadProcesses(db), queues.reset()])
  const seeds = agentSeeds()
  await seedAgents(db, seeds)

  const shutdown = new AbortController()
  const texts = createTexts()
  const models = options.models ?? (await createModels(config.model))
  const sandbox = createSandbox({ log })
  const forge = createLocalForge({ dataDir, log, clock })
  const wake = createWake(queues, (name) => local[name], log)
  const deployer = watched(createLocalDeployer({ dataDir, sandbox, log, clock }), { db, clock, wake })
  const agents = createAgentDirectory({ db, sql: handle.sql, clock, log })
  const taskEnds = createTaskEnds({ sql: handle.sql, clock, log })
  const membership = createWorkerMembership({ db, clock, log, wake }, instanceId, config.workers)
  const work = {
    db,
    clock,
    log,
    wake,
    models,
    agents,
    starterPack: seeds.starterPack,
    taskEnds,
    ...(options.servicePorts && { servicePorts: options.servicePorts }),
    forge,
    deployer,
    sandbox,
    dataDir,
    instanceId,
    shutdown: shutdown.signal,
  }
  const runner = createRunner(work, checkpointer.saver)
  const workDeps = { ...work, runner }
  const operations = createOperations(workDeps)

  const adapters = new Map((await options.adapters({ db })).map((adapter) => [adapter.platform, adapter]))
  const settle = ({ platform, body }: InboxRow) => {
    if (body.receipt) void adapters.get(platform as Platform)?.settle?.(body.receipt)
  }
  const readAttachment = createAttachmentReader(adapters)
  const router = createRouter({ ...work, texts, operations, settle, readAttachment })
  const delivery = createDelivery({
    db,
    adapters,
    present: createPresenter({ db, clock, texts, operations }),
    clock,
    log,
    instanceId,
  })
  const actions = createActionWorker({ db, log, instanceId, handle: (row) => router.handle(row) })
  const receive: Receive = createIngress({
    inbox: createInbox(db, { clock, taker: { by: instanceId, begin: actions.begin } }),
    wake,
    log,
  })

  /** What this process does itself, without asking the queue. */
  const local = {
    action: roles.has('bots') ? actions.wake : undefined,
    deliver: roles.has('bots') ? delivery.kick : undefined,
  }
  const turn = createTurnWorker({
    ...workDeps,
    streamer: createStreamer({
      db,
      wake,
      clock,
      intervalMs: STREAM_INTERVAL_MS,
      firstAfterMs: FIRST_SNAPSHOT_MS,
    }),
    router,
    burstWindowMs: options.burstWindowMs ?? BURST_WINDOW_MS,
  })
  const sweep = createSweep({ db, clock, log, wake })
  const metrics = createMetrics(db)
  const http = await startHttpServer(
    {
      log,
      routes: routesOf(config, adapters, { db, clock, log, wake, metrics }),
      checks: { database: () => handle.sql`select 1` },
      details: async () => ({ syncs: await lastSyncs(db) }),
      metrics: metrics.read,
    },
    // Without a port of somebody's choice nobody but this machine is expected.
    { ...config, ...(!config.portIsChosen && { host: '127.0.0.1' }) },
  ).catch(async (error) => {
    await Promise.all([queues.close(), checkpointer.close(), handle.close()])
    throw error
  })
  const timers: { stop(): void }[] = []

  return {
    db,
    adapters,
    port: http.port,
    modelLabel: models.label,
    start: async () => {
      if (roles.has('turns')) queues.work('turn', turn, { concurrency: TURNS_AT_ONCE })
      await taskEnds.listen()
      if (roles.has('workers')) {
        await membership.join()
        queues.work(workQueue(instanceId), createWorkWorker({ ...work, handlers: WORK_HANDLERS }), {
          concurrency: membership.concurrency,
        })
      }
      timers.push(
        every(MISSED_CHECK_MS, 'lost-workers', () => lookForLostWorkers({ db, clock, log, wake }), {
          clock,
          log,
        }),
      )
      if (roles.has('runs')) {
        queues.work('dispatch', createDispatchWorker({ db, clock, log, wake }), {
          concurrency: DISPATCHES_AT_ONCE,
        })
        queues.work('run', createRunWorker(workDeps), { concurrency: RUNS_AT_ONCE })
        queues.work('approval', createApprovalWorker(workDeps), { concurrency: RUNS_AT_ONCE })
        timers.push(every(WORK_CLEANING_MS, 'work', () => cleanWork(workDeps), { clock, log }))
        timers.push(every(SERVICE_SWEEP_MS, 'services', () => deployer.resume(), { clock, log }))
      }
      if (roles.has('bots')) {
        timers.push(every(ADMIN_MENUS_MS, 'admin-menus', createAdminMenus(db, adapters, log), { clock, log }))
        queues.work('action', async (id) => actions.wake(id), { concurrency: 1 })
        queues.work('deliver', async (id) => delivery.kick(id), { concurrency: 1 })
        timers.push(every(RENEW_ACTIONS_MS, 'actions', () => actions.renew(), { clock, log }))
        timers.push(every(DELIVERY_SWEEP_MS, 'deliveries', () => delivery.sweep(), { clock, log }))
        for (const adapter of adapters.values()) await adapter.start(receive)
      }
      if (roles.has('sync')) {
        queues.work('sweep', sweep, { concurrency: 1 })
        await queues.every('sweep', 'sweep', SWEEP_INTERVAL_MS)
        await ensureMissingServiceChecks(db, clock.now())
        const place = { config, databaseUrl, port: http.port }
        await startSchedules(queues, await createSchedules(work, place))
      }
      await createSweep({ db, clock, log, wake }, { olderThanMs: 0 })()
    },
    stop: () =>
      stop({
        http,
        adapters,
        shutdown,
        timers,
        queues,
        actions,
        delivery,
        agents,
        membership,
        checkpointer,
        handle,
        log,
      }),
  }
}
