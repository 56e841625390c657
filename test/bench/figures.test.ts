import { describe, expect, test } from 'vitest'
import { outcomeOf } from '../../bench/ingress/outcome.ts'
import { median, percentile } from '../../bench/support/figures.ts'

describe('percentiles', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)

  test.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('%d of a hundred samples do not exceed %d', (share, value) => {
    expect(percentile(hundred, share)).toBe(value)
  })

  test('of nothing there is no figure, which no aim is met by', () => {
    expect(median([])).toBeNaN()
  })
})

describe('what became of a flood', () => {
  const sent = (chat: number, ...answers: number[]) => ({
    postedAt: 0,
    acknowledgedAt: 1,
    answers,
    chat,
  })

  test('an update that was never answered is lost, also where another of the chat was answered twice', () => {
    expect(outcomeOf([sent(1), sent(1, 5, 6)])).toEqual({ lost: 1, repeated: 1, worst: 1 })
  })

  test('each repeated answer belongs to the last kill before it', () => {
    const killedAt = [10, 20]
    expect(outcomeOf([sent(1, 5, 12), sent(1, 15, 22), sent(2, 15, 22)], killedAt)).toMatchObject({
      worst: 1,
    })
    expect(outcomeOf([sent(1, 15, 22), sent(1, 16, 23)], killedAt)).toMatchObject({ repeated: 2, worst: 2 })
  })
})
