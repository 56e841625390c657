import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { budgetLevel, nextPercent, spentPercent } from '../../../src/domain/costs/budget-rules.ts'
import { monthBounds, monthOf } from '../../../src/domain/costs/month.ts'
import { parsePeriod, slotsOf } from '../../../src/domain/costs/period.ts'
import { weighPlan } from '../../../src/domain/costs/thresholds.ts'

describe('a budget', () => {
  test.each([
    [0, null, 'fine'],
    [79.99, null, 'fine'],
    [80, null, 'near'],
    [99.99, null, 'near'],
    [100, null, 'used'],
    [80, 100, 'fine'],
    [99.99, 100, 'fine'],
    [100, 100, 'used'],
    [149.99, 150, 'fine'],
    [150, 150, 'used'],
  ] as const)('of which %d %% are spent, with %s %% allowed, is %s', (percent, allowed, level) => {
    expect(budgetLevel(percent, allowed)).toBe(level)
  })

  test.each([
    [80, 100],
    [99.9, 100],
    [100, 150],
    [149, 150],
    [150, 200],
    [160, 200],
    [1049.5, 1050],
  ])('of which %d %% are spent asks for %d %%', (percent, next) => {
    expect(nextPercent(percent)).toBe(next)
  })

  test('a yes always leads on, and never by more than a half, or the whole', () => {
    fc.assert(
      fc.property(fc.double({ min: 80, max: 100_000, noNaN: true }), (percent) => {
        const next = nextPercent(percent)
        expect(budgetLevel(percent, next)).toBe('fine')
        expect(next - percent).toBeLessThanOrEqual(50)
      }),
    )
  })

  test('ten calls of 80 cents are 80 % of ten dollars, whatever floating point makes of their sum', () => {
    const spent = Array.from({ length: 10 }, () => 0.8).reduce((sum, cost) => sum + cost, 0)
    expect(spent).not.toBe(8)
    expect(budgetLevel(spentPercent(spent, 10), null)).toBe('near')
  })
})

describe('a plan', () => {
  const both = { approval_threshold_tasks: 3, approval_threshold_cost: 0.25 }
  test.each([
    [{ tasks: 3, cost: 0.25 }, both, 'within'],
    [{ tasks: 4, cost: 0.1 }, both, 'over'],
    [{ tasks: 1, cost: 0.26 }, both, 'over'],
    [{ tasks: 1, cost: 0 }, {}, 'unset'],
    [{ tasks: 1, cost: 0 }, { approval_threshold_tasks: 3 }, 'unset'],
    [{ tasks: 1, cost: 0.1 }, { approval_threshold_cost: 0.25 }, 'unset'],
    [{ tasks: 4, cost: 0 }, { approval_threshold_tasks: 3 }, 'over'],
    [{ tasks: 0, cost: 0 }, { approval_threshold_tasks: 0, approval_threshold_cost: 0 }, 'within'],
  ])('%j against %j is %s', (plan, thresholds, verdict) => {
    expect(weighPlan(plan, thresholds).verdict).toBe(verdict)
  })
})

describe('a period', () => {
  const now = new Date('2026-11-20T09:30:00Z')
  const span = (word: string) => {
    const period = parsePeriod(word, now)
    return period && [period.from.toISOString(), period.to.toISOString(), slotsOf(period).length]
  }

  test.each([
    ['today', ['2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z', 24]],
    ['1d', ['2026-11-20T00:00:00.000Z', '2026-11-21T00:00:00.000Z', 1]],
    ['week', ['2026-11-14T00:00:00.000Z', '2026-11-21T00:00:00.000Z', 7]],
    ['30d', ['2026-10-22T00:00:00.000Z', '2026-11-21T00:00:00.000Z', 30]],
    ['month', ['2026-11-01T00:00:00.000Z', '2026-11-21T00:00:00.000Z', 20]],
    ['2026-11', ['2026-11-01T00:00:00.000Z', '2026-11-21T00:00:00.000Z', 20]],
    ['2026-02', ['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', 28]],
    ['2024-12', ['2024-12-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z', 31]],
  ])('called %s ends with today at the latest', (word, expected) => {
    expect(span(word)).toEqual(expected)
  })

  test.each(['2026-12', '2026-13', '0d', '61d', 'yesterday', '', '-1d', '1e3d'])(
    'is not called “%s”',
    (word) => {
      expect(span(word)).toBeUndefined()
    },
  )

  test('a month belongs to UTC, wherever the machine stands', () => {
    expect(monthOf(new Date('2026-11-30T23:59:59.999Z'))).toBe('2026-11')
    expect(monthOf(new Date('2026-12-01T00:00:00Z'))).toBe('2026-12')
    expect(monthBounds('2026-12').to.toISOString()).toBe('2027-01-01T00:00:00.000Z')
  })
})
