import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import type { ChatAdapter } from '../bots/chat.ts'
import { type Config, ConfigError, loadConfig } from '../config.ts'
import { makeDataFolder } from '../data-folder.ts'
import { connectDatabase } from '../db/client.ts'
import { startEmbeddedPostgres } from '../db/embedded.ts'
import { AppError, errorText } from '../errors.ts'
import { modelEndpoint } from '../graph/models/endpoint.ts'
import { createLog } from '../log.ts'
import { createSandbox } from '../workers/sandbox.ts'
import { platformAdapters } from './adapters.ts'

interface Check {
  name: string
  /** What is so, when all is well. @throws what is wrong. */
  run(): Promise<string>
  /** What to do when it fails. */
  advice: string
}

const TIMEOUT_MS = 10_000

/**
 * Asks every part that is configured whether it works, and says what to do about each that does not.
 * @returns true when everything is well.
 */
export const doctor = async (env: Record<string, string | undefined>, output: Writable): Promise<boolean> => {
  const say = (line: string) => output.write(`${line}\n`)
  let config: Config
  try {
    config = loadConfig(env)
    say('ok    configuration')
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const problem of error.problems) say(`wrong configuration: ${problem}`)
    return false
  }
  let healthy = true
  for (const { name, run, advice } of await checksFor(config)) {
    try {
      say(`ok    ${name}: ${await inTime(run())}`)
    } catch (error) {
      healthy = false
      say(`wrong ${name}: ${reasonOf(error)}\n      ${advice}`)
    }
  }
  return healthy
}

/** `fetch failed` alone says nothing; what failed stands at the bottom of its causes. */
const reasonOf = (error: unknown): string => {
  const text = errorText(error)
  let cause = (error as Error).cause
  while (cause instanceof Error && cause.cause) cause = cause.cause
  return text.endsWith('fetch failed') && cause ? `${text} (${errorText(cause)})` : text
}

const checksFor = async (config: Config): Promise<Check[]> => {
  const log = createLog({ level: 'silent' })
  const { db } = connectDatabase(config.databaseUrl ?? 'postgres://127.0.0.1:1/none')
  return [
    {
      name: 'data folder',
      run: async () => {
        makeDataFolder(config.dataDir)
        await access(config.dataDir, constants.R_OK | constants.W_OK)
        return config.dataDir
      },
      advice: 'Set PRORAB_DATA_DIR to a folder this user can write to.',
    },
    {
      name: 'database',
      run: () => (config.databaseUrl ? askPostgres(config.databaseUrl) : tryEmbedded(config.dataDir)),
      advice: config.databaseUrl
        ? 'Check DATABASE_URL: host, port, user, password, and that the server lets this machine in.'
        : 'See docs/operating.md, or set DATABASE_URL to a Postgres of your own.',
    },
    { name: 'git', run: askGit, advice: 'Install git.' },
    {
      name: 'jobs',
      run: () => (config.redisUrl ? askRedis(config.redisUrl) : Promise.resolve('in Postgres')),
      advice: 'Check REDIS_URL, and that the server is up.',
    },
    ...(await platformAdapters({ config, log }, db)).map((adapter: ChatAdapter) => ({
      name: adapter.platform,
      run: () => adapter.check(),
      advice:
        adapter.platform === 'telegram'
          ? 'Check TELEGRAM_BOT_TOKEN (ask @BotFather for a new one) and that this machine reaches TELEGRAM_API_ROOT.'
          : 'Check SLACK_BOT_TOKEN and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET, and reinstall the app from slack-manifest.yaml.',
    })),
    {
      name: 'model',
      run: () =>
        config.model
          ? askModel(config.model)
          : Promise.resolve('offline demo; set OPENAI_API_KEY for a real one'),
      advice: 'Check OPENAI_API_KEY and OPENAI_BASE_URL.',
    },
    {
      name: 'sandbox',
      run: async () => {
        const found = await createSandbox({ log }).describe()
        return found.by === 'bubblewrap'
          ? 'bubblewrap'
          : `Node's permission model (${found.reason}); install bubblewrap for a stronger one`
      },
      advice: 'Install bubblewrap.',
    },
  ]
}

/** Starts the embedded database and stops it again; one that a running prorab uses is left in peace. */
const tryEmbedded = async (dataDir: string): Promise<string> => {
  try {
    const embedded = await startEmbeddedPostgres({ dataDir, log: createLog({ level: 'silent' }) })
    try {
      return `embedded, ${await askPostgres(embedded.url)}`
    } finally {
      await embedded.stop()
    }
  } catch (error) {
    if (error instanceof AppError && IN_USE.test(error.message))
      return 'embedded, in use by a prorab that is running'
    throw error
  }
}
const IN_USE = /is using/

const askGit = async (): Promise<string> => (await promisify(execFile)('git', ['--version'])).stdout.trim()

const askPostgres = async (url: string): Promise<string> => {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    const [row] = await sql`select current_setting('server_version') as version`
    return `Postgres ${row?.version}`
  } finally {
    await sql.end()
  }
}

const askRedis = async (url: string): Promise<string> => {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null })
  // What went wrong is only told here; the command itself just says that there is no connection.
  let problem: unknown
  redis.on('error', (error) => {
    problem = error
  })
  try {
    await redis.connect()
    await redis.ping()
    return 'in Redis'
  } catch (error) {
    throw problem ?? error
  } finally {
    redis.disconnect()
  }
}

const askModel = async (settings: NonNullable<Config['model']>): Promise<string> => {
  const baseUrl = modelEndpoint(settings)
  const answer = await fetch(`${baseUrl.replace(/\/$/, '')}/models`, {
    headers: { authorization: `Bearer ${settings.apiKey}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!answer.ok) throw new Error(`the endpoint answered ${answer.status}`)
  return `${new URL(baseUrl).host} answers`
}

const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS).unref(),
    ),
  ])
