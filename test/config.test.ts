import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, loadConfig } from '../src/config.ts'
import { environment, ROLES } from '../src/environment.ts'

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

const TELEGRAM = { TELEGRAM_BOT_TOKEN: '123456:abcdefghijkl' }
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1' }

test('a machine with nothing set gets the embedded default', () => {
  expect(loadConfig({})).toEqual({
    dataDir: resolve('.prorab'),
    databaseUrl: undefined,
    redisUrl: undefined,
    port: 3001,
    portIsChosen: false,
    roles: new Set(ROLES),
    workers: {
      host: expect.stringMatching(/^[\w-]{1,40}$/),
      types: ['infra', 'code', 'research'],
      pool: 'default',
      specializations: [],
    },
    telegram: undefined,
    slack: undefined,
    model: undefined,
    github: undefined,
    servers: { inventory: undefined, hetzner: undefined, sshKey: undefined },
    deadManUrl: undefined,
    claimCode: undefined,
    logLevel: 'info',
  })
})

test('what workers take, and where they belong, is said by lists and names', () => {
  const { workers } = loadConfig({
    PRORAB_WORKER_NAME: 'build-1',
    PRORAB_WORKER_TYPES: 'code, infra',
    PRORAB_WORKER_POOL: 'fast',
    PRORAB_WORKER_SPECIALIZATIONS: 'implement,run_tests',
  })
  expect(workers).toEqual({
    host: 'build-1',
    types: ['code', 'infra'],
    pool: 'fast',
    specializations: ['implement', 'run_tests'],
  })
})

test('GitHub by a token or by an App, whose key may be written in one line', () => {
  const org = { GITHUB_ORG: 'acme' }
  expect(loadConfig({ ...org, GITHUB_TOKEN: 't', GITHUB_SYNC_MINUTES: '10' }).github).toMatchObject({
    auth: { token: 't' },
    org: 'acme',
    syncMs: 600_000,
  })
  const key = '-----BEGIN RSA PRIVATE KEY-----\\nabc\\n-----END RSA PRIVATE KEY-----'
  expect(loadConfig({ ...org, GITHUB_APP_ID: '7', GITHUB_APP_PRIVATE_KEY: key }).github?.auth).toEqual({
    appId: '7',
    privateKey: key.replaceAll('\\n', '\n'),
  })
})

test('half of what GitHub needs is told, with the other half', () => {
  const problems = problemsOf({ GITHUB_APP_ID: '7', GITHUB_WEBHOOK_SECRET: 'a-long-enough-secret' })
  for (const name of ['GITHUB_APP_PRIVATE_KEY', 'GITHUB_ORG']) expect(problems.join()).toContain(name)
  expect(problemsOf({ GITHUB_WEBHOOK_SECRET: 'a-long-enough-secret' }).join()).toContain('GITHUB_TOKEN')
})

test('a line left empty in the environment file counts as not set', () => {
  const blank = Object.fromEntries(Object.keys(environment.shape).map((name) => [name, '']))
  expect(loadConfig(blank)).toEqual(loadConfig({}))
})

test('every problem is told at once, each with its variable', () => {
  const problems = problemsOf({
    DATABASE_URL: 'mysql://localhost/prorab',
    PORT: 'eighty',
    PRORAB_ROLES: 'bots,cook',
    TELEGRAM_BOT_TOKEN: 'not-a-token',
    SLACK_APP_TOKEN: 'xapp-1',
    LOG_LEVEL: 'loud',
  })
  for (const name of [
    'DATABASE_URL',
    'PORT',
    'PRORAB_ROLES',
    'TELEGRAM_BOT_TOKEN',
    'SLACK_APP_TOKEN',
    'LOG_LEVEL',
  ])
    expect(problems).toContainEqual(expect.stringContaining(name))
  expect(problems).toHaveLength(6)
})

test('a problem says what is allowed, by the name that the variable has', () => {
  expect(problemsOf({ PORT: '99999', PRORAB_ROLES: 'bots,cook,baker', LOG_LEVEL: 'loud' })).toEqual([
    'PORT must be a number from 0 to 65535',
    'PRORAB_ROLES must be all, or a list of bots,turns,runs,workers,sync',
    'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
  ])
})

test('what is wrong is told without repeating a secret', () => {
  const secret = 'hunter2-hunter2'
  const problems = problemsOf({
    TELEGRAM_BOT_TOKEN: secret,
    SLACK_BOT_TOKEN: secret,
    SLACK_SIGNING_SECRET: 'hunter2',
  })
  expect(problems.length).toBeGreaterThan(0)
  expect(problems.join()).not.toContain('hunter2')
})

test.each([
  [
    'a webhook without its secret',
    { ...TELEGRAM, TELEGRAM_WEBHOOK_URL: 'https://a.example/x' },
    'TELEGRAM_WEBHOOK_SECRET',
  ],
  [
    'a webhook without a bot',
    { TELEGRAM_WEBHOOK_URL: 'https://a.example/x', TELEGRAM_WEBHOOK_SECRET: 's'.repeat(16) },
    'TELEGRAM_BOT_TOKEN',
  ],
  ['a Slack bot that cannot receive', SLACK, 'SLACK_APP_TOKEN'],
  ['a Slack secret without a bot', { SLACK_SIGNING_SECRET: 's'.repeat(16) }, 'SLACK_BOT_TOKEN'],
  ['an empty-looking signing secret', { ...SLACK, SLACK_SIGNING_SECRET: 'short' }, 'SLACK_SIGNING_SECRET'],
  ['a port beyond the last', { PORT: '70000' }, 'PORT'],
])('%s is refused, with the variable that is missing or wrong', (_what, env, variable) => {
  expect(problemsOf(env)).toContainEqual(expect.stringContaining(variable))
})

test('Telegram polls unless a webhook is configured', () => {
  expect(loadConfig(TELEGRAM).telegram).toEqual({
    token: TELEGRAM.TELEGRAM_BOT_TOKEN,
    apiRoot: 'https://api.telegram.org',
    webhook: undefined,
  })
  const webhook = { url: 'https://a.example/telegram/webhook', secret: 'abcdefgh12345678' }
  const env = { ...TELEGRAM, TELEGRAM_WEBHOOK_URL: webhook.url, TELEGRAM_WEBHOOK_SECRET: webhook.secret }
  expect(loadConfig(env).telegram?.webhook).toEqual(webhook)
})

test('Slack prefers Socket Mode, and receives by HTTP with a signing secret', () => {
  const http = { ...SLACK, SLACK_SIGNING_SECRET: 'abcdefgh12345678' }
  expect(loadConfig(http).slack?.mode).toEqual({ signingSecret: 'abcdefgh12345678' })
  expect(loadConfig({ ...http, SLACK_APP_TOKEN: 'xapp-1' }).slack?.mode).toEqual({ socket: 'xapp-1' })
})

test('a process takes on the roles it is given, and a chosen port is remembered as chosen', () => {
  const config = loadConfig({ PRORAB_ROLES: 'turns, sync', PORT: '3001' })
  expect(config.roles).toEqual(new Set(['turns', 'sync']))
  expect(config.portIsChosen).toBe(true)
})

test('.env.example lists every variable with its description and default (renew it with: npx vitest run test/config.test.ts -u)', async () => {
  const entries = Object.entries(environment.shape).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined).data
    return `# ${schema.description}\n# ${name}=${fallback ?? ''}\n`
  })
  const text = `# Copy to .env and take the # away from what you set. Everything is optional.\n\n${entries.join('\n')}`
  await expect(text).toMatchFileSnapshot('../.env.example')
})
