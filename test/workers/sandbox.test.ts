import { spawn } from 'node:child_process'
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { createSandbox } from '../../src/workers/sandbox.ts'
import type { SandboxRun } from '../../src/workers/sandbox-policy.ts'
import { needs } from '../support/needs.ts'
import { waitFor } from '../support/wait-for.ts'

const log = createLog({ level: 'silent' })

let home: string
let work: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  work = join(home, 'work')
  await mkdir(work)
  await writeFile(join(home, 'secret'), 'the-secret-of-prorab')
})
afterEach(() => rm(home, { recursive: true, force: true }))

const suite = (bubblewrap: 'auto' | 'off') => {
  const sandbox = createSandbox({ log, bubblewrap })

  const runCode = async (code: string, policy: Partial<SandboxRun> = {}) => {
    await writeFile(join(work, 'program.cjs'), code)
    return sandbox.run({
      command: ['node', 'program.cjs'],
      cwd: work,
      timeoutMs: 15_000,
      memoryMb: 256,
      maxOutputBytes: 100_000,
      network: 'loopback-own',
      ...policy,
    })
  }

  test('a program that behaves is run to its end, both its streams in order', async () => {
    const result = await runCode(
      `const { writeSync } = require('fs'); writeSync(1, 'one '); writeSync(2, 'two '); writeSync(1, 'three')`,
    )
    expect(result).toMatchObject({ outcome: 'ok', exitCode: 0, output: 'one two three' })
  })

  test('a program that fails says how', async () => {
    const result = await runCode(`console.error('no such thing'); process.exit(3)`)
    expect(result).toMatchObject({ outcome: 'failed', exitCode: 3, output: 'no such thing\n' })
  })

  test("node's own test runner works, with a server on loopback", async () => {
    await writeFile(
      join(work, 'server.test.mjs'),
      `import { test } from 'node:test'
       import { createServer } from 'node:http'
       test('serves', async () => {
         const server = createServer((_, reply) => reply.end('served')).listen(0, '127.0.0.1')
         await new Promise((r) => server.once('listening', r))
         const text = await (await fetch('http://127.0.0.1:' + server.address().port)).text()
         if (text !== 'served') throw new Error(text)
         const named = await (await fetch('http://localhost:' + server.address().port)).text()
         if (named !== 'served') throw new Error(named)
         server.close()
         server.closeAllConnections()
       })`,
    )
    const result = await runCode('', { command: ['node', '--test'] })
    expect(result.output).toContain('pass 1')
    expect(result.outcome).toBe('ok')
  })

  test('the environment of prorab does not exist inside', async () => {
    process.env.PRORAB_TEST_SECRET = 'in-the-environment'
    const result = await runCode('console.log(JSON.stringify(process.env))', { env: { GREETING: 'hello' } })
    delete process.env.PRORAB_TEST_SECRET
    expect(result.output).toContain('"GREETING":"hello"')
    expect(result.output).not.toMatch(/PRORAB|in-the-environment|SANDBOX/)
  })

  test('the environment and memory of prorab cannot be read through /proc', async () => {
    const result = await runCode(`
      const fs = require('fs')
      for (const who of [${process.pid}, process.ppid]) for (const what of ['environ', 'maps', 'cwd/package.json', 'root/etc/passwd'])
        try { console.log('READ', what, fs.readFileSync('/proc/' + who + '/' + what, 'latin1').includes('vitest')) } catch (e) { console.log(e.code) }`)
    expect(result.output).not.toContain('true')
    if (bubblewrap === 'off') expect(result.output).not.toContain('READ')
  })

  test.each([
    ['a parent folder', '../secret'],
    ['an absolute path', 'ABSOLUTE'],
    ['a link', 'link'],
    ['a link to a folder', 'folder/secret'],
    ['the root of the machine', '/etc/shadow'],
  ])('a file outside is not read by %s', async (_, path) => {
    await symlink(join(home, 'secret'), join(work, 'link'))
    await symlink(home, join(work, 'folder'))
    const result = await runCode(
      `console.log(require('fs').readFileSync(${JSON.stringify(path === 'ABSOLUTE' ? join(home, 'secret') : path)}, 'utf8'))`,
    )
    expect(result.outcome).toBe(bubblewrap === 'off' ? 'refused' : 'failed')
    expect(result.output).not.toContain('the-secret-of-prorab')
  })

  test('nothing is written beside the folders it may write', async () => {
    await mkdir(join(work, 'out'))
    const result = await runCode(
      `const fs = require('fs')
       for (const path of ['out/a', 'b', '../c', '${home}/d', '/usr/e', '/etc/f', '/dev/g', '/h'])
         try { fs.writeFileSync(path, 'x'); console.log('wrote ' + path) } catch {}`,
      { writable: [join(work, 'out')] },
    )
    expect(result.output.trim()).toBe('wrote out/a')
    expect(await readdir(home)).toEqual(['secret', 'work'])
    expect(await readFile(join(work, 'out/a'), 'utf8')).toBe('x')
  })

  test('paths of the policy are told to the program as it sees them', async () => {
    const other = join(home, 'other')
    await mkdir(other)
    const result = await runCode(
      `require('fs').writeFileSync(process.env.DATA_DIR + '/kept', process.argv[2].endsWith('program.cjs') ? 'yes' : 'no')`,
      {
        command: ['node', 'program.cjs', join(work, 'program.cjs')],
        writable: [other],
        env: { DATA_DIR: other },
      },
    )
    expect(result.outcome).toBe('ok')
    expect(await readFile(join(other, 'kept'), 'utf8')).toBe('yes')
  })

  test('a server of the machine cannot be reached from a test run', async () => {
    let connections = 0
    const database = createServer((socket) => {
      connections++
      socket.end('welcome')
    })
    const path = join(work, 'db.sock')
    const local = createServer((socket) => {
      connections++
      socket.end('welcome')
    }).listen(path)
    await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve))
    const { port } = database.address() as { port: number }
    const result = await runCode(`
      const net = require('net')
      const attempts = { tcp: { port: ${port}, host: '127.0.0.1' }, six: { port: ${port}, host: '::ffff:127.0.0.1' }, unix: { path: 'db.sock' } }
      for (const [name, target] of Object.entries(attempts)) {
        try { net.connect(target).on('data', (d) => console.log(name, String(d))).on('error', (e) => console.log(name, e.code)) } catch (e) { console.log(name, e.code) }
      }
      fetch('http://127.0.0.1:${port}').then(() => console.log('fetched'), () => console.log('fetch failed'))
      const udp = require('dgram').createSocket('udp4')
      udp.on('error', () => {})
      try { udp.send('x', ${port}, '127.0.0.1', () => udp.close()) } catch { udp.close() }
      setTimeout(() => process.exit(), 1000)`)
    database.close()
    local.close()
    if (bubblewrap === 'off') expect(connections).toBe(0)
    expect(result.output).not.toMatch(/tcp welcome|six welcome|fetched/)
    expect(result.output).toContain('fetch failed')
  })

  test('prorab cannot be signalled', async () => {
    let signals = 0
    const count = () => signals++
    process.on('SIGUSR2', count)
    const result = await runCode(`
      for (const target of [${process.pid}, process.ppid]) {
        try { process.kill(target, 'SIGUSR2') } catch (e) { console.log(e.code) }
        try { process._kill(target, 12) } catch {}
      }
      setTimeout(() => process.kill(process.pid, 'SIGTERM'), 100)
      setTimeout(() => console.log('not even itself'), 1000)`)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('SIGUSR2', count)
    expect(signals).toBe(0)
    expect(result.output).not.toContain('not even itself')
  })

  test('an endless loop is ended by its time limit', async () => {
    const result = await runCode('console.log("began"); for (;;);', { timeoutMs: 1500 })
    expect(result).toMatchObject({ outcome: 'timeout', output: 'began\n' })
  })

  test('a caller who gives up ends the program', async () => {
    const result = await runCode('setInterval(() => {}, 1000)', { signal: AbortSignal.timeout(500) })
    expect(result.outcome).toBe('stopped')
  })

  test('a flood of output is cut and ended', async () => {
    const result = await runCode(`for (;;) process.stdout.write('flood '.repeat(1000))`, {
      maxOutputBytes: 5000,
    })
    expect(result.outcome).toBe('output_limit')
    expect(result.output).toHaveLength(5000 + '\n[output cut at 5000 bytes]'.length)
  })

  test('a hog of memory is ended, on the heap or beside it', async () => {
    const heap = await runCode('const a = []; for (;;) a.push(new Array(1000).fill(a.length))', {
      memoryMb: 128,
    })
    expect(heap.outcome).toBe('memory')
    const beside = await runCode('const a = []; setInterval(() => a.push(Buffer.alloc(8e6, 1)), 10)', {
      memoryMb: 200,
    })
    expect(beside.outcome).toBe('memory')
  })

  test('a program that fills the disk is ended, with many files or a large one', async () => {
    const many = await runCode(
      `let n = 0; setInterval(() => { for (let i = 0; i < 10; i++) require('fs').writeFileSync('fill' + n++, Buffer.alloc(1e6)) }, 20)`,
      { writable: [work], diskMb: 30 },
    )
    expect(many.outcome).toBe('disk')
    const large = await runCode(
      `const fs = require('fs'); const f = fs.openSync('large', 'w'); for (let i = 0; i < 100; i++) fs.writeSync(f, Buffer.alloc(1e6))`,
      { writable: [work], diskMb: 500 },
    )
    expect(large.outcome).toBe('failed')
  })

  test('temporary files are its own and bounded', async () => {
    const before = await readdir(tmpdir())
    const result = await runCode(
      `const fs = require('fs'), path = require('path'), os = require('os')
       const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mine-'))
       fs.writeFileSync(path.join(folder, 'a'), 'x')
       console.log(fs.readdirSync(os.tmpdir()).length)`,
    )
    expect(result).toMatchObject({ outcome: 'ok', output: '1\n' })
    expect(
      (await readdir(tmpdir())).filter(
        (name) => /^(mine|sandbox)-\w{6}$/.test(name) && !before.includes(name),
      ),
    ).toEqual([])
  })

  test('children forked without end are contained', async () => {
    const result = await runCode(
      `const { spawn } = require('child_process')
       let refused = 0
       setInterval(() => { for (let i = 0; i < 20; i++) try { spawn('sh', ['-c', 'sleep 60 & sleep 60 & sleep 60'], { detached: true }).on('error', () => refused++) } catch (e) { console.log(e.code); process.exit(7) } }, 1)
       setTimeout(() => { console.log('refused', refused > 0); process.exit(8) }, 4000)`,
      { timeoutMs: 20_000, memoryMb: 1024 },
    )
    expect(['failed', 'processes']).toContain(result.outcome)
    if (result.exitCode === 8) expect(result.output).toContain('refused true')
    if (bubblewrap === 'off') expect(result.output).toContain('ERR_ACCESS_DENIED')
    await waitFor(async () => (await processesNamed('sleep 60')) === 0, 'all children to end')
  })

  test.runIf(process.getuid?.() === 0)('started by root, it is not root', async () => {
    await chmod(home, 0o755)
    const result = await runCode(
      `require('fs').writeFileSync('mine', 'x')
       console.log(process.getuid() > 1e9, process.getgid() > 1e9, process.getgroups().every((g) => g > 1e9))`,
      { writable: [work] },
    )
    expect(result).toMatchObject({ outcome: 'ok', output: 'true true true\n' })
    expect((await stat(join(work, 'mine'))).uid).toBeGreaterThan(1e9)
  })

  test('where node itself lies in a closed folder, programs run all the same', async () => {
    const nodePath = join(home, 'node')
    await copyFile(process.execPath, nodePath)
    await chmod(home, 0o700)
    await writeFile(join(work, 'program.cjs'), 'console.log(process.version)')
    const result = await createSandbox({ log, bubblewrap, nodePath }).run({
      ...{ command: ['node', 'program.cjs'], cwd: work, network: 'none' },
      ...{ timeoutMs: 15_000, memoryMb: 256, maxOutputBytes: 1000 },
    })
    expect(result).toMatchObject({ outcome: 'ok', output: `${process.version}\n` })
  })

  test('a killed prorab leaves no program running', async () => {
    const idle = 'setInterval(() => {}, 1000)'
    await writeFile(join(work, 'idle-program.cjs'), `console.log('idle'); ${idle}`)
    const code = `
      import { createSandbox } from '${new URL('../../src/workers/sandbox.ts', import.meta.url).href}'
      import { createLog } from '${new URL('../../src/log.ts', import.meta.url).href}'
      const sandbox = createSandbox({ log: createLog({ level: 'silent' }), bubblewrap: '${bubblewrap}' })
      sandbox.run({ command: ['node', 'idle-program.cjs'], cwd: '${work}', timeoutMs: 60000, memoryMb: 256, maxOutputBytes: 1000, network: 'none' })`
    const prorab = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      code,
    ])
    const running = () => processesNaming('idle-program.cjs', work)
    await waitFor(async () => (await running()) > 0, 'the program to run')
    prorab.kill('SIGKILL')
    await waitFor(async () => (await running()) === 0, 'the program to end')
  })

  test('a folder that is missing is a clear refusal', async () => {
    const result = await runCode('', { writable: [join(home, 'nowhere')] })
    expect(result).toMatchObject({ outcome: 'refused', exitCode: null })
    expect(result.output).toContain('nowhere')
  })
}

/** Programs of this test: those whose starter's command line names the work folder, or who run in it. */
const processesNaming = async (program: string, folder: string) => {
  let found = 0
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    if (
      line.includes(program) &&
      !line.includes('createSandbox') &&
      (line.includes(folder) || cwd === folder)
    )
      found++
  }
  return found
}

const processesNamed = async (command: string) => {
  let found = 0
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (line.replaceAll('\0', ' ').trim() === command) found++
  }
  return found
}

needs('bwrap')('the sandbox with bubblewrap', () => {
  suite('auto')

  test('bubblewrap is what confines', async () => {
    expect(await createSandbox({ log }).describe()).toEqual({ by: 'bubblewrap' })
  })
})

describe('the sandbox without bubblewrap', () => {
  suite('off')

  test('anything but node is refused, and why is said', async () => {
    const sandbox = createSandbox({ log, bubblewrap: 'off' })
    const result = await sandbox.run({
      ...{ command: ['sh', '-c', 'id'], cwd: work, network: 'none' as const },
      ...{ timeoutMs: 1000, memoryMb: 100, maxOutputBytes: 100 },
    })
    expect(result.outcome).toBe('refused')
    expect(result.output).toContain('install bubblewrap')
  })
})
