import { type App, type AppOptions, createApp } from '../app.ts'
import type { Config } from '../config.ts'
import { startEmbeddedPostgres } from '../db/embedded.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { prepareClaimCode } from '../domain/users/claim.ts'
import type { Log } from '../log.ts'
import { asConnectionProblem } from './connection-problem.ts'

export interface Instance {
  app: App
  /** For the start screen; undefined once somebody claimed the installation. */
  claimCode: string | undefined
  database: 'embedded' | 'adopted' | 'external'
  stop(): Promise<void>
}

/**
 * The ground and the house: a database, migrated, and the app on it; not started yet.
 * @throws AppError misconfigured that says what to do.
 */
export const openInstance = async (
  { config, log }: { config: Config; log: Log },
  options: Pick<AppOptions, 'adapters'>,
): Promise<Instance> => {
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? ''
  try {
    await migrateDatabase(databaseUrl, { log }).catch((error) => {
      throw config.databaseUrl ? asConnectionProblem(error) : error
    })
    const app = await createApp({ config, log, databaseUrl, alone: embedded !== undefined, ...options })
    return {
      app,
      claimCode: await prepareClaimCode(app.db, config.claimCode),
      database: embedded ? (embedded.adopted ? 'adopted' : 'embedded') : 'external',
      stop: async () => {
        await app.stop()
        await embedded?.stop()
      },
    }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}
