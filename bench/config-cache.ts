import { fork } from 'node:child_process'
import { on } from 'node:events'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/clock.ts'
import { connectDatabase, type Database } from '../src/db/client.ts'
import { type Agent, findAgentByName } from '../src/domain/agents/agents.ts'
import { setAgent } from '../src/domain/agents/change-agent.ts'
import { createAgentDirectory } from '../src/domain/agents/directory.ts'
import { seedAgents } from '../src/domain/agents/seed.ts'
import { ensureConsoleOwner } from '../src/domain/users/console-owner.ts'
import type { Person } from '../src/domain/users/person.ts'
import { agentSeeds } from '../src/graph/prompts/seeds.ts'
import { createLog } from '../src/log.ts'
import { atLeast, atMost, type Bench, type BenchContext } from './bench.ts'
import type { Told } from './config-cache/reader.ts'
import { openDatabase } from './support/database.ts'
import { median, percentile } from './support/figures.ts'

const NAME = 'Architect'
/** Between two changes, so that each is noticed by itself. */
const PAUSE_MS = 20
const BATCH = 1_000

/** Agents from memory against the query they spare, and how long a change takes to be used by another process. */
export const configCache: Bench = {
  name: 'config-cache',
  about: 'an agent read from memory against its query, and a change until another process uses it',
  run: async (context) => {
    const { quick, say, cleanup } = context
    const reads = quick ? 200_000 : 1_000_000
    const queries = quick ? 1_000 : 5_000
    const changes = quick ? 100 : 500
    const url = await openDatabase(context)
    const handle = connectDatabase(url)
    cleanup.defer(() => handle.close())
    const { db } = handle
    await seedAgents(db, agentSeeds())
    const person = await ensureConsoleOwner(db, { platformUserId: 'bench', name: 'bench' })

    say(`${queries} queries, ${reads} reads from memory`)
    const queryMs = await timeQueries(db, queries)
    const directory = createAgentDirectory({
      ...handle,
      clock: systemClock,
      log: createLog({ level: 'error' }),
    })
    cleanup.defer(() => directory.close())
    await directory.listening
    const batchesMs: number[] = []
    for (let done = 0; done < reads; done += BATCH) {
      const startedAt = performance.now()
      for (let i = 0; i < BATCH; i++) await directory.findAgentByName(null, NAME)
      batchesMs.push(performance.now() - startedAt)
    }
    const readUs = batchesMs.map((ms) => (ms * 1_000) / BATCH)

    say(`${changes} changes, and another process that uses them`)
    const { usedMs, savedMs } = await timeChanges(context, { db, url, person, changes })
    const ratio = (median(queryMs) * 1_000) / median(readUs)
    const usedP99Ms = percentile(usedMs, 0.99)
    return {
      figures: {
        reads,
        readP50Us: median(readUs),
        readP99Us: percentile(readUs, 0.99),
        readsPerS: (1_000 * reads) / batchesMs.reduce((sum, ms) => sum + ms, 0),
        queries,
        queryP50Ms: median(queryMs),
        queryP99Ms: percentile(queryMs, 0.99),
        changes: usedMs.length,
        changeSavedP50Ms: median(savedMs),
        changeUsedP50Ms: median(usedMs),
        changeUsedP99Ms: usedP99Ms,
      },
      ratios: { queryToRead: ratio },
      aims: { queryToRead: atLeast(100, ratio), changeUsedP99Ms: atMost(100, usedP99Ms) },
    }
  },
}

const timeQueries = async (db: Database, count: number): Promise<number[]> => {
  const took: number[] = []
  for (let i = 0; i < count; i++) {
    const startedAt = performance.now()
    await findAgentByName(db, null, NAME)
    took.push(performance.now() - startedAt)
  }
  return took
}

interface Changes {
  db: Database
  url: string
  person: Person
  changes: number
}

/** From the beginning of a change, as /agent set makes it, to its use in another process; and until it was saved. */
const timeChanges = async ({ cleanup }: BenchContext, { db, url, person, changes }: Changes) => {
  const reader = fork(fileURLToPath(new URL('./config-cache/reader.ts', import.meta.url)), [url, NAME], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  cleanup.defer(() => {
    reader.kill()
  })
  const told = on(reader, 'message', { close: ['exit'] })
  const next = async (): Promise<Told> => {
    const { value, done } = await told.next()
    if (done) throw new Error('the reading process ended')
    return value[0]
  }
  await next()
  const agent = await findAgentByName(db, null, NAME)
  if (!agent) throw new Error(`there is no ${NAME}`)
  const [usedMs, savedMs]: [number[], number[]] = [[], []]
  for (let i = 1; i <= changes; i++) {
    const startedNs = process.hrtime.bigint()
    const { version } = await change(db, agent, person, i)
    savedMs.push(Number(process.hrtime.bigint() - startedNs) / 1e6)
    const use = await next()
    if (use === 'ready' || use.version !== version) throw new Error('a change was used that nobody made')
    usedMs.push(Number(BigInt(use.atNs) - startedNs) / 1e6)
    await systemClock.sleep(PAUSE_MS)
  }
  return { usedMs, savedMs }
}

const change = (db: Database, { id }: Agent, person: Person, i: number): Promise<Agent> =>
  db.transaction((tx) =>
    setAgent(
      tx,
      { id, assignments: [{ path: 'max_tokens', value: String(1_000 + i) }] },
      { person, surface: 'bench', now: new Date() },
    ),
  )
