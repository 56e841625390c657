import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Deployer } from '../../src/deploy/deployer.ts'
import {
  RESTART_POLICY,
  readJson,
  type SupervisorState,
  serviceFiles,
  writeJson,
} from '../../src/deploy/local/service-folder.ts'
import { createLocalDeployer } from '../../src/deploy/local.ts'
import { createLog } from '../../src/log.ts'
import { createSandbox } from '../../src/workers/sandbox.ts'
import { freePort } from '../support/free-port.ts'
import { hastyClock } from '../support/hasty-clock.ts'
import { needs } from '../support/needs.ts'
import { waitFor } from '../support/wait-for.ts'

const log = createLog({ level: 'silent' })
const restartPolicy = {
  ...RESTART_POLICY,
  firstDelayMs: 20,
  longestDelayMs: 50,
  maxQuickFailures: 3,
  stopGraceMs: 3000,
}

/** Real time between the looks at real processes: a hasty clock would use its attempts up before they start. */
const clock = {
  ...hastyClock,
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 100))),
}

let home: string
let port: number

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'deploy-test-'))
  await writeFile(join(home, 'secret'), 'the-secret-of-prorab')
  port = await freePort()
})

const SERVICE = `
  import { createServer } from 'node:http'
  import { appendFileSync, existsSync, readFileSync } from 'node:fs'
  const { PORT, HOST, VERSION, DATA_DIR } = process.env
  console.log('hello from', VERSION)
  const read = (path) => { try { return readFileSync(path, 'utf8') } catch (e) { return e.code } }
  const pages = {
    '/healthz': () => JSON.stringify({ version: VERSION }),
    '/pid': () => String(process.pid),
    '/env': () => JSON.stringify(process.env),
    '/count': () => { appendFileSync(DATA_DIR + '/count', 'x'); return String(readFileSync(DATA_DIR + '/count').length) },
    '/crash': () => setTimeout(() => process.exit(3), 20) && 'bye',
    '/hog': () => { globalThis.hog = []; setInterval(() => hog.push(Buffer.alloc(2e7, 1)), 5); return 'ok' },
  }
  createServer((request, reply) => {
    const { pathname, searchParams } = new URL(request.url, 'http://x')
    reply.end(pathname === '/read' ? read(searchParams.get('path')) : (pages[pathname] ?? (() => '?'))())
  }).listen(Number(PORT), HOST)
  process.on('SIGTERM', () => { console.log('goodbye from', VERSION); process.exit(0) })
`

const release = async (version: string, code = SERVICE) => {
  const dir = join(home, 'made', version)
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'server.mjs'), code)
  await writeFile(join(dir, 'package.json'), '{"scripts":{"start":"node server.mjs"}}')
  return dir
}

const get = (path: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } }).then((answer) =>
    answer.text(),
  )
const answers = (path: string) => waitFor(() => get(path), `an answer of ${path}`)

/** Every process whose command line or environment names this test's folder. */
const processesHere = async () => {
  const found: string[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    const env = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
    if (`${text}${env}`.includes(home) || env.includes(`PORT=${port}\0`))
      found.push(text.replaceAll('\0', ' '))
  }
  return found
}

