import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { acquireFileLock } from '../../src/workers/file-lock.ts'
import { waitFor } from '../support/wait-for.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lock-test-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const options = (waitMs: number) => ({ folder: join(home, 'lock'), clock: systemClock, waitMs })

/** Holds the lock for a moment, over and over, and writes into a file whenever it was not alone. */
const CONTENDER = (folder: string, rounds: number) => `
  import { acquireFileLock } from '${new URL('../../src/workers/file-lock.ts', import.meta.url).href}'
  import { systemClock } from '${new URL('../../src/clock.ts', import.meta.url).href}'
  import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
  for (let i = 0; i < ${rounds}; i++) {
    await using lock = await acquireFileLock({ folder: '${folder}/lock', clock: systemClock, waitMs: 20000 })
    try { writeFileSync('${folder}/inside', '', { flag: 'wx' }) } catch { appendFileSync('${folder}/log', 'two at once\\n') }
    await new Promise((r) => setTimeout(r, 2))
    rmSync('${folder}/inside', { force: true })
    appendFileSync('${folder}/log', 'done\\n')
  }`

const contender = (rounds: number) =>
  spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', CONTENDER(home, rounds)],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )

test('a second one waits until the first is done, and is told when that never happens', async () => {
  const first = await acquireFileLock(options(0))
  await expect(acquireFileLock(options(0))).rejects.toMatchObject({ code: 'conflict' })
  const second = acquireFileLock(options(10_000))
  await first.release()
  await (await second).release()
  expect(await readdir(join(home, 'lock'))).toEqual([])
})

test('processes take turns, and a killed one does not keep the others out', async () => {
  const victim = contender(100_000)
  await waitFor(() => readFile(join(home, 'log'), 'utf8'), 'the victim to hold the lock')
  const others = [contender(15), contender(15)]
  await waitFor(async () => (await readFile(join(home, 'log'), 'utf8')).length > 200, 'turns')
  victim.kill('SIGKILL')
  await new Promise((resolve) => victim.once('exit', resolve))
  await rm(join(home, 'inside'), { force: true })
  await Promise.all(
    others.map(
      (one) => new Promise((resolve) => (one.exitCode === null ? one.once('exit', resolve) : resolve(0))),
    ),
  )
  expect(others.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  expect((await readFile(join(home, 'log'), 'utf8')).split('two at once').length - 1).toBeLessThanOrEqual(1)
})

test('the claim of a process that is gone, or whose number another has now, is worth nothing', async () => {
  await (await acquireFileLock(options(0))).release()
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  await writeFile(join(home, 'lock', `${process.pid}-1-${boot}-00000000`), '')
  await writeFile(join(home, 'lock', `999999999-1-${boot}-00000000`), '')
  const lock = await acquireFileLock(options(0))
  expect(await readdir(join(home, 'lock'))).toHaveLength(1)
  await lock.release()
})
