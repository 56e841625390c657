import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createScratchFolder } from '../support/scratch.ts'
import { waitFor } from '../support/wait-for.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const START_LIMIT_MS = 120_000

/** `npm start` as somebody's script or shell runs it: in a process group of its own, with an input that stays open. */
const npmStart = async (dataDir: string) => {
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    detached: true,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', PRORAB_DATA_DIR: dataDir },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  await waitFor(
    () => {
      if (!output.includes('Type what you want built')) throw new Error(`It said:\n${output}`)
      return true
    },
    'the start screen',
    START_LIMIT_MS,
  )
  return {
    child,
    ended,
    said: () => output,
    [Symbol.dispose]: () => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL')
      } catch {
        // Nobody is left.
      }
    },
  }
}

test.each([
  ['a kill of the npm that was started', ({ pid = 0 }: ChildProcess) => process.kill(pid, 'SIGTERM')],
  [
    'Ctrl-C, which everybody in the foreground gets',
    ({ pid = 0 }: ChildProcess) => process.kill(-pid, 'SIGINT'),
  ],
])('%s ends prorab in order, its database too', async (_what, ask) => {
  await using folder = await createScratchFolder()
  using started = await npmStart(`${folder.path}/data`)
  // The screen stands before everything behind it is running: whoever asks now is heard as well.
  ask(started.child)
  expect(await started.ended, started.said()).toBe(0)
  const log = await readFile(`${folder.path}/data/logs/prorab.log`, 'utf8')
  expect(log).toContain('app.stopped')
  expect(log).toContain('postgres.stopped')
})
