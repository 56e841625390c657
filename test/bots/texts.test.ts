import { globSync, readFileSync } from 'node:fs'
import { FluentResource } from '@fluent/bundle'
import { describe, expect, test } from 'vitest'
import { COUNTED } from '../../src/bots/cards/sync.ts'
import { COMMANDS } from '../../src/bots/commands/index.ts'
import { INCIDENT_VERBS } from '../../src/bots/incident-action-ids.ts'
import { createTexts, LANGS, TEXT_FILES } from '../../src/bots/texts.ts'
import { createWords } from '../../src/bots/words.ts'
import { type Lang, USER_ROLES } from '../../src/db/schema/users.ts'
import { AGENT_ROLES } from '../../src/db/shapes/agent.ts'
import { INCIDENT_KINDS, type Resolution, SEVERITIES } from '../../src/db/shapes/incident.ts'
import { PROJECT_STATUSES } from '../../src/db/shapes/project.ts'
import { RUN_STEPS, type RunKind, type RunStatus } from '../../src/db/shapes/run.ts'
import { type DecisionOutcome, WORK_TYPES, WORKER_TYPES } from '../../src/db/shapes/task.ts'
import type { ServiceState } from '../../src/deploy/deployer.ts'
import type { ChainProblem } from '../../src/domain/incidents/chain-rules.ts'
import { CALENDAR_PROBLEMS } from '../../src/domain/oncall/calendar/calendar-problem.ts'
import { RECOVERY_OUTCOMES, REPAIR_STEPS } from '../../src/domain/recovery/repair.ts'
import type { StartedRecovery } from '../../src/domain/recovery/start-recovery.ts'
import type { ErrorCode } from '../../src/errors.ts'

const root = new URL('../../', import.meta.url)
const texts = createTexts()

interface Entry {
  variables: string[]
  references: string[]
  words: string
}

/** What the files say, from Fluent's own parser. */
const entriesOf = (lang: Lang): Map<string, Entry> => {
  const source = TEXT_FILES.map((part) =>
    readFileSync(new URL(`src/bots/locales/${lang}/${part}.ftl`, root), 'utf8'),
  ).join('\n')
  return new Map(
    new FluentResource(source).body.map(({ id, value }) => {
      const entry: Entry = { variables: [], references: [], words: '' }
      collect(value, entry)
      entry.variables = [...new Set(entry.variables)].sort()
      return [id, entry]
    }),
  )
}

const collect = (node: unknown, entry: Entry): void => {
  if (typeof node === 'string') entry.words += node
  if (Array.isArray(node)) for (const one of node) collect(one, entry)
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return
  const { type, name } = node as { type?: string; name?: string }
  if (type === 'var' && name) entry.variables.push(name)
  else if (type === 'mesg' && name) entry.references.push(name)
  else
    for (const [key, value] of Object.entries(node)) {
      if (key === 'selector') collect({ ...(value as object) }, entry)
      if (key === 'variants') for (const variant of value) collect(variant.value, entry)
    }
}

const en = entriesOf('en')
const ru = entriesOf('ru')

const every = <T extends string>(record: Record<T, true>) => Object.keys(record) as T[]
const ERROR_CODES = every<ErrorCode>({
  invalid: true,
  not_found: true,
  forbidden: true,
  conflict: true,
  rate_limited: true,
  platform_refused: true,
  platform_unavailable: true,
  model_failed: true,
  budget_exceeded: true,
  no_worker: true,
  workers_busy: true,
  sandbox_refused: true,
  lease_lost: true,
  stopped: true,
  misconfigured: true,
  internal: true,
})
const RUN_STATUSES = every<RunStatus>({
  queued: true,
  running: true,
  waiting: true,
  succeeded: true,
  failed: true,
  rejected: true,
  stopped: true,
})
const RUN_KINDS = every<RunKind>({ new_project: true, update_project: true, deploy: true, fix: true })
const OUTCOMES = every<DecisionOutcome>({
  pending: true,
  running: true,
  succeeded: true,
  failed: true,
  timed_out: true,
  outage: true,
  lost: true,
  cancelled: true,
})
const SERVICE_STATES = every<ServiceState>({
  running: true,
  starting: true,
  'backing-off': true,
  'crash-looping': true,
  stopped: true,
  down: true,
  absent: true,
})

