import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, type AppOptions, createApp } from '../../src/app.ts'
import type { ChatAdapter } from '../../src/bots/chat.ts'
import { platformAdapters } from '../../src/cli/adapters.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/db/client.ts'
import { createLocalDeployer } from '../../src/deploy/local.ts'
import { listProjects } from '../../src/domain/projects/projects.ts'
import { prepareClaimCode } from '../../src/domain/users/claim.ts'
import { createLog } from '../../src/log.ts'
import { createSandbox } from '../../src/workers/sandbox.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { claimPortRange } from './port-range.ts'

/** The code every test installation is claimed with. */
export const CLAIM_CODE = 'TEST-CLAIM-CODE'

export interface TestApp extends AsyncDisposable {
  app: App
  database: TestDatabase
  config: Config
  /**
   * Ends the program in order and starts it again on the same data, as a restart does.
   * @param meanwhile what happens while it is down.
   */
  restart(meanwhile?: () => unknown): Promise<void>
}

export interface TestAppOptions extends Partial<Pick<AppOptions, 'burstWindowMs' | 'clock' | 'models'>> {
  /** Environment variables beyond those every test has. */
  env?: Record<string, string>
  /** Further chats, e.g. a console. */
  chats?: (db: Database) => ChatAdapter[]
  /** Another process of the same installation: on its database and its folder, which stay the other's to end. */
  beside?: TestApp
}

/**
 * The whole program in this process, on a database of its own and on real sockets: what `npm start` runs, less the
 * command line. Services it deployed are stopped at the end.
 */
export const startTestApp = async ({
  env = {},
  beside,
  chats,
  ...options
}: TestAppOptions = {}): Promise<TestApp> => {
  const database = beside?.database ?? (await createTestDatabase())
  const dataDir = beside?.config.dataDir ?? (await mkdtemp(join(tmpdir(), 'prorab-test-')))
  const servicePorts = await claimPortRange()
  const config = loadConfig({ PRORAB_DATA_DIR: dataDir, PRORAB_CLAIM_CODE: CLAIM_CODE, PORT: '0', ...env })
  const log = createLog({ level: env.LOG_LEVEL ?? 'fatal' })
  const open = async () => {
    const app = await createApp({
      config,
      log,
      databaseUrl: database.url,
      alone: !beside,
      servicePorts,
      burstWindowMs: 0,
      adapters: async ({ db }) => [...(await platformAdapters({ config, log }, db)), ...(chats?.(db) ?? [])],
      ...options,
    })
    await prepareClaimCode(app.db, CLAIM_CODE)
    await app.start()
    return app
  }
  const test: TestApp = {
    app: await open(),
    database,
    config,
    restart: async (meanwhile) => {
      await test.app.stop()
      await meanwhile?.()
      test.app = await open()
    },
    [Symbol.asyncDispose]: async () => {
      if (beside) {
        await test.app.stop()
        return servicePorts[Symbol.asyncDispose]()
      }
      const { projects } = await listProjects(test.app.db, { pageSize: 1_000 })
      await test.app.stop()
      const deployer = createLocalDeployer({ dataDir, log, sandbox: createSandbox({ log }) })
      for (const { name } of projects) await deployer.remove(name)
      await servicePorts[Symbol.asyncDispose]()
      await database.close()
      // What was just ended may have written into it meanwhile.
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10 })
    },
  }
  return test
}
