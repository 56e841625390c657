import { fork } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { SECOND_MS, systemClock } from '../src/clock.ts'
import { connectDatabase, type Database } from '../src/db/client.ts'
import { checks, ports, projects } from '../src/db/schema/index.ts'
import { checkRound } from '../src/jobs/health-checker.ts'
import { createLog } from '../src/log.ts'
import { atMost, type Bench, type BenchContext } from './bench.ts'
import type { TargetPorts } from './health/targets.ts'
import { openDatabase } from './support/database.ts'
import { median } from './support/figures.ts'

const TARGETS = 1_000
const FAILING_SHARE = 0.05
const HANGING_SHARE = 0.01

/** Rounds over many services, of which some fail and some hang: how long one takes, and what else can go on meanwhile. */
export const health: Bench = {
  name: 'health',
  about: '1,000 targets looked at in one process, 5 % failing and 1 % hanging',
  run: async (context) => {
    const { quick, say, cleanup } = context
    const timeoutMs = quick ? 5 * SECOND_MS : 10 * SECOND_MS
    const rounds = quick ? 3 : 5
    const handle = connectDatabase(await openDatabase(context))
    cleanup.defer(() => handle.close())
    const { db } = handle
    await addChecks(db, await startTargets(context), timeoutMs)
    const deps = {
      db,
      clock: systemClock,
      log: createLog({ level: 'error' }),
      wake: { deliver: async () => {} },
      instanceId: 'bench',
      shutdown: new AbortController().signal,
      resolve: async (host: string) => [host],
      ownEndpoints: [],
    }

    const roundsMs: number[] = []
    const delay = monitorEventLoopDelay({ resolution: 5 })
    let looked = 0
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds}, with a time-out of ${timeoutMs / SECOND_MS} s`)
      await db.update(checks).set({ nextAt: sql`now() - interval '1 second'` })
      // The first one compiles what the others run.
      if (round === 2) delay.enable()
      const startedAt = performance.now()
      const summary = await checkRound(deps, deps.shutdown)
      if (summary.looked !== TARGETS) throw new Error(`looked at ${summary.looked} of ${TARGETS}`)
      roundsMs.push(performance.now() - startedAt)
      looked += summary.looked
    }
    delay.disable()
    await mustBeRight(db)

    const loopDelayP99Ms = delay.percentile(99) / 1e6
    const longestMs = Math.max(...roundsMs)
    const roundToTimeout = longestMs / timeoutMs
    return {
      figures: {
        targets: TARGETS,
        rounds,
        looked,
        timeoutMs,
        roundP50Ms: median(roundsMs),
        roundMaxMs: longestMs,
        loopDelayP50Ms: delay.percentile(50) / 1e6,
        loopDelayP99Ms,
        loopDelayMaxMs: delay.max / 1e6,
      },
      ratios: { roundToTimeout },
      aims: { roundToTimeout: atMost(1.1, roundToTimeout), loopDelayP99Ms: atMost(50, loopDelayP99Ms) },
    }
  },
}

const startTargets = async ({ cleanup }: BenchContext): Promise<TargetPorts> => {
  const program = fork(fileURLToPath(new URL('./health/targets.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  cleanup.defer(() => {
    program.kill()
  })
  const [told] = await once(program, 'message')
  return told as TargetPorts
}

const addChecks = async (db: Database, targets: TargetPorts, timeoutMs: number): Promise<void> => {
  const made = await db
    .insert(projects)
    .values(Array.from({ length: TARGETS }, (_, i) => ({ name: `shop-${i}`, title: `shop ${i}` })))
    .returning({ id: projects.id })
  const allocated = [...new Set(Object.values(targets))]
  await db
    .insert(ports)
    .values(allocated.flatMap((port: number, i) => (made[i] ? [{ port, projectId: made[i].id }] : [])))
  await db.insert(checks).values(
    made.map(({ id }, i) => ({
      key: `service:${id}`,
      kind: 'http' as const,
      target: { url: `http://127.0.0.1:${portOf(i, targets)}/healthz`, version: 'abc' },
      projectId: id,
      intervalMs: 30_000,
      timeoutMs,
    })),
  )
}

/** Spread over all of them, as they would be. */
const portOf = (i: number, { well, failing, hanging }: TargetPorts): number => {
  if (i % (1 / HANGING_SHARE) === 7) return hanging
  return i % (1 / FAILING_SHARE) === 3 ? failing : well
}

/** A figure is worth nothing when what was measured came out wrong. */
const mustBeRight = async (db: Database): Promise<void> => {
  const failing = await db.$count(checks, sql`${checks.state} = 'failing'`)
  const expected = Math.round(TARGETS * (FAILING_SHARE + HANGING_SHARE))
  if (failing !== expected) throw new Error(`${failing} checks fail instead of ${expected}`)
}
