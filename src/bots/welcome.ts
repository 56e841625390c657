import { clean } from './console/clean.ts'
import { textWidth } from './console/width.ts'

/** What is on and what is off in this process. Never a token, a password or an address that contains one. */
export interface WelcomeFacts {
  version: string
  database:
    | {
        kind: 'embedded'
        folder: string /** It was running already, left by a process that was killed. */
        adopted: boolean
      }
    | { kind: 'external'; host: string }
  jobs: { kind: 'postgres' } | { kind: 'redis'; host: string }
  model: { kind: 'offline' } | { kind: 'openai'; name: string; host: string }
  /** `bot` is what the adapter's `check` answers; undefined when the platform does not. */
  telegram: { bot: string | undefined; mode: 'polling' | 'webhook' } | undefined
  slack: { bot: string | undefined; mode: 'socket' | 'http' } | undefined
  forge: { kind: 'local'; folder: string }
  services: { bubblewrap: boolean }
  healthUrl: string
  /** Undefined when the installation has an owner. */
  claimCode: string | undefined
  /** The console chat opens below. */
  chat: boolean
}

interface Row {
  label: string
  state: string
  /** How to have it otherwise. */
  hint?: string
}

const INDENT = '  '
const GAP = '   '
/** A longer state pushes only its own hint aside. */
const STATE_WIDTH = 40

/** The first screen: what is on, what is off and how to turn it on, and what to do next. */
export const renderWelcome = (facts: WelcomeFacts): string => {
  const rows = rowsOf(facts)
  const labelWidth = Math.max(...rows.map(({ label }) => textWidth(label)))
  const stateWidth = Math.max(
    ...rows.map(({ state, hint }) => (hint ? Math.min(textWidth(state), STATE_WIDTH) : 0)),
  )
  const table = rows.map(({ label, state, hint }) =>
    [INDENT + pad(label, labelWidth), hint ? pad(state, stateWidth) : state, hint ?? ''].join(GAP).trimEnd(),
  )
  const sections = [
    [`prorab ${facts.version}: the foreman is on site`],
    table,
    facts.claimCode === undefined ? [] : claim(facts.claimCode, facts),
    facts.chat ? invitation : [],
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(oneLine).join('\n'))
    .join('\n\n')}\n`
}

const rowsOf = (facts: WelcomeFacts): Row[] => [
  { label: 'database', ...databaseRow(facts.database) },
  facts.jobs.kind === 'redis'
    ? { label: 'jobs', state: `in Redis at ${facts.jobs.host}` }
    : { label: 'jobs', state: 'in Postgres', hint: 'set REDIS_URL to move them to Redis' },
  facts.model.kind === 'openai'
    ? { label: 'model', state: `${facts.model.name} at ${facts.model.host}` }
    : { label: 'model', state: 'offline demo', hint: 'set OPENAI_API_KEY for a real model' },
  facts.telegram
    ? { label: 'Telegram', ...connection('as', facts.telegram.bot, TELEGRAM_MODES[facts.telegram.mode]) }
    : { label: 'Telegram', state: 'off', hint: 'set TELEGRAM_BOT_TOKEN (@BotFather gives one)' },
  facts.slack
    ? { label: 'Slack', ...connection('in', facts.slack.bot, SLACK_MODES[facts.slack.mode]) }
    : { label: 'Slack', state: 'off', hint: 'set SLACK_BOT_TOKEN and SLACK_APP_TOKEN' },
  { label: 'forge', state: `local repositories in ${facts.forge.folder}` },
  facts.services.bubblewrap
    ? { label: 'services', state: 'on this machine, inside bubblewrap' }
    : {
        label: 'services',
        state: 'on this machine',
        hint: 'install bubblewrap for a stronger sandbox',
      },
  { label: 'health', state: facts.healthUrl },
]

/** A platform that does not answer is tried again by itself; what is wrong with it is the doctor's to say. */
const connection = (where: 'as' | 'in', bot: string | undefined, mode: string): Omit<Row, 'label'> =>
  bot === undefined
    ? { state: `on, by ${mode}, but no answer`, hint: '`npm run prorab -- doctor` says why' }
    : { state: `on ${where} ${bot}, by ${mode}` }

const TELEGRAM_MODES = { polling: 'long polling', webhook: 'webhook' } as const
const SLACK_MODES = { socket: 'Socket Mode', http: 'HTTP' } as const

const databaseRow = (database: WelcomeFacts['database']): Omit<Row, 'label'> => {
  if (database.kind === 'external') return { state: `at ${database.host}` }
  const state = `embedded, in ${database.folder}`
  return database.adopted ? { state: `${state} (was still running, taken over)` } : { state }
}

const claim = (code: string, { telegram, slack }: WelcomeFacts): string[] => {
  const ways = [telegram && `/claim ${code} in Telegram`, slack && `/prorab claim ${code} in Slack`]
  const open = ways.filter((one) => one !== undefined)
  return [
    `${INDENT}owner's claim code   ${code}`,
    open.length > 0
      ? `${INDENT}send the bot ${open.join(', or ')}`
      : `${INDENT}once Telegram or Slack is on, send /claim ${code} to the bot there`,
  ]
}

const invitation = [
  'Type what you want built, e.g.  create a URL shortener with click statistics',
  '/help tells more, Ctrl-C leaves.',
]

const oneLine = (line: string): string => clean(line).replaceAll('\n', ' ')

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))
