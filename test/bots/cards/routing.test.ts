import { describe, expect, test } from 'vitest'
import { decisionsCard } from '../../../src/bots/cards/decisions.ts'
import { span } from '../../../src/bots/cards/span.ts'
import { taskCard } from '../../../src/bots/cards/task.ts'
import { whyCard } from '../../../src/bots/cards/why.ts'
import { workerCard } from '../../../src/bots/cards/worker.ts'
import { workersCard } from '../../../src/bots/cards/workers.ts'
import type { Card } from '../../../src/bots/chat.ts'
import { createTexts, LANGS } from '../../../src/bots/texts.ts'
import { createWords, type Words } from '../../../src/bots/words.ts'
import type { Decision } from '../../../src/domain/routing/route-task.ts'
import type { WorkerView } from '../../../src/domain/routing/workers.ts'
import type { Task } from '../../../src/domain/tasks/tasks.ts'
import { drawn } from '../commands/drawn.ts'

const ID = '6e1b0a52-7f0e-4a30-9d6a-0c2f51f0f8d1'
const at = new Date('2030-01-01T12:00:00Z')
const wordsIn = (lang: Words['lang']) =>
  createWords(createTexts(), lang, { now: new Date('2030-01-01T18:00:00Z'), timeZone: 'UTC' })

const task = (change: Partial<Task> = {}): Task => ({
  id: ID,
  number: 12,
  originKey: `ask:${ID}`,
  workType: 'answer',
  agentType: 'research',
  title: 'How does it *count*?',
  input: { question: 'How does it *count*?', asked: 'orchestrated', lang: 'en', chosenBy: 'Orchestrator' },
  projectId: ID,
  runId: null,
  conversationId: ID,
  requestedBy: ID,
  agentId: ID,
  agentName: 'Ask',
  agentReason: 'orchestrator: a question about how it works',
  timeoutMs: 300_000,
  state: 'succeeded',
  result: { markdown: 'By **adding one**, see `store.js`.' },
  failure: null,
  createdAt: at,
  finishedAt: at,
  ...change,
})

const decision = (change: Partial<Decision> = {}): Decision => ({
  id: ID,
  taskId: ID,
  workType: 'answer',
  agentType: 'research',
  agentPool: 'default',
  selectedAgentId: ID,
  selectedAgentName: 'build-1.research',
  performedBy: ID,
  performedByName: 'Ask',
  score: 62.31,
  successPoints: 23.31,
  contextPoints: 30,
  specializationPoints: 0,
  loadPoints: 9,
  runnersUp: [
    {
      id: ID,
      name: 'build-2.research',
      score: 50,
      parts: { success: 20, context: 0, specialization: 20, load: 10 },
      load: 0,
    },
    {
      id: ID,
      name: 'odd|name_*.research',
      score: 30,
      parts: { success: 20, context: 0, specialization: 0, load: 10 },
      load: 0,
    },
  ],
  successRatePercent: 58,
  specializationMatch: false,
  recentContextMatch: true,
  attempt: 1,
  retried: false,
  reason: '',
  outcome: 'succeeded',
  failure: null,
  createdAt: at,
  startedAt: at,
  finishedAt: at,
  deadlineAt: at,
  durationMs: 4_210,
  ...change,
})

const failure = {
  code: 'model_failed',
  message: 'the model is away',
  key: 'error-model-failed',
  args: {},
  reference: 'P-7F3KQ2',
}

const worker = (change: Partial<WorkerView> = {}): WorkerView => ({
  agentId: ID,
  name: 'build-1.research',
  processId: ID,
  agentType: 'research',
  poolName: 'default',
  capabilities: ['plan_work', 'answer'],
  specializations: ['answer'],
  status: 'online',
  draining: false,
  concurrencyLimit: 20,
  lastHeartbeatAt: at,
  lastActiveAt: at,
  createdAt: at,
  updatedAt: at,
  load: 3,
  heartbeatAgeMs: 4_200,
  lastOutcomes: ['succeeded', 'timed_out'],
  ...change,
})

const direct = { agentReason: 'addressed', input: { question: 'q', asked: 'direct', lang: 'en' } } as const