/** Keys that code puts together from data: every one of them must be there. */
const BUILT = [
  ...ERROR_CODES.map((code) => `error-${code.replaceAll('_', '-')}`),
  ...USER_ROLES.map((role) => `role-${role}`),
  ...PROJECT_STATUSES.map((status) => `project-status-${status}`),
  ...RUN_STEPS.map((step) => `step-${step}`),
  ...RUN_STATUSES.map((status) => `run-status-${status}`),
  ...RUN_KINDS.map((kind) => `run-title-${kind.replace('_', '-')}`),
  ...SERVICE_STATES.map((state) => `service-${state}`),
  ...COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => `command-${name}`),
  ...new Set(COMMANDS.map(({ family }) => `family-${family}`)),
  ...['name', 'page', 'lines', 'command', 'code', 'question', 'task'].map((word) => `argument-${word}`),
  ...['newname', 'project', 'version', 'field', 'value', 'prompt', 'word'].map((word) => `argument-${word}`),
  ...AGENT_ROLES.map((role) => `agent-role-${role}`),
  ...['config', 'prompt', 'new', 'test'].map((what) => `ask-agent-${what}-placeholder`),
  ...['ready', 'error'].map((status) => `agent-${status}`),
  ...['ask-change', 'ask-change-again', 'ask-advice'].map((key) => `${key}-placeholder`),
]

const RECOVERY = RECOVERY_OUTCOMES.map((outcome) => `recovery-ended-${outcome.replaceAll('_', '-')}`)

const ROUTING = [
  ...WORKER_TYPES.map((type) => `worker-type-${type}`),
  ...Object.keys(WORK_TYPES).map((type) => `work-${type.replaceAll('_', '-')}`),
  ...OUTCOMES.map((outcome) => `outcome-${outcome.replace('_', '-')}`),
  ...['online', 'busy', 'offline', 'draining'].map((status) => `worker-status-${status}`),
  ...['worker', 'score', 'success', 'context', 'specialization', 'load'].map((part) => `why-column-${part}`),
]

const RESOLUTIONS = every<Resolution>({
  healed: true,
  person: true,
  recovery: true,
  swallowed: true,
  unwatched: true,
})
const NOT_FIXED = every<NonNullable<StartedRecovery['reason']>>({
  resolved: true,
  under_way: true,
  explained: true,
  too_many: true,
})
const hyphened = (word: string) => word.replaceAll('_', '-')

const INCIDENTS = [
  ...['text', 'time', 'person', 'note'].map((word) => `argument-${word}`),
  ...INCIDENT_KINDS.map((kind) => `incident-what-${hyphened(kind)}`),
  'incident-what-nobody-on-call-at-all',
  ...SEVERITIES.flatMap((severity) => [
    `severity-${severity}`,
    `alerts-all-${severity}`,
    `alerts-project-${severity}`,
    `incident-late-open-${severity}`,
  ]),
  ...RESOLUTIONS.flatMap((how) => [`incident-ended-${how}`, `incident-over-${how}`]),
  ...RESOLUTIONS.filter((how) => how !== 'person').map((how) => `incident-late-${how}`),
  ...INCIDENT_VERBS.map((verb) => `button-incident-${verb}`).filter(
    (key) => key !== 'button-incident-assign',
  ),
  ...[...INCIDENT_VERBS, 'note']
    .map((verb) => `incident-did-${verb}`)
    .filter((key) => !key.endsWith('people')),
  ...NOT_FIXED.map((reason) => `incident-not-fixed-${hyphened(reason)}`),
  ...REPAIR_STEPS.map((step) => `repair-${hyphened(step)}`),
  ...['', '-all', '-mine'].map((which) => `incidents-title${which}`),
]

const CHAIN_PROBLEMS = every<ChainProblem>({
  too_long: true,
  nobody_asked: true,
  wait_out_of_bounds: true,
  repeat_out_of_bounds: true,
  repeat_not_last: true,
  repeat_without_wait: true,
})

const ON_CALL = [
  'argument-steps',
  ...['set', 'override', 'calendar'].map((said) => `on-call-said-${said}`),
  ...['override', 'swap'].map((source) => `on-call-source-${source}`),
  ...['agreed', 'declined', 'over'].flatMap((state) => [
    `on-call-swap-state-${state}`,
    `on-call-swap-you-${state}`,
  ]),
  ...['agreed', 'declined'].map((state) => `on-call-swap-${state}`),
  ...['proposed', 'agreed', 'declined'].map((state) => `on-call-swap-was-${state}`),
  ...CALENDAR_PROBLEMS.map((problem) => `calendar-problem-${problem}`),
  ...CHAIN_PROBLEMS.map((problem) => `escalation-problem-${hyphened(problem)}`),
]

