import { fork } from 'node:child_process'
import { on } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { HOUR_MS, systemClock } from '../src/clock.ts'
import { connectDatabase } from '../src/db/client.ts'
import { syncRepositories } from '../src/domain/repositories/sync-repositories.ts'
import { runSyncJob } from '../src/domain/sync/run-sync-job.ts'
import { createGithubSource } from '../src/forges/github.ts'
import { createLog } from '../src/log.ts'
import { atMost, type Bench, type BenchContext } from './bench.ts'
import { bareFetch, type Place } from './github-sync/bare-fetch.ts'
import { countStatements } from './github-sync/count-statements.ts'
import type { Asked, Counted } from './github-sync/organisation.ts'
import { openDatabase } from './support/database.ts'
import { median } from './support/figures.ts'

const FULL = { repositories: 10_000, rounds: 3, changes: 30 }
const QUICK = { repositories: 2_000, rounds: 2, changes: 8 }
const PAGE_SIZE = 100
/** The real GitHub takes several times as long for a page of a hundred repositories. */
const ANSWER_MS = 50
const AIMS = { ofBare: 1.5, heapGrowthMb: 4 }

/**
 * An organisation that is seen for the first time, then unchanged, then with one rename a round; beside a loop that
 * does nothing but fetch and parse its pages. Once at a pace that is still faster than GitHub's, once with answers that
 * take no time at all, which shows what the sync itself costs.
 */
export const githubSync: Bench = {
  name: 'github-sync',
  about:
    'a whole organisation on GitHub: requests, statements and time of the first and of an unchanged sync',
  run: async (context) => {
    const { repositories, rounds, changes } = context.quick ? QUICK : FULL
    context.say(`${repositories} repositories are made up`)
    const { place, ask } = await startOrganisation(context, repositories)
    const handle = connectDatabase(await openDatabase(context))
    context.cleanup.defer(() => handle.close())
    const { db, sql } = handle
    const statements = countStatements(sql)
    const sync = createSync(place, db)

    const measure = async (work: () => Promise<unknown>): Promise<Measured> => {
      await ask('count')
      statements.take()
      const startedAt = performance.now()
      await work()
      const ms = performance.now() - startedAt
      return { ms, statements: statements.take(), ...(await ask('count')) }
    }
    const compare = async (answerMs: number): Promise<Compared> => {
      await ask({ answerMs })
      const compared: Compared = { bare: [], first: [], unchanged: [] }
      for (let round = 1; round <= rounds; round++) {
        context.say(`answers after ${answerMs} ms, round ${round} of ${rounds}: bare, first, bare, unchanged`)
        await sql`truncate projects, http_cache, sync_jobs, sync_runs cascade`
        compared.bare.push(await measure(() => bareFetch(place)))
        compared.first.push(await measure(sync))
        compared.bare.push(await measure(() => bareFetch(place)))
        compared.unchanged.push(await measure(sync))
      }
      return compared
    }
    const atPace = await compare(ANSWER_MS)
    const atOnce = await compare(0)

    context.say(`${changes} syncs, each with one rename`)
    const changed: Measured[] = []
    let before = 0
    for (let i = 0; i < changes; i++) {
      const repository = (i * 37) % repositories
      await ask({ rename: `service-${repository}`, to: `service-${repository}-renamed-${i}` })
      changed.push(await measure(sync))
      if (i === 1) before = heapMegabytes()
    }
    const heapGrowthMb = heapMegabytes() - before

    const pages = repositories / PAGE_SIZE
    const first = last(atPace.first)
    const unchanged = last(atPace.unchanged)
    const firstToBare = timeOf(atPace.first) / timeOf(atPace.bare)
    return {
      figures: {
        repositories,
        answerMs: ANSWER_MS,
        bareMs: timeOf(atPace.bare),
        firstMs: timeOf(atPace.first),
        firstRequests: first.requests,
        firstStatements: first.statements,
        unchangedMs: timeOf(atPace.unchanged),
        unchangedRequests: unchanged.requests,
        unchangedCounted: unchanged.counted,
        unchangedStatements: unchanged.statements,
        bareAtOnceMs: timeOf(atOnce.bare),
        firstAtOnceMs: timeOf(atOnce.first),
        unchangedAtOnceMs: timeOf(atOnce.unchanged),
        renamedAtOnceMs: timeOf(changed),
        renamedCounted: last(changed).counted,
        renamedStatements: last(changed).statements,
        heapGrowthMb,
      },
      ratios: {
        firstToBare,
        unchangedToBare: timeOf(atPace.unchanged) / timeOf(atPace.bare),
        firstToBareAtOnce: timeOf(atOnce.first) / timeOf(atOnce.bare),
        unchangedToBareAtOnce: timeOf(atOnce.unchanged) / timeOf(atOnce.bare),
      },
      aims: {
        firstRequests: atMost(pages + 1, first.requests),
        unchangedRequests: atMost(pages + 1, unchanged.requests),
        unchangedCounted: atMost(0, unchanged.counted),
        firstToBare: atMost(AIMS.ofBare, firstToBare),
        heapGrowthMb: atMost(AIMS.heapGrowthMb, heapGrowthMb),
      },
    }
  },
}

interface Compared {
  bare: Measured[]
  first: Measured[]
  unchanged: Measured[]
}

const timeOf = (measured: readonly Measured[]): number => median(measured.map(({ ms }) => ms))

const last = (measured: readonly Measured[]): Measured => {
  const one = measured.at(-1)
  if (!one) throw new Error('nothing was measured')
  return one
}

interface Measured extends Counted {
  ms: number
  statements: number
}

const startOrganisation = async ({ cleanup }: BenchContext, repositories: number) => {
  const path = fileURLToPath(new URL('./github-sync/organisation.ts', import.meta.url))
  const child = fork(path, [String(repositories)], { execArgv: ['--disable-warning=ExperimentalWarning'] })
  cleanup.defer(() => {
    child.kill()
  })
  const told = on(child, 'message', { close: ['exit'] })
  const next = async <T>(): Promise<T> => {
    const { value, done } = await told.next()
    if (done) throw new Error('the organisation ended')
    return value[0]
  }
  const place = await next<Place>()
  const ask = (asked: Asked): Promise<Counted> => {
    child.send(asked)
    return next<Counted>()
  }
  return { place, ask }
}

const createSync = ({ root, token, org }: Place, db: ReturnType<typeof connectDatabase>['db']) => {
  const log = createLog({ level: 'error' })
  const deps = {
    db,
    log,
    clock: systemClock,
    wake: { deliver: async () => {} },
    instanceId: 'bench',
    shutdown: new AbortController().signal,
    source: createGithubSource({ auth: { token }, org, apiUrl: root, clock: systemClock, log }),
  }
  return async (): Promise<void> => {
    const outcome = await runSyncJob(
      deps,
      'github_sync',
      HOUR_MS,
      (signal, lease) => syncRepositories({ ...deps, lease, signal }),
      { timeoutMs: HOUR_MS },
    )
    if (outcome.outcome !== 'done') throw new Error(`the sync is ${outcome.outcome}`)
  }
}

/** What is really kept, once everything else is collected. */
const heapMegabytes = (): number => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed / 1024 / 1024
}
