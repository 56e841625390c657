import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WorkType } from '../../../src/db/shapes/task.ts'
import { type ScoredWorker, scoreCandidates } from '../../../src/domain/routing/dry-run.ts'
import { routeTask } from '../../../src/domain/routing/route-task.ts'
import { giveWork, type Hiring, type Office, openOffice } from './office.ts'
import { type Applicant, choose, scoreOf } from './reference.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office.close())
beforeEach(() => office.dismissAll())

const scored = async (hiring: Hiring): Promise<ScoredWorker> => {
  const { name } = await office.hire('ann', hiring)
  const workers = await scoreCandidates(office.db, { agentType: 'code', workType: 'implement' })
  const found = workers.find((worker) => worker.name === name)
  if (!found) throw new Error('ann was not scored')
  return found
}
const parts = async (hiring: Hiring) => (await scored(hiring)).parts

describe('success is worth', () => {
  test.each([
    ['36 points for 90 %', 18, 2, 36],
    ['40 points for never a failure', 20, 0, 40],
    ['nothing for never a success', 0, 20, 0],
    ['20 points for half', 10, 10, 20],
    ['a third of 40 for a third', 5, 10, 40 / 3],
  ])('%s', async (_, successes, failures, points) => {
    expect((await parts({ record: { implement: { successes, failures } } })).success).toBe(points)
  })

  test('20 points, as for half, with exactly 10 executions, however they went', async () => {
    expect(await scored({ record: { implement: { successes: 10 } } })).toMatchObject({
      parts: { success: 20 },
      executions: 10,
      successRatePercent: undefined,
    })
    await office.dismissAll()
    expect((await parts({ record: { implement: { failures: 10 } } })).success).toBe(20)
  })

  test('what it is from the 11th execution on', async () => {
    expect(await scored({ record: { implement: { successes: 11 } } })).toMatchObject({
      parts: { success: 40 },
      executions: 11,
      successRatePercent: 100,
    })
    await office.dismissAll()
    expect((await parts({ record: { implement: { successes: 1, failures: 10 } } })).success).toBe(40 / 11)
  })

  test('20 points for somebody without any record, or with one in other work only', async () => {
    expect((await parts({ record: { repair: { successes: 50 } } })).success).toBe(20)
  })
})

describe('recent context is worth', () => {
  test.each([
    ['30 points 3 hours and 59 minutes after the last execution', '3 hours 59 minutes', 30],
    ['nothing 4 hours and a minute after it', '4 hours 1 minute', 0],
    ['30 points right after it', '0 seconds', 30],
  ])('%s', async (_, lastExecutionAgo, points) => {
    expect((await parts({ record: { implement: { successes: 1, lastExecutionAgo } } })).context).toBe(points)
  })

  test('nothing for other work', async () => {
    const record = { repair: { successes: 1, lastExecutionAgo: '1 minute' } }
    expect((await parts({ record })).context).toBe(0)
  })
})

describe('specialization is worth', () => {
  test('20 points for a specialist in this work type and nothing for any other', async () => {
    expect((await parts({ specializations: ['repair', 'implement'] })).specialization).toBe(20)
    await office.dismissAll()
    expect((await parts({ specializations: ['repair'] })).specialization).toBe(0)
  })
})

describe('load costs', () => {
  test.each([
    [0, 10],
    [1, 9],
    [9, 1],
    [10, 0],
    [11, 0],
    [25, 0],
  ])('with %d in hand, so that %d of 10 points are left', async (inHand, points) => {
    expect((await scored({ inHand })).load).toBe(inHand)
    await office.dismissAll()
    expect((await parts({ inHand })).load).toBe(points)
  })

  test('nothing for what was decided more than an hour ago, though it still fills a place', async () => {
    const ann = await office.hire('ann', { concurrencyLimit: 4 })
    await giveWork(office.db, ann, 2, '61 minutes')
    await giveWork(office.db, ann, 1, '59 minutes')
    const look = () => scoreCandidates(office.db, { agentType: 'code', workType: 'implement' })
    expect(await look()).toMatchObject([{ load: 1, parts: { load: 9 }, obstacle: undefined }])
    await giveWork(office.db, ann, 1, '2 hours')
    expect(await look()).toMatchObject([{ load: 1, obstacle: 'full' }])
  })
})

