import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrateDatabase } from '../../src/db/migrate.ts'
import { createLog } from '../../src/log.ts'
import type { BenchContext } from '../bench.ts'
import type { BotApi } from '../support/bot-api.ts'
import { admitPeople, openDatabase, temporaryFolder } from '../support/database.ts'
import { freePort, PRORAB, type Program, startProgram } from '../support/program.ts'
import { WEBHOOK_PATH, WEBHOOK_SECRET } from '../support/webhook.ts'
import { CHATS } from './flood.ts'

const log = createLog({ level: 'error' })

const environment = (api: BotApi, port: number) => ({
  TELEGRAM_BOT_TOKEN: api.token,
  TELEGRAM_API_ROOT: api.root,
  TELEGRAM_WEBHOOK_URL: `http://127.0.0.1:${port}${WEBHOOK_PATH}`,
  TELEGRAM_WEBHOOK_SECRET: WEBHOOK_SECRET,
})

/** The bot that writes nothing, in a process of its own. */
export const startBareBot = async (context: BenchContext, api: BotApi): Promise<Program> => {
  const port = await freePort()
  const program = startProgram(context, {
    command: [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('./bare-bot.ts', import.meta.url)),
    ],
    env: environment(api, port),
    port,
    logFile: join(await temporaryFolder(context), 'bare-bot.log'),
    readyPath: '/',
  })
  await program.ready()
  return program
}

/**
 * The whole of prorab, ready to be started any number of times on the same data. The people of the flood are let
 * in before. Without a Postgres of somebody's choice it is the program's own, as after `npm start`.
 */
export const prepareProrab = async (context: BenchContext, api: BotApi): Promise<() => Program> => {
  const folder = await temporaryFolder(context)
  const port = await freePort()
  const databaseUrl = context.databaseUrl && (await openDatabase(context))
  if (databaseUrl) await admitPeople(databaseUrl, CHATS)
  else {
    const embedded = await startEmbeddedPostgres({ dataDir: folder, log })
    try {
      await migrateDatabase(embedded.url, { log })
      await admitPeople(embedded.url, CHATS)
    } finally {
      await embedded.stop()
    }
  }
  return () =>
    startProgram(context, {
      command: PRORAB,
      env: {
        ...environment(api, port),
        PRORAB_DATA_DIR: folder,
        ...(databaseUrl && { DATABASE_URL: databaseUrl }),
        ...(context.redisUrl && { REDIS_URL: context.redisUrl }),
      },
      port,
      logFile: join(folder, 'prorab.log'),
    })
}
