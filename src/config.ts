import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { type Environment, environment, type Role } from './environment.ts'
import type { WorkerType } from './work-types.ts'

export interface Config {
  dataDir: string
  databaseUrl: string | undefined
  redisUrl: string | undefined
  port: number
  /** True when a person chose the port: then it must be had; the default may give way to a free one. */
  portIsChosen: boolean
  roles: ReadonlySet<Role>
  /** What the workers of this process are, where it has any (R-1). */
  workers: { host: string; types: WorkerType[]; pool: string; specializations: string[] }
  telegram:
    | { token: string; apiRoot: string; webhook: { url: string; secret: string } | undefined }
    | undefined
  slack:
    | { botToken: string; apiUrl: string; mode: { socket: string } | { signingSecret: string } }
    | undefined
  model: { apiKey: string; baseUrl: string | undefined; name: string | undefined } | undefined
  github:
    | {
        auth: { token: string } | { appId: string; privateKey: string }
        org: string
        apiUrl: string
        webhookSecret: string | undefined
        syncMs: number
      }
    | undefined
  /** Where servers are known from, and how they are reached. */
  servers: {
    inventory: string | undefined
    hetzner: { token: string; apiUrl: string } | undefined
    sshKey: string | undefined
  }
  deadManUrl: string | undefined
  claimCode: string | undefined
  logLevel: string
}

/** Everything wrong with the environment at once, each with its variable and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/**
 * @param env the process environment; only main.ts may pass the real one.
 * @throws ConfigError listing every problem.
 */
export const loadConfig = (env: Record<string, string | undefined>): Config => {
  const parsed = environment.safeParse(env)
  const problems = parsed.success
    ? []
    : distinct(parsed.error.issues.map((i) => `${String(i.path[0])} ${i.message}`))
  const has = (name: keyof Environment) => Boolean(env[name])

  if (has('TELEGRAM_WEBHOOK_URL') && !has('TELEGRAM_WEBHOOK_SECRET'))
    problems.push('TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET: without it anybody could post updates')
  if (has('TELEGRAM_WEBHOOK_URL') && !has('TELEGRAM_BOT_TOKEN'))
    problems.push('TELEGRAM_WEBHOOK_URL needs TELEGRAM_BOT_TOKEN (ask @BotFather for one)')
  if (has('SLACK_BOT_TOKEN') && !has('SLACK_APP_TOKEN') && !has('SLACK_SIGNING_SECRET'))
    problems.push('SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)')
  if (!has('SLACK_BOT_TOKEN') && (has('SLACK_APP_TOKEN') || has('SLACK_SIGNING_SECRET')))
    problems.push('SLACK_APP_TOKEN and SLACK_SIGNING_SECRET need SLACK_BOT_TOKEN (xoxb-…)')
  if (has('GITHUB_APP_ID') !== has('GITHUB_APP_PRIVATE_KEY') && !has('GITHUB_TOKEN'))
    problems.push('GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY need each other')
  if (has('GITHUB_WEBHOOK_SECRET') && !has('GITHUB_TOKEN') && !has('GITHUB_APP_ID'))
    problems.push('GITHUB_WEBHOOK_SECRET needs GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY')
  if ((has('GITHUB_TOKEN') || has('GITHUB_APP_ID')) && !has('GITHUB_ORG'))
    problems.push('GITHUB_ORG must say whose repositories are meant')
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return fromEnvironment(parsed.data, env)
}

const fromEnvironment = (e: Environment, raw: Record<string, string | undefined>): Config => ({
  dataDir: resolve(e.PRORAB_DATA_DIR),
  databaseUrl: e.DATABASE_URL,
  redisUrl: e.REDIS_URL,
  port: e.PORT,
  portIsChosen: Boolean(raw.PORT),
  roles: new Set(e.PRORAB_ROLES),
  workers: {
    host: e.PRORAB_WORKER_NAME ?? machineName(),
    types: e.PRORAB_WORKER_TYPES,
    pool: e.PRORAB_WORKER_POOL,
    specializations: e.PRORAB_WORKER_SPECIALIZATIONS,
  },
  telegram: e.TELEGRAM_BOT_TOKEN
    ? {
        token: e.TELEGRAM_BOT_TOKEN,
        apiRoot: e.TELEGRAM_API_ROOT,
        webhook:
          e.TELEGRAM_WEBHOOK_URL && e.TELEGRAM_WEBHOOK_SECRET
            ? { url: e.TELEGRAM_WEBHOOK_URL, secret: e.TELEGRAM_WEBHOOK_SECRET }
            : undefined,
      }
    : undefined,
  slack: slackFrom(e),
  model: e.OPENAI_API_KEY
    ? { apiKey: e.OPENAI_API_KEY, baseUrl: e.OPENAI_BASE_URL, name: e.PRORAB_MODEL }
    : undefined,
  github: githubFrom(e),
  servers: {
    inventory: e.PRORAB_INVENTORY && resolve(e.PRORAB_INVENTORY),
    hetzner: e.HCLOUD_TOKEN ? { token: e.HCLOUD_TOKEN, apiUrl: e.HCLOUD_API_URL } : undefined,
    sshKey: e.PRORAB_SSH_KEY && resolve(e.PRORAB_SSH_KEY),
  },
  deadManUrl: e.PRORAB_DEAD_MAN_URL,
  claimCode: e.PRORAB_CLAIM_CODE,
  logLevel: e.LOG_LEVEL,
})

/** What can stand in a command: `/worker drain build-1.code`. */
const machineName = (): string =>
  (hostname().split('.')[0] ?? '').replaceAll(/[^\w-]+/g, '-').slice(0, 40) || 'prorab'

const slackFrom = (e: Environment): Config['slack'] => {
  if (!e.SLACK_BOT_TOKEN) return undefined
  const common = { botToken: e.SLACK_BOT_TOKEN, apiUrl: e.SLACK_API_URL }
  if (e.SLACK_APP_TOKEN) return { ...common, mode: { socket: e.SLACK_APP_TOKEN } }
  if (e.SLACK_SIGNING_SECRET) return { ...common, mode: { signingSecret: e.SLACK_SIGNING_SECRET } }
  return undefined
}

const githubFrom = (e: Environment): Config['github'] => {
  const auth = e.GITHUB_TOKEN
    ? { token: e.GITHUB_TOKEN }
    : e.GITHUB_APP_ID && e.GITHUB_APP_PRIVATE_KEY
      ? { appId: e.GITHUB_APP_ID, privateKey: e.GITHUB_APP_PRIVATE_KEY.replaceAll('\\n', '\n') }
      : undefined
  if (!auth || !e.GITHUB_ORG) return undefined
  return {
    auth,
    org: e.GITHUB_ORG,
    apiUrl: e.GITHUB_API_URL,
    webhookSecret: e.GITHUB_WEBHOOK_SECRET,
    syncMs: e.GITHUB_SYNC_MINUTES * 60_000,
  }
}

/** Two wrong words in one list are one problem. */
const distinct = (problems: string[]): string[] => [...new Set(problems)]