test('somebody perfect has 100 points', async () => {
  const perfect = {
    specializations: ['implement'],
    record: { implement: { successes: 40, lastExecutionAgo: '5 minutes' } },
  }
  expect(await scored(perfect)).toMatchObject({ score: 100 })
  expect(await office.route()).toMatchObject({ score: 100 })
})

test('a dry run shows everybody and what stands in their way, in the order of the router, and decides nothing', async () => {
  const best = { specializations: ['implement'] }
  await office.hire('away', { ...best, status: 'offline' })
  await office.hire('draining', { draining: true })
  await office.hire('tester', { capabilities: ['run_tests'] })
  await office.hire('full', { concurrencyLimit: 1, inHand: 1 })
  await office.hire('plain')
  await office.hire('good', best)
  await office.hire('of another type', { agentType: 'infra' })
  const told = await scoreCandidates(office.db, { agentType: 'code', workType: 'implement' })
  expect(told.slice(0, 2).map(({ name, score }) => [name, score])).toEqual([
    ['good', 50],
    ['plain', 30],
  ])
  expect(Object.fromEntries(told.slice(2).map(({ name, obstacle }) => [name, obstacle]))).toEqual({
    away: 'offline',
    draining: 'draining',
    tester: 'incapable',
    full: 'full',
  })
  expect((await office.route()).selectedAgentName).toBe('good')
})

const WORK: WorkType[] = ['implement', 'repair', 'run_tests']
const small = fc.integer({ min: 0, max: 14 })
const applicant: fc.Arbitrary<Applicant> = fc.record({
  status: fc.constantFrom('online', 'online', 'online', 'busy', 'offline'),
  draining: fc.constantFrom(false, false, false, true),
  capabilities: fc.subarray(WORK, { minLength: 2 }),
  specializations: fc.subarray(WORK),
  concurrencyLimit: fc.option(fc.integer({ min: 1, max: 15 })),
  successes: small,
  failures: small,
  lastExecutionMinutesAgo: fc.option(fc.integer({ min: 0, max: 480 }).filter((minutes) => minutes !== 240)),
  idleMinutes: fc.option(fc.integer({ min: 0, max: 4 })),
  inHand: small,
  inHandForLong: fc.integer({ min: 0, max: 3 }),
})

test('whoever is there, the choice, the scores and their parts are those of the rules written plainly', async () => {
  const { db } = office
  await fc.assert(
    fc.asyncProperty(fc.array(applicant, { maxLength: 9 }), async (applicants) => {
      await office.dismissAll()
      const hired = await Promise.all(
        applicants.map(async (one, index) => {
          const { lastExecutionMinutesAgo: minutes, idleMinutes, inHand, inHandForLong, ...columns } = one
          const { successes, failures, ...rest } = columns
          const worker = await office.hire(`worker ${index}`, {
            ...rest,
            ...(minutes !== null && {
              record: { implement: { successes, failures, lastExecutionAgo: `${minutes} minutes` } },
            }),
            ...(idleMinutes !== null && { lastActiveAgo: `${idleMinutes} minutes` }),
          })
          await giveWork(db, worker, inHand, '59 minutes')
          await giveWork(db, worker, inHandForLong, '61 minutes')
          return { ...one, id: worker.agentId }
        }),
      )

      const told = await scoreCandidates(db, { agentType: 'code', workType: 'implement' })
      for (const one of hired) {
        const { score, parts } = scoreOf(one, 'implement')
        expect(told.find(({ id }) => id === one.id)).toMatchObject({ score, parts })
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(100)
        expect(parts.success + parts.context + parts.specialization + parts.load).toBe(score)
      }

      const expected = choose(hired, 'implement')
      const task = await office.newTask()
      if (expected.length === 0) {
        await expect(routeTask(db, task, 1)).rejects.toThrow(/nobody to do implement|at their limit/)
        return
      }
      const decision = await routeTask(db, task, 1)
      const [best, ...others] = expected
      expect(decision.selectedAgentId).toBe(best?.id)
      expect(decision).toMatchObject({ score: best?.score })
      expect(
        decision.successPoints + decision.contextPoints + decision.specializationPoints + decision.loadPoints,
      ).toBe(decision.score)
      expect(decision.runnersUp.map(({ id }) => id)).toEqual(others.slice(0, 5).map(({ id }) => id))
      expect(told.filter(({ obstacle }) => !obstacle).map(({ id }) => id)).toEqual(
        expected.map(({ id }) => id),
      )
    }),
    { numRuns: 60 },
  )
})