const suite = (bubblewrap: 'auto' | 'off') => {
  let deployer: Deployer
  let dataDir: string
  const files = () => serviceFiles(join(dataDir, 'services/links'))
  const stateNow = async () => {
    const state = await readJson<SupervisorState>(files().state)
    if (!state) throw new Error('no state')
    return state
  }
  const create = () =>
    createLocalDeployer({ dataDir, log, clock, restartPolicy, sandbox: createSandbox({ log, bubblewrap }) })

  beforeEach(async () => {
    dataDir = join(home, 'data')
    await mkdir(dataDir)
    deployer = create()
  })
  afterEach(async () => {
    await deployer.remove('links')
    await waitFor(async () => (await processesHere()).length === 0, 'all processes to end')
    await rm(home, { recursive: true, force: true })
  })

  const deploy = async (version: string, code?: string, env?: Record<string, string>) =>
    deployer.deploy({
      service: { name: 'links', projectId: 'p1' },
      releaseDir: await release(version, code),
      version,
      port,
      env,
    })

  test('a service is deployed, answers, and says how it is', async () => {
    expect(await deploy('v1')).toEqual({ ok: true, url: `http://127.0.0.1:${port}`, version: 'v1', port })
    expect(await get('/count')).toBe('1')
    expect(await deployer.status('links')).toMatchObject({
      state: 'running',
      healthy: true,
      version: 'v1',
      restarts: 0,
    })
    expect(await deployer.status('nothing')).toMatchObject({ state: 'absent', healthy: false })
    await waitFor(
      async () => (await deployer.logs('links', { lines: 10 })).includes('hello from v1'),
      'the log',
    )
    expect(await deployer.logs('links', { lines: 1 })).toBe('hello from v1')
  })

  test('the same deployment asked for again changes nothing, and two at once are one', async () => {
    const results = await Promise.all([
      deploy('v1'),
      create().deploy({
        service: { name: 'links', projectId: 'p1' },
        releaseDir: await release('v1'),
        version: 'v1',
        port,
      }),
    ])
    expect(results.map(({ ok }) => ok)).toEqual([true, true])
    const before = await stateNow()
    await deploy('v1')
    expect(await stateNow()).toEqual(before)
    const supervisors = (await processesHere()).filter((line) => line.includes('supervise.ts'))
    expect(supervisors).toHaveLength(1)
  })

  test('a new version takes over port and data', async () => {
    await deploy('v1')
    await get('/count')
    expect(await deploy('v2')).toMatchObject({ ok: true, version: 'v2' })
    expect(await get('/count')).toBe('2')
    expect(await get('/healthz')).toContain('v2')
    expect(await deployer.logs('links', { lines: 100 })).toContain('goodbye from v1')
  })

  test('a first version that fails leaves nothing running', async () => {
    expect(await deploy('v1', 'process.exit(1)')).toMatchObject({ ok: false, rolledBack: false })
    expect(await deployer.status('links')).toMatchObject({ state: 'stopped', healthy: false })
    expect(await deployer.resume()).toEqual([])
  })

  test('a version whose files were harmed is put in its place anew when it is deployed again', async () => {
    await deploy('v1')
    const place = join(files().releases, 'v1')
    for (const file of await readdir(place)) await rm(join(place, file), { recursive: true })
    expect(await deployer.restart('links')).toMatchObject({ healthy: false })
    expect(await deploy('v1')).toMatchObject({ ok: true, version: 'v1' })
    expect(await readdir(place)).not.toEqual([])
  })

  test('a service that ends by itself is started again', async () => {
    await deploy('v1')
    await get('/crash')
    await waitFor(async () => (await deployer.status('links')).restarts === 1, 'a restart')
    await answers('/healthz')
    expect((await deployer.status('links')).lastEnd).toBe('exit code 3')
  })

  test('a service that hogs memory is ended and started again', async () => {
    await deploy('v1')
    await get('/hog')
    await waitFor(async () => (await deployer.status('links')).lastEnd, 'an end')
    await answers('/healthz')
  })

  test('a killed supervisor takes its service along, and both are brought back', async () => {
    await deploy('v1')
    process.kill((await stateNow()).supervisor.pid, 'SIGKILL')
    await waitFor(async () => (await deployer.status('links')).state === 'down', 'the end of the supervisor')
    expect(await deployer.resume()).toEqual(['links'])
    expect(await deployer.resume()).toEqual([])
    expect(await deployer.status('links')).toMatchObject({ state: 'running', healthy: true })
  })

  test('after a reboot, with other processes under the old numbers, it is brought back and nobody else is touched', async () => {
    await deploy('v1')
    const state = await stateNow()
    const bystander = spawn('sleep', ['60'])
    process.kill(state.supervisor.pid, 'SIGKILL')
    await waitFor(async () => (await processesHere()).length === 0, 'all to end')
    const recycled = { ...state.supervisor, pid: bystander.pid ?? 0 }
    await writeJson(files().state, {
      ...state,
      supervisor: recycled,
      service: { ...recycled, startTime: '1' },
    })
    expect(await deployer.resume()).toEqual(['links'])
    await deployer.stop('links')
    expect(bystander.exitCode).toBeNull()
    expect(bystander.kill('SIGKILL')).toBe(true)
  })

  test('stopped leaves no process and stays so; started, it is back', async () => {
    await deploy('v1')
    expect(await deployer.stop('links')).toMatchObject({ state: 'stopped', healthy: false })
    await waitFor(async () => (await processesHere()).length === 0, 'all processes to end')
    expect(await deployer.resume()).toEqual([])
    expect(await deployer.start('links')).toMatchObject({ state: 'running', healthy: true })
    expect(await deployer.start('links')).toMatchObject({ state: 'running', healthy: true })
    await expect(deployer.stop('nothing')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('stopped by a wish that is repeated goes on running when somebody has started it since', async () => {
    await deploy('v1')
    expect(await deployer.stop('links', { key: 'approval:1' })).toMatchObject({ state: 'stopped' })
    expect(await deployer.stop('links', { key: 'approval:1' })).toMatchObject({ state: 'stopped' })
    await deployer.start('links')
    await deploy('v2')
    expect(await deployer.stop('links', { key: 'approval:1' })).toMatchObject({ state: 'running' })
    expect(await deployer.stop('links', { key: 'approval:2' })).toMatchObject({ state: 'stopped' })
  })

  test('removed, its data is in the archive without its secrets, and its name is free', async () => {
    await deploy('v1', SERVICE, { API_KEY: 'k-123' })
    await get('/count')
    await deployer.remove('links')
    await deployer.remove('links')
    const [kept, ...others] = await readdir(join(dataDir, 'archive/services'))
    expect(others).toEqual([])
    const folder = join(dataDir, 'archive/services', kept ?? '')
    expect(await readFile(join(folder, 'data/count'), 'utf8')).toBe('x')
    for (const path of await readdir(folder, { recursive: true }))
      if ((await stat(join(folder, path))).isFile())
        expect(await readFile(join(folder, path), 'utf8')).not.toContain('k-123')
    expect(await deployer.status('links')).toMatchObject({ state: 'absent' })
  })

  test('it sees its own environment and files, and nothing of prorab', async () => {
    process.env.PRORAB_TEST_SECRET = 'in-the-environment'
    await deploy('v1', SERVICE, { GREETING: 'hello', PORT: '1', VERSION: 'mine' })
    delete process.env.PRORAB_TEST_SECRET
    const env = await get('/env')
    expect(env).toContain('"GREETING":"hello"')
    expect(env).toContain(`"PORT":"${port}"`)
    expect(env).not.toMatch(/PRORAB|in-the-environment/)
    for (const path of [
      join(home, 'secret'),
      files().desired,
      files().spec,
      `/proc/${process.pid}/environ`,
      '/etc/shadow',
    ])
      expect(await get(`/read?path=${encodeURIComponent(path)}`)).toMatch(
        /^(ENOENT|EACCES|ERR_ACCESS_DENIED)$/,
      )
    expect((await stat(files().desired)).mode & 0o077).toBe(0)
  })

  test('it outlives a kill of the program that deployed it', async () => {
    const code = `
      import { createLocalDeployer } from '${new URL('../../src/deploy/local.ts', import.meta.url).href}'
      import { createSandbox } from '${new URL('../../src/workers/sandbox.ts', import.meta.url).href}'
      import { createLog } from '${new URL('../../src/log.ts', import.meta.url).href}'
      const log = createLog({ level: 'silent' })
      const deployer = createLocalDeployer({ dataDir: '${dataDir}', log, sandbox: createSandbox({ log, bubblewrap: '${bubblewrap}' }) })
      const result = await deployer.deploy({ service: { name: 'links', projectId: 'p1' }, releaseDir: '${await release('v1')}', version: 'v1', port: ${port} })
      console.log(JSON.stringify(result))
      setInterval(() => {}, 1000)`
    const parent = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code],
      { detached: true },
    )
    await new Promise((resolve) => parent.stdout.once('data', resolve))
    process.kill(-(parent.pid ?? 0), 'SIGKILL')
    await new Promise((resolve) => parent.once('exit', resolve))
    const { service } = await stateNow()
    expect(await get('/healthz')).toContain('v1')
    expect(await deployer.resume()).toEqual([])
    expect((await deploy('v1')).ok).toBe(true)
    expect((await stateNow()).service).toEqual(service)
  })

  // These do not touch on what confines the service: once is enough.
  if (bubblewrap === 'auto') return

  test('two supervisors started for one service end as one', async () => {
    await deploy('v1')
    const second = spawn(
      process.execPath,
      [
        new URL('../../src/deploy/local/supervise.ts', import.meta.url).pathname,
        join(dataDir, 'services/links'),
      ],
      { stdio: 'ignore' },
    )
    expect(await new Promise((resolve) => second.once('exit', resolve))).not.toBe(0)
    expect(await get('/healthz')).toContain('v1')
  })

  test.each([
    ['ends at once', 'console.error("cannot begin"); process.exit(1)', 'keeps ending: exit code 1'],
    [
      'answers as another version',
      SERVICE.replace('VERSION })', "'v1' })"),
      'answered version v1 instead of v2',
    ],
    [
      'answers with an error',
      SERVICE.replace(
        'createServer((request, reply) => {',
        "createServer((request, reply) => { console.error('cannot begin'); reply.statusCode = 500;",
      ),
      'answered 500',
    ],
  ])('a version that %s is taken back, and the one before runs again', async (_, code, reason) => {
    await deploy('v1')
    await get('/count')
    const result = await deploy('v2', code)
    expect(result).toMatchObject({
      ok: false,
      rolledBack: true,
      portTaken: false,
      reason: expect.stringContaining(reason),
    })
    expect(await get('/healthz')).toContain('v1')
    expect(await get('/count')).toBe('2')
    if (!result.ok && !reason.includes('v1')) expect(result.logTail).toContain('cannot begin')
  })

  test('a port that another program has is named, and the old version goes on', async () => {
    const other = createServer()
    const taken = await new Promise<number>((resolve) =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
    )
    await deploy('v1')
    const result = await deployer.deploy({
      service: { name: 'links', projectId: 'p1' },
      releaseDir: await release('v2'),
      version: 'v2',
      port: taken,
    })
    other.close()
    expect(result).toMatchObject({
      ok: false,
      rolledBack: true,
      portTaken: true,
      reason: `port ${taken} is taken by another program`,
    })
    expect(await get('/healthz')).toContain('v1')
  })

  test('a port that another program had for a while is named as well, once it is free again', async () => {
    const result = await deploy(
      'v1',
      `console.error('Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}'); process.exit(1)`,
    )
    expect(result).toMatchObject({ ok: false, portTaken: true })
    // What an earlier version was told is nobody's trouble now.
    expect(await deploy('v2', 'console.error("cannot begin"); process.exit(1)')).toMatchObject({
      ok: false,
      portTaken: false,
    })
  })

  test('a service that keeps ending is given up, said, and can be started by a person', async () => {
    await deploy('v1')
    const crash = () => get('/crash').catch(() => '')
    await waitFor(
      async () => (await crash()) === '' && (await deployer.status('links')).state === 'crash-looping',
      'giving up',
    )
    expect(await deployer.logs('links', { lines: 3 })).toContain('given up')
    expect(await deployer.resume()).toEqual([])
    expect(await deployer.restart('links')).toMatchObject({ state: 'running', healthy: true, restarts: 0 })
  })

  test('a deployment interrupted by a kill goes back to what was healthy', async () => {
    await deploy('v1')
    await deployer.stop('links')
    const desired = await readJson<Record<string, unknown>>(files().desired)
    const next = { version: 'v2', port, env: {} }
    await writeJson(files().desired, {
      ...desired,
      running: true,
      verified: false,
      current: next,
      previous: desired?.current,
    })
    expect(await deployer.resume()).toEqual(['links'])
    expect(await get('/healthz')).toContain('v1')
  })

  test('old releases go, the newest and the one before stay', async () => {
    for (const version of ['v1', 'v2', 'v3', 'v4', 'v5', 'v6']) await deploy(version)
    expect((await readdir(files().releases)).sort()).toEqual(['v3', 'v4', 'v5', 'v6'])
  })
}

needs('bwrap')('the local deployer with bubblewrap', () => suite('auto'))
describe('the local deployer without bubblewrap', () => suite('off'))

test.each(['../x', '', 'A', '.locks', 'a/b'])('a service is never named %j', async (name) => {
  const deployer = createLocalDeployer({ dataDir: home, log, sandbox: createSandbox({ log }) })
  const wish = { service: { name, projectId: 'p' }, releaseDir: home, version: 'v1', port }
  await expect(deployer.deploy(wish)).rejects.toMatchObject({ code: 'invalid' })
})
