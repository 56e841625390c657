import { describe, expect, test } from 'vitest'
import { type ApprovalCardData, approvalCard } from '../../../src/bots/cards/approval.ts'
import { budgetsCard } from '../../../src/bots/cards/budgets.ts'
import { chartPicture } from '../../../src/bots/cards/chart-picture.ts'
import { niceTop } from '../../../src/bots/cards/chart-scale.ts'
import { chartOfLetters } from '../../../src/bots/cards/chart-text.ts'
import { costsCard } from '../../../src/bots/cards/costs.ts'
import { runResultCard } from '../../../src/bots/cards/run-result.ts'
import type { Card } from '../../../src/bots/chat.ts'
import { createTexts, LANGS } from '../../../src/bots/texts.ts'
import { createWords, type Words } from '../../../src/bots/words.ts'
import type { ApprovalRequest } from '../../../src/db/shapes/approval.ts'
import type { RunFailure } from '../../../src/db/shapes/run.ts'
import type { Approval } from '../../../src/domain/approvals/approvals.ts'
import type { BudgetQuestion } from '../../../src/domain/costs/budget-question.ts'
import type { BudgetState } from '../../../src/domain/costs/budgets.ts'
import { type Period, parsePeriod, slotsOf } from '../../../src/domain/costs/period.ts'
import type { CostLine } from '../../../src/domain/costs/summary.ts'
import type { PlanWeight } from '../../../src/domain/costs/thresholds.ts'
import type { Run } from '../../../src/domain/runs/runs.ts'
import { drawn } from '../commands/drawn.ts'

const ID = '6e1b0a52-7f0e-4a30-9d6a-0c2f51f0f8d1'
const now = new Date('2026-11-20T18:00:00Z')

const period = (word: string): Period => {
  const known = parsePeriod(word, now)
  if (!known) throw new Error(`no period ${word}`)
  return known
}

const line = (name: string | null, cost: number, more: Partial<CostLine> = {}): CostLine => ({
  ...{ name, cost, calls: 12, inputTokens: 123_456, outputTokens: 7_890, models: ['gpt-4.1'] },
  ...more,
})

const budget = (more: Partial<BudgetState>): BudgetState => ({
  ...{ id: ID, projectId: null, projectName: null, month: '2026-11', monthlyUsd: 10, spentUsd: 8.1 },
  ...{ percent: 81, allowedPercent: null, level: 'near', nextPercent: 100 },
  ...more,
})

const asked = (request: Partial<ApprovalRequest>, more: Partial<Approval> = {}): ApprovalCardData => ({
  approval: {
    ...{ id: ID, number: 12, conversationId: ID, requestedBy: ID, runId: ID, projectId: ID },
    ...{ threadId: null, interruptId: null, fingerprint: '', state: 'open', version: 1 },
    ...{ decision: null, replacedBy: null, createdAt: now, remindAt: null, remindedAt: null },
    ...{ expiresAt: new Date('2026-11-21T18:00:00Z'), decidedAt: null, appliedAt: null },
    request: { v: 1, kind: 'plan', risk: 'low', allow: ['approve', 'reject'], facts: {}, ...request },
    ...more,
  },
  project: 'url-shortener',
  requestedBy: 'Anna',
})

const plan = (weight: PlanWeight, more?: Partial<Approval>) =>
  asked(
    {
      facts: {
        kind: 'new_project',
        plan: { summary: 'Short links.', tasks: [{ title: 'Store' }], estimatedCost: weight.cost },
        weight,
      },
    },
    more,
  )

const question = (facts: Partial<BudgetQuestion>, more?: Partial<Approval>) =>
  asked(
    {
      kind: 'budget',
      facts: {
        ...{ budgetId: ID, scope: 'project', level: 'near', month: '2026-11' },
        ...{ spent: 8.1, budget: 10, next: 10, nextPercent: 100, ...facts },
      },
    },
    more,
  )

