import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import ssh from 'ssh2'
import { describe, expect, test } from 'vitest'
import { SECOND_MS, systemClock } from '../../../src/clock.ts'
import type { CheckFacts } from '../../../src/db/shapes/server.ts'
import { probe } from '../../../src/workers/checks/probe.ts'
import { figuresIn } from '../../../src/workers/checks/ssh-figures.ts'
import { readSshKey } from '../../../src/workers/checks/ssh-key.ts'
import { freePort } from '../../support/free-port.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { needs } from '../../support/needs.ts'
import { createScratchFolder } from '../../support/scratch.ts'
import { waitFor } from '../../support/wait-for.ts'
import { checkOf, guardFor, socketTarget, type Target } from './targets.ts'

const KEY = ssh.utils.generateKeyPairSync('ed25519')
const HOST_KEY = ssh.utils.generateKeyPairSync('ed25519')
const sshKey = { privateKey: Buffer.from(KEY.private) }

const look = (
  { port }: Pick<Target, 'port'>,
  {
    withKey = true,
    facts = {},
    user = 'prorab',
  }: { withKey?: boolean; facts?: CheckFacts; user?: string } = {},
) =>
  probe(checkOf({ kind: 'ssh', target: { host: '127.0.0.1', port, user }, facts }), {
    guard: guardFor([port]),
    clock: systemClock,
    signal: new AbortController().signal,
    ...(withKey && { sshKey }),
  })

const FIGURES = `Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/sda1         40000000 36400000   3600000      91% /
MemTotal:        4000000 kB
MemFree:          100000 kB
MemAvailable:    1000000 kB
load: 3.00 2.00 1.00 1/200 4242
processors: 2
`

/** A server that speaks SSH, lets in who has the key, and tells what it is told to. */
const sshServer = (says: string, { hostKey = HOST_KEY.private } = {}) => {
  const server = new ssh.Server({ hostKeys: [hostKey] }, (client) => {
    client
      .on('error', () => {})
      .on('authentication', (context) => {
        const mine = ssh.utils.parseKey(KEY.public)
        if (mine instanceof Error) throw mine
        const isKnown = context.method === 'publickey' && context.key.data.equals(mine.getPublicSSH())
        if (context.username === 'prorab' && isKnown) context.accept()
        else context.reject(['publickey'])
      })
      .on('session', (accept) =>
        accept().on('exec', (acceptExec) => {
          const channel = acceptExec()
          channel.write(says)
          channel.exit(0)
          channel.end()
        }),
      )
  })
  return socketTarget((socket) => server.injectSocket(socket))
}

describe('a server that speaks SSH', () => {
  test('is up, also for who has no key', async () => {
    await using server = await sshServer(FIGURES)
    expect(await look(server, { withKey: false })).toMatchObject({ ok: true, facts: {} })
  })

  test('tells who it is and how full it is to who has the key', async () => {
    await using server = await sshServer(FIGURES)
    expect(await look(server)).toEqual({
      ok: true,
      latencyMs: expect.any(Number),
      facts: {
        hostKey: expect.stringMatching(/^SHA256:[\w+/]{43}$/),
        diskUsedPercent: 91,
        memoryUsedPercent: 75,
        loadPerCpu: 1.5,
      },
    })
  })

  test('is up when it does not let us in, and the reason for having no figures is told', async () => {
    await using server = await sshServer(FIGURES)
    expect(await look(server, { user: 'root' })).toMatchObject({
      ok: true,
      note: 'it lets root not in',
      facts: { hostKey: expect.any(String) },
    })
  })

  test('is up when its shell says nothing we understand', async () => {
    await using server = await sshServer('command not found\n')
    const result = await look(server)
    expect(result).toMatchObject({ ok: true, note: 'it does not tell how its disk and memory are' })
    expect(Object.keys(result.facts)).toEqual(['hostKey'])
  })

  test('is not believed when it shows another host key than before', async () => {
    await using server = await sshServer(FIGURES)
    const before = await look(server)
    await using other = await sshServer(FIGURES, {
      hostKey: ssh.utils.generateKeyPairSync('ed25519').private,
    })
    expect(await look(server, { facts: before.facts })).toMatchObject({ ok: true })
    expect(await look(other, { facts: before.facts })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('another host key than before: SHA256:'),
    })
  })
})

