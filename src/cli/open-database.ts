import type { Config } from '../config.ts'
import { connectDatabase, type DatabaseHandle } from '../db/client.ts'
import { findRunningPostgres, startEmbeddedPostgres } from '../db/embedded.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { AppError } from '../errors.ts'
import { createLog } from '../log.ts'
import { asConnectionProblem } from './connection-problem.ts'

/**
 * Lends a command the database of this installation: that of DATABASE_URL; else the embedded one, as a guest of the
 * prorab that is running, or started for as long as the command takes.
 * @throws AppError misconfigured that says what to do.
 */
export const withDatabase = async <T>(
  config: Config,
  work: (handle: DatabaseHandle) => Promise<T>,
): Promise<T> => {
  const ground = await groundOf(config)
  const handle = connectDatabase(ground.url, { maxConnections: 2 })
  try {
    return await work(handle)
  } catch (error) {
    throw config.databaseUrl ? asConnectionProblem(asOldDatabase(error)) : asOldDatabase(error)
  } finally {
    await handle.close()
    await ground.stop()
  }
}

const groundOf = async ({
  databaseUrl,
  dataDir,
}: Config): Promise<{ url: string; stop(): Promise<void> }> => {
  if (databaseUrl) return { url: databaseUrl, stop: async () => {} }
  const log = createLog({ level: 'silent' })
  try {
    const embedded = await startEmbeddedPostgres({ dataDir, log })
    try {
      await migrateDatabase(embedded.url, { log })
    } catch (error) {
      await embedded.stop()
      throw error
    }
    return embedded
  } catch (error) {
    const url = await findRunningPostgres(dataDir)
    if (!url) throw error
    return { url, stop: async () => {} }
  }
}

/** Postgres: undefined table, undefined column, undefined function. */
const OLD_DATABASE = new Set(['42P01', '42703', '42883'])

const asOldDatabase = (error: unknown): unknown => {
  const cause = error instanceof Error && error.cause ? error.cause : error
  const code = (cause as { code?: unknown } | null)?.code
  if (typeof code !== 'string' || !OLD_DATABASE.has(code)) return error
  return new AppError(
    'misconfigured',
    'The database is of another version of prorab. Bring it up to this one with `npm run prorab -- migrate`.',
    { cause: error },
  )
}
