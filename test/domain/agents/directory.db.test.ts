import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectDatabase, type DatabaseHandle } from '../../../src/db/client.ts'
import * as schema from '../../../src/db/schema/index.ts'
import { type AgentDirectory, createAgentDirectory } from '../../../src/domain/agents/directory.ts'
import { seedAgents } from '../../../src/domain/agents/seed.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase, cutConnections, type TestDatabase } from '../../support/database.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const TTL_MS = 60_000
const log = createLog({ level: 'silent' })

let database: TestDatabase
/** Time stands still unless a test moves it: what is forgotten is not forgotten because it was old. */
let clock: ManualClock
let directory: AgentDirectory
let queries: number

const directoryOn = ({ sql }: Pick<DatabaseHandle, 'sql'>) =>
  createAgentDirectory({
    db: drizzle(sql, { schema, casing: 'snake_case', logger: { logQuery: () => queries++ } }),
    sql,
    clock,
    log,
    ttlMs: TTL_MS,
  })

beforeEach(async () => {
  database = await createTestDatabase()
  await seedAgents(database.db, agentSeeds())
  clock = createManualClock()
  queries = 0
  directory = directoryOn(database)
  await directory.listening
})
afterEach(async () => {
  await directory.close()
  await database.close()
})

const modelOf = async (from = directory) => (await from.systemAgent('architect')).config.model
/** As somebody at a psql prompt would. */
const changeModel = (model: string) =>
  database.sql`update agents set config = jsonb_set(config, '{model}', to_jsonb(${model}::text)) where role = 'architect'`

describe('agents that are asked for again and again', () => {
  it('are read from the database once', async () => {
    for (let i = 0; i < 100; i++) await directory.systemAgent('architect')
    expect(queries).toBe(1)
  })

  it('are read once as well when a thousand ask at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 1_000 }, () => directory.systemAgent('architect')))
    expect(new Set(all).size).toBe(1)
    expect(queries).toBe(1)
  })

  it('are the same by every look-up', async () => {
    const architect = await directory.systemAgent('architect')
    expect(await directory.findAgent(architect.id)).toEqual(architect)
    expect(await directory.findAgentByName(null, 'ARCHITECT')).toEqual(architect)
    expect(await directory.findAgentByName(null, 'nobody')).toBeUndefined()
    const project = '00000000-0000-4000-8000-000000000001'
    expect(await directory.getAgentsByRole(project, 'code')).toEqual([])
    expect(await directory.getOrchestrator(null, project)).toBeUndefined()
  })

  it('a failure is told and not remembered', async () => {
    await expect(directory.systemAgent('debug')).rejects.toMatchObject({ code: 'misconfigured' })
    await database.sql`update agents set role = 'debug' where name = 'DevOps'`
    await waitFor(() => directory.systemAgent('debug'), 'the new debug agent')
  })
})

describe('a change is used everywhere at once', () => {
  it('by whatever program it was made', async () => {
    expect(await modelOf()).toBe('')
    await changeModel('by-psql')
    await waitFor(async () => (await modelOf()) === 'by-psql', 'the change')
  })

  it('whatever kind of writing it was', async () => {
    const names = async () => (await directory.findAgentByName(null, 'Extra'))?.name
    expect(await names()).toBeUndefined()
    await database.sql`insert into agents (name, role, config) select 'Extra', role, config from agents where name = 'Tester'`
    await waitFor(async () => (await names()) === 'Extra', 'the insert')
    await database.sql`delete from agents where name = 'Extra'`
    await waitFor(async () => (await names()) === undefined, 'the deletion')
    expect(await modelOf()).toBe('')
    await database.sql`truncate agents cascade`
    await waitFor(
      () =>
        modelOf().then(
          () => false,
          () => true,
        ),
      'the emptiness',
    )
  })

  it('once it is committed, and not when it is taken back', async () => {
    expect(await modelOf()).toBe('')
    await database.sql
      .begin(async (sql) => {
        await sql`update agents set config = jsonb_set(config, '{model}', '"never"')`
        throw new Error('changed my mind')
      })
      .catch(() => {})
    await changeModel('after')
    await waitFor(async () => (await modelOf()) !== '', 'any change')
    expect(await modelOf()).toBe('after')
  })

  it('by another process: the command line', async () => {
    expect(await modelOf()).toBe('')
    const child = spawn(process.execPath, [MAIN, 'agents', 'set', 'Architect', 'model=by-cli'], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: database.url },
      stdio: 'ignore',
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
    await waitFor(async () => (await modelOf()) === 'by-cli', 'the change')
  })
})

describe('a notification that is lost', () => {
  it('costs at most the time to live', async () => {
    expect(await modelOf()).toBe('')
    await database.sql`alter table agents disable trigger all`
    await changeModel('unheard')
    await clock.advance(TTL_MS - 1)
    expect(await modelOf()).toBe('')
    await clock.advance(1)
    expect(await modelOf()).toBe('unheard')
  })

  it('with the connection is made good when it is there again', async () => {
    expect(await modelOf()).toBe('')
    await database.sql`alter table agents disable trigger all`
    await changeModel('unheard')
    await cutConnections(database.url)
    await waitFor(async () => (await modelOf()) === 'unheard', 'the new connection')
    await database.sql`alter table agents enable trigger all`
    await changeModel('heard')
    await waitFor(async () => (await modelOf()) === 'heard', 'the change')
  })

  it('while the database could not be reached for a while, as well', async () => {
    await using road = await createRoad(database.url)
    const away = connectDatabase(road.url)
    const far = directoryOn(away)
    try {
      await far.listening
      expect(await modelOf(far)).toBe('')
      await road.close()
      await changeModel('meanwhile')
      await waitFor(() => road.refused() >= 3, 'some attempts in vain')
      await road.open()
      await waitFor(async () => (await modelOf(far)) === 'meanwhile', 'the new connection')
      await changeModel('again')
      await waitFor(async () => (await modelOf(far)) === 'again', 'the change')
    } finally {
      await far.close()
      await away.close()
    }
  })
})

it('a directory that was closed answers from the database', async () => {
  await directory.close()
  expect(await modelOf()).toBe('')
  await changeModel('after')
  expect(await modelOf()).toBe('after')
})

/** A way to the database that can be closed: whoever is on it is cut off, and whoever comes is turned away. */
const createRoad = async (url: string) => {
  const to = new URL(url)
  const travellers = new Set<Socket>()
  let isOpen = true
  let refused = 0
  const server = createServer((near) => {
    if (!isOpen) {
      refused++
      near.destroy()
      return
    }
    const far = connect(Number(to.port), to.hostname)
    for (const socket of [near, far]) {
      travellers.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        travellers.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const from = new URL(url)
  from.hostname = '127.0.0.1'
  from.port = typeof address === 'object' && address ? String(address.port) : ''
  const cut = () => {
    for (const socket of travellers) socket.destroy()
  }
  return {
    url: from.href,
    refused: () => refused,
    open: async () => {
      isOpen = true
    },
    close: async () => {
      isOpen = false
      cut()
    },
    [Symbol.asyncDispose]: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
