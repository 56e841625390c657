import { expect, test } from 'vitest'
import { type AgentCardData, agentCard } from '../../../src/bots/cards/agent.ts'
import { agentConflictCard } from '../../../src/bots/cards/agent-conflict.ts'
import { agentDiffCard } from '../../../src/bots/cards/agent-diff.ts'
import { agentHistoryCard, changeText } from '../../../src/bots/cards/agent-history.ts'
import { problemsMarkdown } from '../../../src/bots/cards/agent-problems.ts'
import { agentTextMessage } from '../../../src/bots/cards/agent-text.ts'
import { agentsCard } from '../../../src/bots/cards/agents.ts'
import { noticeMarkdown } from '../../../src/bots/cards/notice.ts'
import type { Outgoing } from '../../../src/bots/chat.ts'
import { createTexts, LANGS } from '../../../src/bots/texts.ts'
import { createWords, type Words } from '../../../src/bots/words.ts'
import type { AgentChange, AgentConfig } from '../../../src/db/shapes/agent.ts'
import type { DecisionOutcome } from '../../../src/db/shapes/task.ts'
import type { Agent } from '../../../src/domain/agents/agents.ts'
import { configProblems, parseAgentConfig } from '../../../src/domain/agents/config.ts'
import { AppError } from '../../../src/errors.ts'
import { drawn } from '../commands/drawn.ts'

const ID = '6e1b0a52-7f0e-4a30-9d6a-0c2f51f0f8d1'
const at = new Date('2030-01-01T12:00:00Z')

const config: AgentConfig = {
  model: '',
  temperature: 0.2,
  system_prompt: `You decide *who* does what.\n\n${'Choose well. '.repeat(40)}`,
  tools: ['list_files', 'read_file'],
  concurrency_limit: 1,
  max_tokens: 8_000,
  metadata: {
    role: 'orchestrator',
    capabilities: ['routing', 'planning'],
    risk_level: 'MEDIUM',
    cost_per_call: 0.01,
    estimated_duration: 60,
    approval_threshold_cost: 0.5,
    approval_threshold_tasks: 3,
    strategy: 'the cheapest that can do it',
  },
}

const agent = (change: Partial<Agent> = {}): Agent => ({
  id: ID,
  name: 'Orchestrator_*1*',
  role: 'orchestrator',
  userId: null,
  projectId: null,
  config,
  status: 'ready',
  isActive: true,
  isDefault: true,
  version: 4,
  seeded: null,
  createdAt: at,
  updatedAt: at,
  ...change,
})

const idle = { successPercent: undefined, load: 0, decisions: 0 }
const busy = { successPercent: 92, load: 2, decisions: 40 }

const outcomes = Object.keys({
  pending: true,
  running: true,
  succeeded: true,
  failed: true,
  timed_out: true,
  outage: true,
  lost: true,
  cancelled: true,
} satisfies Record<DecisionOutcome, true>) as DecisionOutcome[]

const whole = (change: Partial<AgentCardData> = {}): AgentCardData => ({
  agent: agent(),
  project: 'url-shortener',
  statistics: busy,
  calls: { count: 1_234, cost: 5.678 },
  changed: { actor: 'Anna_*B*', at },
  decisions: outcomes.map((outcome) => ({ workType: 'answer', worker: 'build-1.research', outcome, at })),
  may: { manage: true, ask: true },
  ...change,
})

const plain: AgentCardData = {
  agent: agent({
    name: 'Ask',
    role: 'ask',
    isDefault: false,
    version: 1,
    config: {
      ...config,
      model: 'openrouter/openai/gpt-4.1',
      system_prompt: 'You answer.',
      tools: [],
      metadata: {
        role: 'ask',
        capabilities: [],
        risk_level: 'LOW',
        cost_per_call: 0,
        estimated_duration: 5,
      },
    },
  }),
  statistics: idle,
  calls: { count: 1, cost: 0 },
  decisions: [],
  may: { manage: false, ask: false },
}

