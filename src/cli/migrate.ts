import type { Writable } from 'node:stream'
import type { Config } from '../config.ts'
import { startEmbeddedPostgres } from '../db/embedded.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { createLog } from '../log.ts'

/** Migrates the database and says what was done; safe to run beside running processes. */
export const migrate = async (config: Config, output: Writable): Promise<void> => {
  const log = createLog({ level: 'warn' })
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbeddedPostgres({ dataDir: config.dataDir, log })
  try {
    const applied = await migrateDatabase(config.databaseUrl ?? embedded?.url ?? '', { log })
    const steps = applied.prorab + applied.langgraph + applied.bullmq
    output.write(steps === 0 ? 'The database is up to date.\n' : `Applied ${steps} migration step(s).\n`)
  } finally {
    await embedded?.stop()
  }
}
