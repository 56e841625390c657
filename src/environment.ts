import { z } from 'zod'
import { WORK_TYPES, WORKER_TYPES } from './work-types.ts'

/** Which kinds of work a process takes on. `all` is the default of one machine. */
export const ROLES = ['bots', 'turns', 'runs', 'workers', 'sync'] as const
export type Role = (typeof ROLES)[number]

const blankIsUnset = (value: unknown) => (value === '' ? undefined : value)
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsUnset, schema.optional())
const list = (value: unknown) =>
  String(value)
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be an address such as ${example}` })

/**
 * Every environment variable prorab reads. The description becomes the table in docs/operating.md, which a
 * test compares with this object.
 */
const PORT_RANGE = 'must be a number from 0 to 65535'
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export const environment = z.object({
  PRORAB_DATA_DIR: z
    .preprocess(blankIsUnset, z.string().default('.prorab'))
    .describe('Folder for the embedded database, repositories, services and logs.'),
  DATABASE_URL: optional(url(/^postgres(ql)?$/, 'postgres://user:password@host:5432/prorab')).describe(
    'A Postgres of your own. Without it prorab starts its own in the data folder.',
  ),
  REDIS_URL: optional(url(/^rediss?$/, 'redis://localhost:6379')).describe(
    'Moves the job queues to Redis. Without it they live in Postgres.',
  ),
  PORT: z
    .preprocess(
      blankIsUnset,
      z.coerce
        .number({ error: PORT_RANGE })
        .int(PORT_RANGE)
        .min(0, PORT_RANGE)
        .max(65535, PORT_RANGE)
        .default(3001),
    )
    .describe('Port for health, metrics and webhooks.'),
  PRORAB_ROLES: z
    .preprocess(
      (value) => list(blankIsUnset(value) ?? 'all'),
      z.array(z.enum([...ROLES, 'all'], { error: `must be all, or a list of ${ROLES.join(',')}` })),
    )
    .transform((roles): Role[] => (roles.includes('all') ? [...ROLES] : (roles as Role[])))
    .describe('What this process does: all, or a comma-separated list of bots,turns,runs,workers,sync.'),
  PRORAB_WORKER_NAME: optional(
    z.string().regex(/^[\w-]{1,40}$/, 'must be up to 40 letters, digits, _ or -'),
  ).describe("What this process's workers are called, before the dot. The machine's name unless set."),
  PRORAB_WORKER_TYPES: z
    .preprocess(
      (value) => list(blankIsUnset(value) ?? 'infra,code,research'),
      z.array(z.enum(WORKER_TYPES, { error: `must be a list of ${WORKER_TYPES.join(',')}` })),
    )
    .describe('What kinds of work a process with the role workers takes: infra,code,research,desktop.'),
  PRORAB_WORKER_POOL: z
    .preprocess(
      blankIsUnset,
      z
        .string()
        .regex(/^[\w-]{1,40}$/, 'must be up to 40 letters, digits, _ or -')
        .default('default'),
    )
    .describe('The pool its workers belong to.'),
  PRORAB_WORKER_SPECIALIZATIONS: z
    .preprocess(
      (value) => list(blankIsUnset(value) ?? ''),
      z.array(
        z.enum(Object.keys(WORK_TYPES), { error: `must be a list of ${Object.keys(WORK_TYPES).join(',')}` }),
      ),
    )
    .describe('Work types its workers are preferred for, e.g. implement,run_tests.'),
  TELEGRAM_BOT_TOKEN: optional(
    z.string().regex(/^\d+:[\w-]{10,}$/, 'does not look like a token of @BotFather (123456:ABC…)'),
  ).describe('Turns Telegram on.'),
  TELEGRAM_API_ROOT: z
    .preprocess(blankIsUnset, url(/^https?$/, 'https://api.telegram.org').default('https://api.telegram.org'))
    .describe('Another Bot API server.'),
  TELEGRAM_WEBHOOK_URL: optional(url(/^https?$/, 'https://example.org/telegram/webhook')).describe(
    'Receive by webhook instead of long polling. Needs TELEGRAM_WEBHOOK_SECRET.',
  ),
  TELEGRAM_WEBHOOK_SECRET: optional(
    z.string().regex(/^[\w-]{16,256}$/, 'must be 16 to 256 letters, digits, _ or -'),
  ).describe('The secret Telegram repeats in every webhook request.'),
  SLACK_BOT_TOKEN: optional(z.string().startsWith('xoxb-', 'must start with xoxb-')).describe(
    'Turns Slack on.',
  ),
  SLACK_APP_TOKEN: optional(z.string().startsWith('xapp-', 'must start with xapp-')).describe(
    'Receive by Socket Mode.',
  ),
  SLACK_SIGNING_SECRET: optional(z.string().min(16, 'is too short to be a signing secret')).describe(
    'Receive by HTTP instead of Socket Mode.',
  ),
  SLACK_API_URL: z
    .preprocess(blankIsUnset, url(/^https?$/, 'https://slack.com/api/').default('https://slack.com/api/'))
    .describe('Another Slack API server.'),
  OPENAI_API_KEY: optional(z.string().min(1)).describe(
    'Turns a real model on. Without it the offline demo model answers.',
  ),
  OPENAI_BASE_URL: optional(url(/^https?$/, 'https://openrouter.ai/api/v1')).describe(
    'Any OpenAI-compatible endpoint.',
  ),
  PRORAB_MODEL: optional(z.string().min(1)).describe(
    'Model for agents that name none, e.g. gpt-4.1 or openrouter/openai/gpt-4.1.',
  ),
  GITHUB_TOKEN: optional(z.string().min(1)).describe(
    'Keeps projects in step with GitHub: a token that may read the repositories of GITHUB_ORG.',
  ),
  GITHUB_APP_ID: optional(z.string().regex(/^\d+$/, 'must be a number')).describe(
    'A GitHub App instead of a token. Needs GITHUB_APP_PRIVATE_KEY.',
  ),
  GITHUB_APP_PRIVATE_KEY: optional(
    z
      .string()
      .includes('PRIVATE KEY', { error: 'must be a key in PEM format, or that with \\n for its line ends' }),
  ).describe("The GitHub App's private key."),
  GITHUB_ORG: optional(z.string().regex(/^[\w-]+$/, 'must be the name of an organisation')).describe(
    'Whose repositories are kept in step with the projects.',
  ),
  GITHUB_API_URL: z
    .preprocess(blankIsUnset, url(/^https?$/, 'https://api.github.com').default('https://api.github.com'))
    .describe('Another GitHub, e.g. GitHub Enterprise.'),
  GITHUB_WEBHOOK_SECRET: optional(z.string().min(16, 'must have at least 16 characters')).describe(
    'Turns /github/webhook on: news of repositories at once, and not only at the next sync.',
  ),
  GITHUB_SYNC_MINUTES: z
    .preprocess(blankIsUnset, z.coerce.number({ error: 'must be a number' }).min(1).max(1440).default(5))
    .describe('How often repositories are looked at.'),
  PRORAB_INVENTORY: optional(z.string().min(1)).describe(
    'An Ansible inventory file with the servers that prorab looks after.',
  ),
  HCLOUD_TOKEN: optional(z.string().min(1)).describe('Servers of Hetzner Cloud: a token that may read them.'),
  HCLOUD_API_URL: z
    .preprocess(
      blankIsUnset,
      url(/^https?$/, 'https://api.hetzner.cloud/v1').default('https://api.hetzner.cloud/v1'),
    )
    .describe('Another address of the Hetzner Cloud API.'),
  PRORAB_SSH_KEY: optional(z.string().min(1)).describe(
    'The file of the SSH key for servers; only the process with the role sync needs it.',
  ),
  PRORAB_DEAD_MAN_URL: optional(url(/^https?$/, 'https://hc-ping.com/…')).describe(
    'Called every minute while alerts are being driven: who watches it hears when prorab itself is gone.',
  ),
  PRORAB_CLAIM_CODE: optional(z.string().min(6, 'must have at least 6 characters')).describe(
    'A fixed claim code, for tests and scripted installs.',
  ),
  LOG_LEVEL: z
    .preprocess(
      blankIsUnset,
      z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
    )
    .describe('How much is logged.'),
})

export type Environment = z.infer<typeof environment>