const changes = Object.values({
  seeded: { kind: 'seeded' },
  created: { kind: 'created' },
  cloned: { kind: 'cloned', from: 3 },
  edited: { kind: 'edited', paths: ['temperature', 'metadata.risk_level'] },
  rolled_back: { kind: 'rolled_back', from: 2, paths: ['temperature'] },
  enabled: { kind: 'enabled' },
  disabled: { kind: 'disabled' },
  made_default: { kind: 'made_default' },
} satisfies Record<AgentChange['kind'], AgentChange>)

const history = (page: number, hasMore: boolean) => ({
  agent: agent({ version: 8 }),
  versions: changes.map((change, index) => ({
    version: index + 1,
    at,
    actor: 'Anna',
    surface: 'slack',
    change,
  })),
  page,
  hasMore,
})

const text = (length: number) => ({
  agent: agent(),
  what: 'prompt' as const,
  version: 3,
  text: '```\nescape '.padEnd(length, 'x'),
  mayManage: true,
})

const MESSAGES: Record<string, (words: Words) => Outgoing> = {
  'a list of one page': (w) => ({
    card: agentsCard(w, {
      agents: [
        { agent: agent(), statistics: busy },
        { agent: agent({ isActive: false, isDefault: false }), statistics: { ...busy, load: 1 } },
        { agent: agent({ status: 'error', isDefault: false }), statistics: { ...idle, decisions: 3 } },
      ],
      total: 3,
      page: 1,
    }),
  }),
  'a page of a project': (w) => ({
    card: agentsCard(w, {
      project: 'url-shortener',
      agents: [{ agent: agent(), statistics: { successPercent: 0, load: 5, decisions: 1 } }],
      total: 17,
      page: 2,
    }),
  }),
  'a page beyond the last': (w) => ({ card: agentsCard(w, { agents: [], total: 17, page: 9 }) }),
  'an empty list': (w) => ({ card: agentsCard(w, { agents: [], total: 0, page: 1 }) }),
  'an orchestrator at work': (w) => ({ card: agentCard(w, whole()) }),
  'one that is off': (w) => ({
    card: agentCard(w, {
      ...plain,
      agent: { ...plain.agent, isActive: false },
      may: { manage: true, ask: true },
    }),
  }),
  'one with an error': (w) => ({
    card: agentCard(w, { ...plain, agent: { ...plain.agent, status: 'error' } }),
  }),
  'one as a member sees it': (w) => ({ card: agentCard(w, { ...plain, may: { manage: false, ask: true } }) }),
  'its history': (w) => ({ card: agentHistoryCard(w, history(1, false)) }),
  'a page of its history': (w) => ({ card: agentHistoryCard(w, history(2, true)) }),
  'no history': (w) => ({
    card: agentHistoryCard(w, { agent: agent({ version: 1 }), versions: [], page: 1, hasMore: false }),
  }),
  'a difference': (w) => ({
    card: agentDiffCard(w, {
      agent: agent(),
      from: 3,
      to: 4,
      changes: [
        { path: 'model', before: '', after: 'gpt-4.1' },
        { path: 'tools', before: [], after: ['list_files', 'read_file'] },
        { path: 'metadata.strategy', before: undefined, after: '*cheap* [x](http://evil.example)' },
        { path: 'system_prompt', before: 'a', after: 'b', lines: '@@ -1 +1 @@\n-```a\n+b' },
      ],
      changed: { actor: 'Anna', at },
      mayManage: true,
    }),
  }),
  'no difference': (w) => ({
    card: agentDiffCard(w, { agent: agent(), from: 4, to: 4, changes: [], mayManage: true }),
  }),
  'somebody was first': (w) => ({
    card: agentConflictCard(w, {
      agent: agent(),
      from: 3,
      changes: [{ path: 'temperature', before: 0.2, after: 0.7 }],
      changed: { actor: 'Anna_*B*', at },
      reason: noticeMarkdown(w, {
        key: 'agent-changed-meanwhile',
        args: { name: 'Orchestrator', base: '3', version: '4' },
      }),
      form: { what: 'config', id: ID, version: 4, draft: ID },
    }),
  }),
  'a short text': (w) => agentTextMessage(w, text(30)),
  'a long text': (w) => agentTextMessage(w, text(200_000)),
}

