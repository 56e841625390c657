import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const RUN = fileURLToPath(new URL('../../bench/run.ts', import.meta.url))
const run = (...args: string[]) => promisify(execFile)(process.execPath, [RUN, ...args])

test('somebody who does not know the benches can list them', async () => {
  expect((await run('list')).stdout.trim().split('\n')).toEqual([
    'turn',
    'ingress',
    'click',
    'start',
    'route',
    'config-cache',
    'health',
    'github-sync',
    'alert',
  ])
})

test.each([['nonsense'], ['turn', 'click'], ['turn', '--fast'], []])(
  'a wrong call (%s %s) starts nothing and tells the right ones',
  async (...args) => {
    await expect(run(...args)).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--quick'),
    })
  },
)
