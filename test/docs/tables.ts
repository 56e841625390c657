import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getTableName, is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { COMMANDS } from '../../src/bots/commands/index.ts'
import { createTexts } from '../../src/bots/texts.ts'
import * as schema from '../../src/db/schema/index.ts'
import { USER_ROLES, type UserRole } from '../../src/db/schema/users.ts'
import type { ApprovalRequest } from '../../src/db/shapes/approval.ts'
import { PROJECT_STATUSES } from '../../src/db/shapes/project.ts'
import { mayDecide } from '../../src/domain/approvals/may-decide.ts'
import { PROJECT_MOVES } from '../../src/domain/projects/lifecycle.ts'
import { type Action, can, PERMISSIONS } from '../../src/domain/users/permissions.ts'
import { environment } from '../../src/environment.ts'
import { FEATURE_INFO } from '../../src/graph/models/offline/features.ts'
import { KIND_INFO } from '../../src/graph/models/offline/kinds-info.ts'
import { SERVICE_KINDS } from '../../src/graph/models/offline/spec.ts'
import { ALL_TOOLS } from '../../src/graph/tools/registry.ts'
import { agentConfigRows, agentRolesRows } from './agent-tables.ts'
import { ROOT } from './pages.ts'

/** Every generated block of the pages, from the code that it tells about. */
export const makeTables = (): Record<string, string> => ({
  environment: environmentTable(),
  roles: rolesTable(),
  deciders: decidersTable(),
  commands: commandsTable(),
  database: databaseTable(),
  'project-moves': projectMovesTable(),
  'offline-services': offlineServicesTable(),
  'agent-roles': table(['Role', 'What it does', 'Of the system', 'In the starter pack'], agentRolesRows()),
  'agent-config': table(
    ['Field', 'What it is', 'What it may be', 'When it is not given', 'Roles', 'Example'],
    agentConfigRows(),
  ),
  'agent-tools': agentToolsTable(),
})

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

const environmentTable = () => {
  const defaults = environment.parse({})
  return table(
    ['Variable', 'Default', 'What it does'],
    Object.entries(environment.shape).map(([name, variable]) => {
      const value = name === 'PRORAB_ROLES' ? 'all' : defaults[name as keyof typeof defaults]
      return [`\`${name}\``, value === undefined ? '' : `\`${value}\``, variable.description ?? '']
    }),
  )
}

/** What each permission means to a person. A new permission without a meaning does not compile. */
const MEANING: Record<Action, string> = {
  talk: 'talk to the bot, choose a language, read the help',
  'project.read': 'see projects, status and open questions',
  'project.create': 'ask for a new project, and for changes at all',
  'project.change': 'change, redeploy or fix a project',
  'project.delete': 'ask to delete a project',
  'service.logs': "read a service's log",
  'service.restart': 'restart a service',
  'work.stop': 'stop the work of the chat',
  'agents.read': 'see the agents and their models',
  'agents.ask': 'ask an agent directly',
  'agents.manage': 'make, change and delete agents',
  'workers.manage': 'drain workers and let them resume',
  'budgets.manage': 'set budgets',
  'costs.read': 'see what the models have cost',
  'incidents.read': 'see incidents',
  'incidents.handle': 'acknowledge, silence, resolve and reassign incidents',
  'incidents.fix': 'start the recovery',
  'alerts.subscribe': 'choose what a chat hears of',
  'oncall.read': 'see who is on call',
  'oncall.manage': 'set rotations, overrides and escalation',
  'oncall.swap': 'ask somebody to swap a shift',
  'servers.read': 'see servers',
  'servers.manage': 'take servers into maintenance and out of it',
  'sync.read': 'see what the syncs found',
  'sync.run': 'have a sync run now',
  'projects.adopt': 'adopt or ignore a project that was found',
  'users.manage': 'see, invite and change people',
  'audit.read': 'read who did what',
}

const ROLES = [...USER_ROLES].reverse()
const somebody = (role: UserRole) => ({ id: 'somebody', name: '', role, lang: 'en' as const })

const agentToolsTable = () =>
  table(
    ['Tool', 'What the model is told of it', 'Risk', 'The person must be allowed to'],
    ALL_TOOLS.map(({ name, description, risk, permission }) => [
      `\`${name}\``,
      description,
      risk,
      permission ? MEANING[permission] : '',
    ]),
  )

