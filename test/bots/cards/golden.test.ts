import { expect, test } from 'vitest'
import { type ApprovalCardData, approvalCard } from '../../../src/bots/cards/approval.ts'
import { type RunCardData, runProgressCard } from '../../../src/bots/cards/run-progress.ts'
import { runResultCard } from '../../../src/bots/cards/run-result.ts'
import type { Card } from '../../../src/bots/chat.ts'
import { createTexts, LANGS } from '../../../src/bots/texts.ts'
import { createWords, type Words } from '../../../src/bots/words.ts'
import type { ApprovalDecision, ApprovalRequest, ApprovalState } from '../../../src/db/shapes/approval.ts'
import type { Approval } from '../../../src/domain/approvals/approvals.ts'
import type { Run } from '../../../src/domain/runs/runs.ts'
import { drawn } from '../commands/drawn.ts'

const ID = '6e1b0a52-7f0e-4a30-9d6a-0c2f51f0f8d1'
const at = new Date('2030-01-01T12:00:00Z')

const plan: ApprovalRequest = {
  v: 1,
  kind: 'plan',
  risk: 'low',
  allow: ['approve', 'change', 'reject', 'approve_all'],
  facts: {
    kind: 'new_project',
    plan: {
      summary: 'Short links with *statistics* <b>and</b> [more](http://evil.example).',
      tasks: [
        { id: 't1', title: 'Store for links', files: ['src/store.js'] },
        { id: 't2', title: '# not a heading', files: [] },
      ],
      endpoints: ['POST /api/links', 'GET /:code'],
      estimatedCost: 0.042,
      target: 'this machine',
      notes: ['Links are kept in a file.'],
    },
  },
}

const asked = (request: ApprovalRequest, change: Partial<Approval> = {}): ApprovalCardData => ({
  approval: {
    id: ID,
    number: 12,
    conversationId: ID,
    requestedBy: ID,
    runId: ID,
    projectId: ID,
    threadId: null,
    interruptId: null,
    request,
    fingerprint: '',
    state: 'open',
    version: 1,
    decision: null,
    replacedBy: null,
    createdAt: at,
    remindAt: null,
    remindedAt: null,
    expiresAt: new Date('2030-01-02T12:00:00Z'),
    decidedAt: null,
    appliedAt: null,
    ...change,
  },
  project: 'url-shortener',
  requestedBy: 'Anna',
})

const decided = (state: ApprovalState, decision: Partial<ApprovalDecision>): ApprovalCardData =>
  asked(plan, {
    state,
    decision: {
      verb: 'approve',
      userId: ID,
      userName: 'Anna_*B*',
      surface: 'telegram',
      at: '2030-01-01T12:03:00Z',
      ...decision,
    },
  })

const decidedDeletion = (state: 'approved' | 'rejected'): ApprovalCardData => {
  const { approval, ...names } = decided(state, {})
  return { ...names, approval: { ...approval, request: { ...approval.request, kind: 'delete_project' } } }
}

const run = (change: Partial<Run>, more: Partial<RunCardData> = {}): RunCardData => ({
  run: {
    id: ID,
    projectId: ID,
    conversationId: ID,
    requestedBy: ID,
    kind: 'new_project',
    request: 'create a URL shortener',
    originKey: 'x',
    status: 'running',
    progress: { steps: {} },
    plan: null,
    result: null,
    failure: null,
    autoApprovedBy: null,
    stoppedBy: null,
    createdAt: at,
    startedAt: at,
    finishedAt: null,
    ...change,
  },
  project: { name: 'url-shortener', title: 'URL shortener' },
  ...more,
})