describe('what listens where SSH should', () => {
  test('is not well when it speaks something else, or nothing', async () => {
    await using web = await socketTarget(
      (socket) => void socket.write(`HTTP/1.1 400 Bad\r\n${'x'.repeat(9_000)}`),
    )
    expect(await look(web, { withKey: false })).toMatchObject({ ok: false, reason: 'does not speak SSH' })
    expect(await look(web)).toMatchObject({ ok: false })
    await using shy = await socketTarget((socket) => socket.end())
    expect(await look(shy, { withKey: false })).toMatchObject({
      ok: false,
      reason: 'closed the connection without a word',
    })
    expect(await look(shy)).toMatchObject({ ok: false })
  })

  test.each([true, false])('is given up when it stays silent (with a key: %s)', async (withKey) => {
    await using silent = await socketTarget(() => {})
    const clock = createManualClock()
    const looked = probe(
      checkOf({ kind: 'ssh', target: { host: '127.0.0.1', port: silent.port }, timeoutMs: 5 * SECOND_MS }),
      {
        guard: guardFor([silent.port]),
        clock,
        signal: new AbortController().signal,
        ...(withKey && { sshKey }),
      },
    )
    await waitFor(() => silent.connections > 0, 'the connection')
    await clock.advance(5 * SECOND_MS)
    expect(await looked).toMatchObject({ ok: false, reason: 'no answer within 5 s' })
    await waitFor(() => silent.open === 0, 'the connection to be closed')
  })
})

test('figures that are missing or odd are left out', () => {
  expect(figuresIn('')).toEqual({})
  expect(
    figuresIn('/dev/root 1 1 0 100% /\nMemTotal: 0 kB\nMemAvailable: 0 kB\nload: \nprocessors: 0'),
  ).toEqual({
    diskUsedPercent: 100,
  })
  expect(figuresIn('/dev/mapper/a-b 9 9 0 7% /home\n/dev/mapper/c 9 9 0 12% /')).toEqual({
    diskUsedPercent: 12,
  })
})

test('a key that cannot be used says so at once', async () => {
  await using folder = await createScratchFolder()
  const file = join(folder.path, 'key')
  await expect(readSshKey(file)).rejects.toMatchObject({ code: 'misconfigured' })
  await writeFile(file, 'not a key')
  await expect(readSshKey(file)).rejects.toMatchObject({ code: 'misconfigured' })
  await writeFile(
    file,
    ssh.utils.generateKeyPairSync('ed25519', { passphrase: 'x', cipher: 'aes256-cbc', rounds: 1 }).private,
  )
  await expect(readSshKey(file)).rejects.toMatchObject({ code: 'misconfigured' })
  await writeFile(file, KEY.private)
  expect((await readSshKey(file)).privateKey.toString()).toBe(KEY.private)
})

needs('sshd')('a real OpenSSH server', () => {
  test('is looked at with a key: its host key, disk, memory and load', async () => {
    await using folder = await createScratchFolder()
    await using server = await startSshd(folder.path)
    const user = userInfo().username
    const result = await look(server, { user })
    expect(result).toMatchObject({ ok: true, facts: { hostKey: server.fingerprint } })
    expect(result.facts.diskUsedPercent).toBeGreaterThanOrEqual(0)
    expect(result.facts.memoryUsedPercent).toBeGreaterThan(0)
    expect(result.facts.loadPerCpu).toBeGreaterThanOrEqual(0)
    expect(result).not.toHaveProperty('note')
    expect(await look(server, { user, facts: result.facts })).toMatchObject({ ok: true })
    expect(await look(server, { withKey: false })).toMatchObject({ ok: true, facts: {} })
    expect(await look(server, { user: 'nobody-by-that-name' })).toMatchObject({
      ok: true,
      note: 'it lets nobody-by-that-name not in',
    })
  })
})

/** As ssh-keygen writes it. */
const fingerprintOf = (publicKey: string): string => {
  const key = publicKey.split(' ')[1] ?? ''
  const hash = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64')
  return `SHA256:${hash.replace(/=+$/, '')}`
}

const startSshd = async (folder: string) => {
  const hostKey = join(folder, 'host_key')
  const authorized = join(folder, 'authorized_keys')
  await writeFile(hostKey, HOST_KEY.private, { mode: 0o600 })
  await writeFile(authorized, `${KEY.public}\n`)
  await chmod(authorized, 0o644)
  // Where it keeps apart what it does with and without privileges; only root's needs it.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true })
  const port = await freePort()
  const config = join(folder, 'sshd_config')
  await writeFile(
    config,
    `ListenAddress 127.0.0.1:${port}
HostKey ${hostKey}
AuthorizedKeysFile ${authorized}
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
LogLevel ERROR
`,
  )
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`)
    return (await look({ port }, { withKey: false })).ok
  }, 'sshd to listen')
  return {
    port,
    fingerprint: fingerprintOf(HOST_KEY.public),
    [Symbol.asyncDispose]: async () => {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