const rolesTable = () =>
  table(
    ['May', ...ROLES],
    (Object.keys(PERMISSIONS) as Action[]).map((action) => [
      MEANING[action],
      ...ROLES.map((role) => {
        if (can(somebody(role), action)) return 'yes'
        return can(somebody(role), action, { ownerId: 'somebody' }) ? 'own projects' : 'no'
      }),
    ]),
  )

const QUESTIONS: Record<ApprovalRequest['kind'], string> = {
  plan: 'a plan',
  retry: 'tests that still fail',
  tool: 'a tool with effects',
  budget: 'a budget that is nearly or wholly used',
  delete_project: 'deleting a project',
  delete_agent: 'deleting an agent',
  recovery: 'a repair with risks',
}

const decidersTable = () => {
  const nobody = { requestedBy: null, projectOwnerId: null }
  return table(
    ['Question', ...ROLES],
    (Object.keys(QUESTIONS) as ApprovalRequest['kind'][]).map((kind) => [
      QUESTIONS[kind],
      ...ROLES.map((role) => {
        const may = (about: Partial<typeof nobody> | { requestedBy: string } | { projectOwnerId: string }) =>
          mayDecide(somebody(role), kind, { ...nobody, ...about })
        if (may({})) return 'yes'
        if (may({ requestedBy: 'somebody' })) return 'if they asked'
        return may({ projectOwnerId: 'somebody' }) ? 'own projects' : 'no'
      }),
    ]),
  )
}

const commandsTable = () => {
  const texts = createTexts()
  return table(
    ['Command', 'What it does', 'Who may say it'],
    COMMANDS.filter(({ hidden }) => !hidden).map(
      ({ name, usage, aliases = [], permission, aboutProject }) => [
        [`\`${usage}\``, ...aliases.map((alias) => `\`/${alias}\``)].join(', also '),
        texts.t('en', `command-${name}`),
        whoMay(aboutProject ?? permission),
      ],
    ),
  )
}

const whoMay = (action: Action): string => {
  const { least, orOwner = false }: { least: UserRole; orOwner?: boolean } = PERMISSIONS[action]
  if (least === 'viewer') return 'everybody who was invited'
  const from = `${least} and above`
  return orOwner ? `${from}, and the project's owner` : from
}

/** Tables whose name says all that a comment could. */
const PLAIN: Readonly<Record<string, string>> = {
  projects: 'One thing that is built and run.',
  users: 'A person who was let in.',
}

const SCHEMA_FOLDER = join(ROOT, 'src/db/schema')
const TABLE = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const \w+ = pgTable\(\s*'(\w+)'/g
/** Ids that mean something beside the code only: (B-8), (design rule 5), A-1: at the front. */
const IDS = / ?\((?:[A-Z]-\d+|design rule \d+)\)|^[A-Z]-\d+: /g

/** What the schema's own comments say. */
const meaningsOfTables = (): Map<string, string> =>
  new Map(
    readdirSync(SCHEMA_FOLDER)
      .flatMap((file) => [...readFileSync(join(SCHEMA_FOLDER, file), 'utf8').matchAll(TABLE)])
      .map(([, comment = '', name = '']) => [
        name,
        comment
          .replaceAll(/^\s*\* ?/gm, '')
          .replaceAll(/\s+/g, ' ')
          .trim()
          .replaceAll(IDS, '')
          .replace(/^./, (first) => first.toUpperCase()),
      ]),
  )

const databaseTable = () => {
  const meanings = meaningsOfTables()
  return table(
    ['Table', 'What a row is', 'Points at'],
    Object.values(schema)
      .filter((value) => is(value, PgTable))
      .map((one) => {
        const { name, foreignKeys } = getTableConfig(one)
        const targets = new Set(foreignKeys.map((key) => getTableName(key.reference().foreignTable)))
        const meaning = meanings.get(name) ?? PLAIN[name]
        if (!meaning) throw new Error(`the table ${name} has no comment that says what a row is`)
        return [`\`${name}\``, meaning, [...targets].sort().join(', ')]
      })
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  )
}

const projectMovesTable = () =>
  table(
    ['From', 'To'],
    PROJECT_STATUSES.map((from) => [from, PROJECT_MOVES[from].join(', ') || '(final)']),
  )

const offlineServicesTable = () =>
  table(
    ['Service', 'По-русски', 'Can be asked for with it'],
    SERVICE_KINDS.map((kind) => {
      const { title, features } = KIND_INFO[kind]
      return [title.en, title.ru, features.map((feature) => FEATURE_INFO[feature].label.en).join(', ')]
    }),
  )