const SYNC = [
  ...COUNTED.map((count) => `sync-count-${count}`),
  ...['adopted', 'ignored', 'gone'].map((title) => `discovered-title-${title}`),
  ...['adopted', 'ignored'].flatMap((how) => [`discovered-${how}-by`, `discovered-already-${how}`]),
]

const sources = globSync('src/**/*.ts', { cwd: root }).map((path) =>
  readFileSync(new URL(path, root), 'utf8'),
)
const literals = new Set(
  sources.flatMap((source) => [...source.matchAll(/'([a-z][a-z0-9-]*)'/g)].map(([, key]) => key ?? '')),
)
const named = sources.flatMap((source) =>
  [
    ...source.matchAll(
      /(?:\bkey: |\b(?:t|notice|answer|field|section|toPresser)\(\s*(?:context,\s*)?|\bverdict\([^)]*?, )'([a-z][a-z0-9-]*-[a-z0-9-]+)'/g,
    ),
  ].map(([, key]) => key ?? ''),
)

describe('the texts', () => {
  test('exist in both languages, with the same variables', () => {
    expect([...ru.keys()].sort()).toEqual([...en.keys()].sort())
    for (const [key, { variables }] of en)
      expect({ key, variables: ru.get(key)?.variables }).toEqual({ key, variables })
  })

  test('are there for every key the program names or builds', () => {
    expect(named.length).toBeGreaterThan(100)
    expect(
      [...named, ...BUILT, ...ROUTING, ...RECOVERY, ...INCIDENTS, ...ON_CALL, ...SYNC].filter(
        (key) => !en.has(key),
      ),
    ).toEqual([])
  })

  test('are all in use', () => {
    const used = new Set([...literals, ...BUILT, ...ROUTING, ...RECOVERY, ...INCIDENTS, ...ON_CALL, ...SYNC])
    for (const key of [...used]) for (const one of en.get(key)?.references ?? []) used.add(one)
    expect([...en.keys()].filter((key) => !used.has(key))).toEqual([])
  })

  test('are calm, and in the language they claim', () => {
    for (const lang of LANGS)
      for (const [key, { words }] of entriesOf(lang))
        expect({ key, shouts: words.includes('!') }).toEqual({ key, shouts: false })
    for (const [key, { words }] of ru)
      if (/[a-zа-я]{3}/i.test(words.replace(/`[^`]*`|\/\w+/g, '')))
        expect({ key, russian: /[а-яё]/i.test(words) }).toEqual({ key, russian: true })
    for (const [key, { words }] of en)
      expect({ key, russian: /[а-яё]/i.test(words) }).toEqual({ key, russian: false })
  })

  test.each([
    [1, '1 test still fails.', '1 тест всё ещё не проходит.'],
    [2, '2 tests still fail.', '2 теста всё ещё не проходят.'],
    [5, '5 tests still fail.', '5 тестов всё ещё не проходят.'],
    [11, '11 tests still fail.', '11 тестов всё ещё не проходят.'],
    [21, '21 tests still fail.', '21 тест всё ещё не проходит.'],
    [1022, '1,022 tests still fail.', '1 022 теста всё ещё не проходят.'],
  ])('count %d in both languages', (failed, english, russian) => {
    expect(texts.t('en', 'run-tests-failed', { failed })).toBe(english)
    expect(texts.t('ru', 'run-tests-failed', { failed }).replaceAll('\u00a0', ' ')).toBe(russian)
  })

  test('a key nobody wrote comes back as it is', () => {
    expect(texts.t('ru', 'no-such-text')).toBe('no-such-text')
  })
})

test('times and sums are written as each language writes them', () => {
  const now = new Date('2030-01-02T18:00:00Z')
  const written = (lang: Lang) => {
    const words = createWords(texts, lang, { now, timeZone: 'UTC' })
    return [
      words.time(new Date('2030-01-02T12:03:00Z')),
      words.time(new Date('2030-01-01T12:03:00Z')),
      words.money(0),
      words.money(0.0123),
      words.money(1234.5),
    ].map((text) => text.replace(/[\u00a0\u202f]/g, ' '))
  }
  expect(written('en')).toEqual(['12:03 UTC', '1 Jan, 12:03 UTC', '$0.00', '$0.0123', '$1,234.50'])
  expect(written('ru')).toEqual(['12:03 UTC', '1 янв., 12:03 UTC', '$0,00', '$0,0123', '$1 234,50'])
})