test.each(LANGS)('the messages about agents read well in %s', async (lang) => {
  const words = createWords(createTexts(), lang, { now: at, timeZone: 'UTC' })
  const all = Object.entries(MESSAGES).map(([name, message]) => `=== ${name}\n\n${drawn(message(words))}\n`)
  await expect(all.join('\n')).toMatchFileSnapshot(`golden/agents-${lang}.txt`)
})

test('what the program did by itself came from nowhere else', () => {
  const words = createWords(createTexts(), 'en', { now: at, timeZone: 'UTC' })
  const version = { version: 1, at, actor: 'system', surface: 'system', change: { kind: 'seeded' } } as const
  const { body } = agentHistoryCard(words, { agent: agent(), versions: [version], page: 1, hasMore: false })
  expect(body?.match(/system/g)).toHaveLength(1)
})

test('an upgrade that changed an agent says what it changed', () => {
  const words = createWords(createTexts(), 'en', { now: at, timeZone: 'UTC' })
  expect(changeText(words, { kind: 'seeded', paths: ['temperature', 'model'] })).toBe(
    'brought up to date with the program: temperature, model',
  )
})

test('every kind of mistake in a config is told in the reader’s language', () => {
  const bad = {
    model: 'gpt 4',
    temperature: 'warm',
    system_prompt: 'x'.repeat(200_001),
    tools: ['read_file', 'read_file'],
    concurrency_limit: 1.5,
    max_tokens: 0,
    colour: '`red`',
    metadata: {
      role: 'boss',
      capabilities: 'all',
      risk_level: 'high',
      cost_per_call: 10_000,
      estimatd_duration: 1,
    },
  }
  const asked = (value: unknown, lang: 'en' | 'ru') => {
    const words = createWords(createTexts(), lang, { now: at })
    try {
      parseAgentConfig(value)
    } catch (error) {
      if (error instanceof AppError) return noticeMarkdown(words, error.userMessage)
    }
    throw new Error('the config was accepted')
  }
  const english = asked(bad, 'en')
  for (const { path, problem } of configProblems(bad)) {
    expect(english).toContain(path)
    // Numbers are written as the reader writes them.
    expect(english.replace(/(\d),(?=\d{3})/g, '$1').replaceAll('\\_', '_')).toContain(
      problem.split(', not')[0],
    )
  }
  const russian = asked(bad, 'ru')
  expect(russian.split('\n')).toHaveLength(english.split('\n').length)
  for (const line of russian.split('\n').filter(Boolean))
    expect(line.replace(/`[^`]*`/g, '')).toMatch(/[а-яё]{2}/)
})

test('more mistakes than anybody reads are counted', () => {
  const words = createWords(createTexts(), 'en', { now: at })
  const one = { path: 'x', text: { key: 'config-missing', args: {} }, example: '1' }
  expect(problemsMarkdown(words, JSON.stringify([one]), 3)).toBe(
    '- `x`: is missing, e.g. `1`\n- … and 2 more',
  )
  expect(problemsMarkdown(words, 'of another version', 2)).toBe('- … and 2 more')
})

test('a long text comes whole, in a file, and no message shows it', () => {
  const words = createWords(createTexts(), 'en', { now: at })
  const { card, file } = agentTextMessage(words, text(200_000))
  expect(new TextDecoder().decode(file?.data)).toBe(`${text(200_000).text}\n`)
  expect((card?.body ?? '').length).toBeLessThan(100)
})