const CARDS: Record<string, (words: Words) => Card> = {
  'a question to an agent by name': (w) =>
    taskCard(w, { project: 'shop', task: task({ ...direct, state: 'waiting' }), decision: undefined }),
  'a question for which somebody is chosen': (w) =>
    taskCard(w, {
      project: undefined,
      task: task({ state: 'routed', agentName: null, agentReason: null }),
      decision: decision(),
    }),
  'an answer of who was chosen': (w) => taskCard(w, { project: 'shop', task: task(), decision: decision() }),
  'an answer of who was chosen by a rule': (w) =>
    taskCard(w, {
      project: undefined,
      task: task({ input: { question: 'q', asked: 'orchestrated', lang: 'en' } }),
      decision: decision({ score: 61 }),
    }),
  'an answer of who was asked': (w) =>
    taskCard(w, {
      project: 'shop',
      task: task({ ...direct, agentName: 'Архитектор' }),
      decision: decision({ score: 1 }),
    }),
  'an answer to a reply': (w) =>
    taskCard(w, { project: 'shop', task: task({ ...direct, agentReason: 'reply' }), decision: decision() }),
  'a question that came to nothing': (w) =>
    taskCard(w, {
      project: 'shop',
      task: task({ state: 'failed', result: null, failure }),
      decision: decision(),
    }),
  'a question that no worker took': (w) =>
    taskCard(w, {
      project: undefined,
      task: task({
        ...direct,
        state: 'failed',
        result: null,
        failure: { ...failure, key: 'error-no-worker' },
      }),
      decision: undefined,
    }),
  'a question to an agent that was switched off meanwhile': (w) =>
    taskCard(w, {
      project: undefined,
      task: task({ result: { refusal: { key: 'ask-agent-off', args: { name: 'Ask' } } } }),
      decision: decision(),
    }),
  'a question that was taken back': (w) =>
    taskCard(w, { project: 'shop', task: task({ state: 'cancelled', result: null }), decision: decision() }),
  'why a worker': (w) => whyCard(w, { decision: decision(), task: task(), attempts: [decision()] }),
  'why the only worker': (w) =>
    whyCard(w, {
      decision: decision({
        runnersUp: [],
        successRatePercent: null,
        outcome: 'running',
        durationMs: null,
        performedByName: null,
      }),
      task: undefined,
      attempts: [],
    }),
  'why a third worker': (w) => {
    const attempts = [
      decision({ outcome: 'failed', failure, selectedAgentName: 'build-2.research' }),
      decision({ outcome: 'lost', selectedAgentName: 'build-3.research', attempt: 2 }),
      decision({ attempt: 3 }),
    ]
    return whyCard(w, { decision: decision({ attempt: 3 }), task: task(), attempts })
  },
  'decisions, a page in the middle': (w) =>
    decisionsCard(w, {
      decisions: [
        { decision: decision(), number: 12 },
        {
          decision: decision({
            workType: 'implement',
            agentType: 'code',
            performedByName: null,
            score: 1,
            attempt: 2,
            outcome: 'timed_out',
          }),
          number: undefined,
        },
      ],
      page: 2,
      hasMore: true,
      filter: 'shop/Ask',
    }),
  'no decisions': (w) => decisionsCard(w, { decisions: [], page: 1, hasMore: false, filter: undefined }),
  workers: (w) =>
    workersCard(w, {
      workers: [
        worker(),
        worker({
          name: 'gpu_1.code',
          agentType: 'code',
          poolName: 'big',
          status: 'busy',
          load: 8,
          concurrencyLimit: 8,
          capabilities: ['implement', 'work_of_tomorrow'],
        }),
        worker({ name: 'build-2.research', draining: true, concurrencyLimit: null, load: 0 }),
        worker({
          name: 'old.infra',
          agentType: 'infra',
          status: 'offline',
          draining: true,
          load: 0,
          heartbeatAgeMs: 7_300_000,
        }),
        worker({
          name: 'gone.desktop',
          agentType: 'desktop',
          status: 'offline',
          heartbeatAgeMs: undefined,
          capabilities: [],
        }),
      ],
      page: 1,
      hasMore: true,
    }),
  'no workers': (w) => workersCard(w, { workers: [], page: 1, hasMore: false }),
  'a worker, to an admin': (w) => workerCard(w, { worker: worker(), mayManage: true }),
  'a draining worker, to an admin': (w) =>
    workerCard(w, { worker: worker({ draining: true }), mayManage: true }),
  'a worker, to a viewer': (w) =>
    workerCard(w, {
      worker: worker({ status: 'offline', lastOutcomes: [], specializations: [] }),
      mayManage: false,
    }),
}

test.each(LANGS)('the cards of questions, decisions and workers in %s', async (lang) => {
  const cards = Object.entries(CARDS).map(
    ([name, draw]) => `== ${name}\n\n${drawn({ card: draw(wordsIn(lang)) })}`,
  )
  await expect(`${cards.join('\n\n')}\n`).toMatchFileSnapshot(`golden/routing-${lang}.txt`)
})

test('a page behind the last decision does not claim that there were none', () => {
  const words = createWords(createTexts(), 'en', { now: at, timeZone: 'UTC' })
  const empty = { decisions: [], hasMore: false, filter: undefined }
  expect(decisionsCard(words, { ...empty, page: 1 }).body).toBe('Nothing was decided yet.')
  expect(decisionsCard(words, { ...empty, page: 9 }).body).toBe('There are no decisions this far back.')
})

test('a refusal has no reference: there is nothing to look up', () => {
  const words = createWords(createTexts(), 'en', { now: at, timeZone: 'UTC' })
  const bodyOf = (code: string) =>
    taskCard(words, {
      project: undefined,
      task: task({ state: 'failed', result: null, failure: { ...failure, code } }),
      decision: undefined,
    }).body
  expect(bodyOf('model_failed')).toContain(failure.reference)
  expect(bodyOf('budget_exceeded')).not.toContain(failure.reference)
})

test('every button fits into Telegram’s 64 bytes; what is too long for one has none', () => {
  const words = wordsIn('ru')
  const long = 'a'.repeat(60)
  const cards = [
    ...Object.values(CARDS).map((draw) => draw(words)),
    workerCard(words, { worker: worker({ name: `${long}.research` }), mayManage: true }),
    decisionsCard(words, { decisions: [], page: 2, hasMore: true, filter: `Имя/${long}` }),
  ]
  for (const { action } of cards.flatMap((card) => card.buttons?.flat() ?? []))
    expect(Buffer.byteLength(action)).toBeLessThanOrEqual(60)
})

describe('a span of time', () => {
  test.each([
    [0, '0 s'],
    [1_240, '1.2 s'],
    [59_400, '59 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_300_000, '2 h'],
    [200_000_000, '2 d'],
  ])('of %d ms reads %s', (ms, text) => expect(span(wordsIn('en'), ms)).toBe(text))
})