const CARDS: Record<string, (words: Words) => Card> = {
  'a plan': (w) => approvalCard(w, asked(plan)),
  'a plan for a change': (w) =>
    approvalCard(w, asked({ ...plan, facts: { ...plan.facts, kind: 'update_project' } })),
  'a retry': (w) =>
    approvalCard(
      w,
      asked({
        ...plan,
        kind: 'retry',
        allow: ['approve', 'change', 'reject'],
        facts: { rounds: 3, tests: { output: 'not ok 1 - redirects\n```\nescape' } },
      }),
    ),
  'a deletion': (w) =>
    approvalCard(
      w,
      asked({
        ...plan,
        kind: 'delete_project',
        risk: 'high',
        allow: ['approve', 'reject'],
        facts: { project: 'url-shortener', url: 'http://127.0.0.1:8001', repository: 'repos/a_b_c.git' },
      }),
    ),
  'a deletion that was confirmed': (w) => approvalCard(w, decidedDeletion('approved')),
  'a project that was kept': (w) => approvalCard(w, decidedDeletion('rejected')),
  'a plan for a repair': (w) => approvalCard(w, asked({ ...plan, facts: { ...plan.facts, kind: 'fix' } })),
  'a risky tool': (w) =>
    approvalCard(
      w,
      asked({
        ...plan,
        kind: 'tool',
        risk: 'high',
        allow: ['approve', 'reject'],
        facts: { tool: 'execute_command', input: 'ls' },
      }),
    ),
  'facts of another program version': (w) =>
    approvalCard(w, asked({ ...plan, facts: { plan: 'a string', kind: 7 } })),
  approved: (w) => approvalCard(w, decided('approved', {})),
  'approved with all': (w) => approvalCard(w, decided('approved', { verb: 'approve_all' })),
  'approved at once': (w) =>
    approvalCard(w, { ...decided('approved', { auto: true, userName: '' }), decidedBy: 'Boris' }),
  rejected: (w) => approvalCard(w, decided('rejected', { verb: 'reject' })),
  changed: (w) =>
    approvalCard(w, decided('changed', { verb: 'change', text: 'let links\nexpire <!channel>' })),
  expired: (w) => approvalCard(w, decided('expired', { verb: 'expire', userId: null, userName: '' })),
  replaced: (w) =>
    approvalCard(w, { ...asked(plan, { state: 'superseded', decidedAt: at }), replacedBy: 13 }),
  cancelled: (w) => approvalCard(w, decided('cancelled', { verb: 'cancel' })),
  'a run that begins': (w) => runProgressCard(w, run({ status: 'queued' })),
  'a run at work': (w) =>
    runProgressCard(
      w,
      run({
        progress: {
          steps: {
            resources: { state: 'done' },
            design: { state: 'done' },
            approval: { state: 'skipped' },
            build: { state: 'running', done: 2, total: 3, note: 'src/*.js' },
          },
        },
      }),
    ),
  'a run that waits': (w) =>
    runProgressCard(
      w,
      run({ status: 'waiting', progress: { steps: { approval: { state: 'running' } } } }, { waitsFor: 12 }),
    ),
  'a run that failed': (w) =>
    runProgressCard(
      w,
      run({ status: 'failed', progress: { steps: { test: { state: 'failed', done: 7, total: 9 } } } }),
    ),
  'a run that succeeded': (w) =>
    runResultCard(
      w,
      run({
        status: 'succeeded',
        result: { url: 'http://127.0.0.1:8001', version: '0a1b2c3', commits: 4, testsPassed: 9 },
      }),
    ),
  'a change that failed': (w) =>
    runResultCard(
      w,
      run({
        kind: 'update_project',
        status: 'failed',
        failure: {
          key: 'run-tests-failed',
          args: { failed: 2 },
          reference: 'P-7F3KQ2',
          diff: '-old\n+new',
          oldVersionRuns: true,
        },
      }),
    ),
  'a plan that was rejected': (w) => runResultCard(w, run({ status: 'rejected' })),
  'a run that was stopped': (w) =>
    runResultCard(w, run({ kind: 'fix', status: 'stopped' }, { stoppedBy: 'Boris' })),
}

test.each(LANGS)('the cards of approvals and runs in %s', async (lang) => {
  const words = createWords(createTexts(), lang, { now: new Date('2030-01-01T18:00:00Z'), timeZone: 'UTC' })
  const cards = Object.entries(CARDS).map(([name, draw]) => `== ${name}\n\n${drawn({ card: draw(words) })}`)
  await expect(`${cards.join('\n\n')}\n`).toMatchFileSnapshot(`golden/${lang}.txt`)
})

test('a decided card has no buttons; an open one has those it allows, each within Telegram’s 64 bytes', () => {
  const words = createWords(createTexts(), 'ru', { now: at })
  for (const [name, draw] of Object.entries(CARDS)) {
    const buttons = draw(words).buttons?.flat() ?? []
    if (/^(approved|rejected|changed|expired|replaced|cancelled)/.test(name)) expect(buttons).toEqual([])
    for (const { action } of buttons) expect(Buffer.byteLength(action)).toBeLessThanOrEqual(60)
  }
  const actions = approvalCard(words, asked(plan))
    .buttons?.flat()
    .map(({ action }) => action.split(':')[1])
  expect(actions).toEqual(['approve', 'change', 'reject', 'approve_all'])
})