const ended = (failure: Partial<RunFailure>) => ({
  run: {
    ...{ kind: 'update_project', status: 'failed', progress: { steps: {} }, result: null },
    failure: { key: '', args: {}, reference: 'P-7F3KQ2', ...failure },
  } as unknown as Run,
  project: { name: 'url-shortener', title: '' },
})

const byItself: Partial<Approval> = {
  state: 'approved',
  decision: {
    ...{ verb: 'approve', userId: null, userName: '', surface: 'system', auto: true },
    at: '2026-11-20T17:00:00Z',
  },
}
const weight = { verdict: 'over', tasks: 3, cost: 0.4, maxTasks: 5, maxCost: 0.25 } as const

const total = { calls: 25, inputTokens: 246_912, outputTokens: 15_780, cost: 12.3456 }
const CARDS: Record<string, (words: Words) => Card> = {
  'what everything cost': (w) =>
    costsCard(w, {
      period: period('30d'),
      total,
      budget: budget({}),
      lists: [
        { by: 'project', lines: [line('url-shortener', 12.3), line(null, 0.0456, { calls: 1 })] },
        { by: 'agent', lines: [line('*Archi_tect*', 12.3456, { models: ['a', 'b', 'c'] })] },
        { by: 'user', lines: Array.from({ length: 7 }, (_, index) => line(`Ann ${index}`, 7 - index)) },
      ],
    }),
  'what one project cost today': (w) =>
    costsCard(w, {
      subject: { scope: 'project', name: 'url-shortener', reference: 'url-shortener' },
      period: period('today'),
      total,
      budget: budget({ level: 'fine', spentUsd: 2 }),
      lists: [
        { by: 'agent', lines: [line('Architect', 12.3)] },
        { by: 'user', lines: [line('Anna', 12.3)] },
      ],
    }),
  'what one person cost in a month': (w) =>
    costsCard(w, {
      subject: { scope: 'user', name: 'Anna Maria', reference: '6e1b0a52' },
      period: period('2026-10'),
      total,
      lists: [{ by: 'project', lines: Array.from({ length: 15 }, (_, index) => line(`p${index}`, 1)) }],
    }),
  'nothing was spent': (w) =>
    costsCard(w, {
      period: period('week'),
      total: { calls: 0, inputTokens: 0, outputTokens: 0, cost: 0 },
      lists: [{ by: 'agent', lines: [] }],
    }),
  'what a terminal shows': (w) =>
    costsCard(w, {
      period: period('week'),
      total,
      lists: [{ by: 'agent', lines: [line('Architect', 3)] }],
      chart: 'a chart',
    }),
  budgets: (w) =>
    budgetsCard(w, [
      budget({}),
      budget({ projectName: 'url-shortener', percent: 160.5, spentUsd: 16.05, allowedPercent: 200 }),
      budget({ projectName: 'blog', percent: 0, spentUsd: 0, level: 'fine' }),
    ]),
  'no budget': (w) => budgetsCard(w, []),
  'a project’s budget that is nearly used': (w) => approvalCard(w, question({})),
  'everybody’s budget that is used': (w) =>
    approvalCard(w, question({ scope: 'installation', level: 'used', spent: 10.2, next: 15 })),
  'a run that nobody let spend more': (w) =>
    runResultCard(
      w,
      ended({
        key: 'run-budget-stopped',
        args: { who: 'An_na', spent: 8.1, budget: 10 },
        branch: 'run/1',
        oldVersionRuns: true,
      }),
    ),
  'a run that nobody answered about money': (w) =>
    runResultCard(w, ended({ key: 'run-budget-unanswered', args: { spent: 8.1, budget: 10 } })),
  'a plan over a threshold': (w) => approvalCard(w, plan(weight)),
  'a plan over the only threshold': (w) =>
    approvalCard(w, plan({ verdict: 'over', tasks: 6, cost: 0, maxTasks: 5 })),
  'a plan with one threshold missing': (w) =>
    approvalCard(w, plan({ verdict: 'unset', tasks: 1, cost: 0.1, maxCost: 0.25 })),
  'a plan without thresholds': (w) => approvalCard(w, plan({ verdict: 'unset', tasks: 1, cost: 0.1 })),
  'a plan between two orchestrators': (w) =>
    approvalCard(w, plan({ verdict: 'ambiguous', tasks: 1, cost: 0.1, orchestrators: 'Fast, Slow' })),
  'a plan that went on by itself': (w) =>
    approvalCard(w, plan({ ...weight, verdict: 'within', cost: 0.1 }, byItself)),
  'a weight that another program wrote': (w) =>
    approvalCard(w, plan({ verdict: 'perhaps' } as unknown as PlanWeight)),
}

