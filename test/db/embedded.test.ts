import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectDatabase } from '../../src/db/client.ts'
import {
  destroyEmbeddedPostgres,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/db/embedded.ts'
import { createLog } from '../../src/log.ts'
import { freePort } from '../support/free-port.ts'
import { createScratchFolder } from '../support/scratch.ts'
import { waitFor } from '../support/wait-for.ts'

const log = createLog({ level: 'silent' })

let folder: Awaited<ReturnType<typeof createScratchFolder>>
let dataDir: string
const running = new Set<EmbeddedPostgres>()

const start = async (options: { pickPort?: () => Promise<number> } = {}) => {
  const server = await startEmbeddedPostgres({ dataDir, log, durable: false, ...options })
  running.add(server)
  return server
}

const query = async (url: string, text: string) => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return (await sql.unsafe(text)) as unknown as Record<string, unknown>[]
  } finally {
    await sql.end()
  }
}

/** A prorab in a process of its own, which has the folder until it is killed. */
const startElsewhere = async (): Promise<{ process: ChildProcess; url: string }> => {
  const script = fileURLToPath(new URL('fixtures/hold-embedded.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit').then(() => Promise.reject(new Error('the other prorab did not start')))
  exited.catch(() => {})
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited])
  return { process: child, url: JSON.parse(String(line)).url }
}

const kill = async (child: ChildProcess) => {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

beforeEach(async () => {
  folder = await createScratchFolder()
  dataDir = join(folder.path, 'data')
})

afterEach(async () => {
  for (const server of running) await server.stop()
  running.clear()
  await folder[Symbol.asyncDispose]()
})

test('a new data folder gets a database that is still there after a stop and a start', async () => {
  const first = await start()
  expect(first.adopted).toBe(false)
  await query(first.url, 'create table kept (word text); insert into kept values (upper($$прораб$$))')
  await first.stop()
  await expect(query(first.url, 'select 1')).rejects.toThrow()

  const second = await start()
  expect(second.adopted).toBe(false)
  expect(await query(second.url, 'select word from kept')).toEqual([{ word: 'ПРОРАБ' }])
})

test('only this machine can reach the database, and only with the password that nobody else can read', async () => {
  const { url } = await start()
  const wrong = new URL(url)
  wrong.password = 'guess'
  await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/)
  expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  expect(await query(url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }])
  expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600)
})

test('what people wrote does not end up in the server’s log when a query fails', async () => {
  const { url } = await start()
  await query(url, 'create table words (word text primary key)')
  await query(url, "insert into words values ('my-secret')")
  await expect(query(url, "insert into words values ('my-secret')")).rejects.toThrow(/duplicate key/)
  const serverLog = await readFile(join(await homeOf(), 'server.log'), 'utf8')
  expect(serverLog).toContain('duplicate key')
  expect(serverLog).not.toContain('my-secret')
})

test('after kill -9 the next start finds the running server, takes it over, and stops it in the end', async () => {
  const killed = await startElsewhere()
  await query(killed.url, 'create table kept as select 42 as answer')
  await kill(killed.process)
  expect(await query(killed.url, 'select answer from kept')).toEqual([{ answer: 42 }])

  const next = await start()
  expect(next).toMatchObject({ adopted: true, url: killed.url })
  await next.stop()
  await expect(query(killed.url, 'select 1')).rejects.toThrow()
})

test('a second prorab on the same folder is told which process has it, and gets it when that one is killed', async () => {
  const first = await startElsewhere()
  await expect(start()).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringContaining(`process ${first.process.pid}`),
  })
  expect(await query(first.url, 'select 1 as fine')).toEqual([{ fine: 1 }])
  await kill(first.process)
  expect((await start()).adopted).toBe(true)
})

test('of two that start on a new folder at the same moment one wins and the other is told', async () => {
  const results = await Promise.allSettled([start(), start()])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'misconfigured' },
  })
})

test('a port that somebody took in the meantime is given up for another', async () => {
  const occupant = createServer().listen(0, '127.0.0.1')
  await once(occupant, 'listening')
  const address = occupant.address()
  const taken = typeof address === 'object' && address ? address.port : 0
  const ports = [taken, taken]
  const free = await freePort()
  const { url } = await start({ pickPort: async () => ports.pop() ?? free })
  expect(Number(new URL(url).port)).toBe(free)
  expect(await query(url, 'select 1 as fine')).toEqual([{ fine: 1 }])
  occupant.close()
})

test('a pid file that names a process of somebody else, as after a reboot, does not keep the database from starting', async () => {
  const first = await start()
  const pidFile = join(await homeOf(), 'data/postmaster.pid')
  const left = await readFile(pidFile, 'utf8')
  await first.stop()
  await writeFile(pidFile, left.replace(/^\d+/, String(process.pid)))

  const second = await start()
  expect(second.adopted).toBe(false)
  expect(await query(second.url, 'select 1 as fine')).toEqual([{ fine: 1 }])
})

test('destroying what a killed prorab left stops the server and removes the database, and not under a running prorab', async () => {
  const first = await startElsewhere()
  await expect(destroyEmbeddedPostgres(dataDir)).rejects.toMatchObject({ code: 'misconfigured' })
  await kill(first.process)
  const home = await homeOf()
  await destroyEmbeddedPostgres(dataDir)
  await expect(query(first.url, 'select 1')).rejects.toThrow()
  await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' })

  const { url, adopted } = await start()
  expect(adopted).toBe(false)
  expect(await query(url, 'select 1 as fine')).toEqual([{ fine: 1 }])
})

test('a data folder that cannot be made is refused with what to do', async () => {
  await writeFile(dataDir, 'a file stands here')
  await expect(start()).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringContaining('PRORAB_DATA_DIR'),
  })
})

test('a pool of connections works again after the server was restarted', async () => {
  const port = await freePort()
  const first = await start({ pickPort: async () => port })
  const handle = connectDatabase(first.url)
  await handle.sql`select 1`
  await first.stop()
  await expect(handle.sql`select 1`).rejects.toThrow()

  await start({ pickPort: async () => port })
  const [row] = await waitFor(() => handle.sql`select 1 as fine`, 'the pool to reconnect')
  expect(row).toEqual({ fine: 1 })
  await handle.close()
})

const homeOf = async (): Promise<string> =>
  JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')).home
