import type { Sql } from 'postgres'
import { connectDatabase, type Database } from '../src/db/client.ts'
import { routeTask } from '../src/domain/routing/route-task.ts'
import { createTask, type Task } from '../src/domain/tasks/tasks.ts'
import { atLeast, atMost, type Bench, type BenchContext } from './bench.ts'
import { routeLiterally } from './route/literal.ts'
import { decide, employ, settle, WORK_TYPE } from './route/past.ts'
import { openDatabase } from './support/database.ts'
import { median, percentile } from './support/figures.ts'

/** A round is one literal decision and so many of ours in each database. */
const FULL = {
  past: [10_000, 100_000, 1_000_000],
  plans: [
    { workers: 10, rounds: 40, each: 10 },
    { workers: 1_000, rounds: 40, each: 10 },
    { workers: 10_000, rounds: 4, each: 25 },
  ],
}
const QUICK = {
  past: [1_000, 10_000, 50_000],
  plans: [
    { workers: 10, rounds: 10, each: 4 },
    { workers: 1_000, rounds: 10, each: 4 },
    { workers: 10_000, rounds: 2, each: 5 },
  ],
}

/** The number of workers that the aims are about. */
const TYPICAL = 1_000
const AIMS = { p50Ms: 3, growth: 1.2, timesFaster: 20 }

/**
 * One decision, from the call to the committed row, one after another on one connection; and the same with a query for
 * each candidate. Each length of history is a database of its own, and all are measured in turns, so that whatever
 * else the machine does meets them alike. A decision is closed before the next, so that all find the same load.
 */
export const route: Bench = {
  name: 'route',
  about: 'one routing decision, by number of workers and of past decisions',
  run: async (context) => {
    const { past, plans } = context.quick ? QUICK : FULL
    const histories = await openHistories(context, past)
    const figures: Record<string, number> = {}
    for (const { workers, rounds, each } of plans) {
      context.say(`${workers} workers: ${past.join(', ')} past decisions are made up`)
      for (const { sql, decisions } of histories) {
        await employ(sql, workers)
        await decide(sql, decisions, 'succeeded')
        await settle(sql)
      }
      context.say(`${workers} workers: ${rounds * each} decisions after each of these histories`)
      const literal: number[] = []
      for (let round = 0; round < rounds; round++) {
        for (const history of histories) history.samples.push(...(await measure(history, each)))
        const longest = histories.at(-1)
        if (longest) literal.push(await timed(longest, ({ id }) => routeLiterally(longest.sql, id)))
      }
      for (const history of histories) {
        const samples = history.samples.splice(0)
        figures[`${workers}Workers${history.decisions}PastP50Ms`] = median(samples)
        figures[`${workers}Workers${history.decisions}PastP99Ms`] = percentile(samples, 0.99)
      }
      figures[`${workers}WorkersLiteralP50Ms`] = median(literal)
    }
    return judged(figures, past)
  },
}

interface History {
  db: Database
  sql: Sql
  decisions: number
  samples: number[]
}

const openHistories = async (context: BenchContext, past: readonly number[]): Promise<History[]> => {
  let { databaseUrl } = context
  const histories: History[] = []
  for (const decisions of past) {
    const url = await openDatabase({ ...context, databaseUrl })
    databaseUrl ??= url
    const { db, sql, close } = connectDatabase(url, { maxConnections: 1 })
    context.cleanup.defer(close)
    histories.push({ db, sql, decisions, samples: [] })
  }
  return histories
}

const measure = async (history: History, times: number): Promise<number[]> => {
  const samples: number[] = []
  for (let n = 0; n < times; n++) samples.push(await timed(history, (task) => routeTask(history.db, task, 1)))
  return samples
}

/** @returns milliseconds. */
const timed = async ({ db, sql }: History, decideOn: (task: Task) => Promise<unknown>): Promise<number> => {
  const { task } = await createTask(db, {
    originKey: crypto.randomUUID(),
    workType: WORK_TYPE,
    title: 'A piece of work',
    input: {},
    timeoutMs: 60_000,
  })
  const startedAt = performance.now()
  await decideOn(task)
  const tookMs = performance.now() - startedAt
  await sql`update routing_decisions set outcome = 'succeeded', finished_at = now() where task_id = ${task.id}`
  return tookMs
}

const judged = (figures: Record<string, number>, past: readonly number[]) => {
  const p50 = (workers: number, decisions: number | undefined) =>
    figures[`${workers}Workers${decisions}PastP50Ms`] ?? Number.NaN
  const [least, most] = [past.at(0), past.at(-1)]
  const growth = p50(TYPICAL, most) / p50(TYPICAL, least)
  const timesFaster = (workers: number) =>
    (figures[`${workers}WorkersLiteralP50Ms`] ?? Number.NaN) / p50(workers, most)
  return {
    figures,
    ratios: {
      growthWithHistory: growth,
      ...Object.fromEntries(
        FULL.plans.map(({ workers }) => [`timesFasterAt${workers}Workers`, timesFaster(workers)]),
      ),
    },
    aims: {
      p50Ms: atMost(AIMS.p50Ms, p50(TYPICAL, most)),
      growthWithHistory: atMost(AIMS.growth, growth),
      timesFasterAt1000Workers: atLeast(AIMS.timesFaster, timesFaster(TYPICAL)),
    },
  }
}