test.each(LANGS)('the cards of costs, budgets and thresholds in %s', async (lang) => {
  const words = createWords(createTexts(), lang, { now, timeZone: 'UTC' })
  const cards = Object.entries(CARDS).map(([name, draw]) => `== ${name}\n\n${drawn({ card: draw(words) })}`)
  await expect(`${cards.join('\n\n')}\n`).toMatchFileSnapshot(`golden/costs-${lang}.txt`)
})

describe('a chart of letters', () => {
  const words = createWords(createTexts(), 'en', { now, timeZone: 'UTC' })
  const chart = (word: string, cost: (index: number) => number) => {
    const { unit } = period(word)
    return chartOfLetters(words, {
      unit,
      slots: slotsOf(period(word)).map((at, index) => ({ at, cost: cost(index) })),
    })
  }

  test('has a bar for each day, a scale in dollars, and the days by name', async () => {
    await expect(`${chart('30d', (day) => (day % 6) * 0.4)}\n`).toMatchFileSnapshot('golden/chart-30d.txt')
    await expect(`${chart('today', (hour) => hour * 0.001)}\n`).toMatchFileSnapshot('golden/chart-today.txt')
    await expect(`${chart('60d', (day) => day)}\n`).toMatchFileSnapshot('golden/chart-60d.txt')
    await expect(`${chart('week', (day) => day + 1)}\n`).toMatchFileSnapshot('golden/chart-week.txt')
    await expect(`${chart('1d', () => 2)}\n`).toMatchFileSnapshot('golden/chart-1d.txt')
  })

  test('fits a terminal of 80 columns, whatever the sums', () => {
    for (const word of ['today', '1d', '2d', 'week', '30d', '31d', '32d', '60d'])
      for (const sum of [0.00001, 1, 999, 99_999]) {
        const widths = chart(word, () => sum)
          .split('\n')
          .map((row) => row.length)
        expect(Math.max(...widths)).toBeLessThanOrEqual(70)
      }
  })

  test('shows the least cost as more than nothing', () => {
    const bottom = chart('week', (day) => (day === 3 ? 0.001 : day === 6 ? 100 : 0)).split('\n')[5]
    expect(bottom).toMatch(/│ {7}▁ {5}█$/)
  })
})

describe('a picture', () => {
  const words = createWords(createTexts(), 'en', { now, timeZone: 'UTC' })
  const picture = (title: string, costs: number[]) =>
    chartPicture(words, {
      title,
      subtitle: '',
      unit: 'day',
      slots: costs.map((cost, index) => ({ at: new Date(Date.UTC(2026, 10, index + 1)), cost })),
    })

  test('keeps words that look like markup as words', () => {
    expect(picture('</text><script>"&', [1])).toContain('>&lt;/text&gt;&lt;script&gt;&quot;&amp;<')
  })

  test('has one bar for each day that cost something, the dearest in its own colour and with its sum', () => {
    const svg = picture('', [1, 0, 3, 0.001])
    expect(svg.match(/<path /g)).toHaveLength(3)
    expect(svg.match(/fill="#2f6fde"/g)).toHaveLength(1)
    expect(svg).toContain('>$3.00<')
  })

  test.each([
    [0, 1],
    [0.9, 1],
    [1, 1],
    [1.7, 2],
    [137, 160],
    [0.0349, 0.04],
    [101, 120],
  ])('of at most %d has a scale up to %d', (max, top) => {
    expect(niceTop(max)).toBeCloseTo(top, 10)
  })
})
