import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeExports } from '../../src/graph/work-tree.ts'

test('what a killed process left of the versions of a run goes with the run, and nothing else does', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prorab-exports-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const [run, other] = ['b85e8c39-614b-4691-9a77-6b8197defd43', '3f3c9b52-0b2b-4a55-8a52-93c1a37a0d11']
  for (const folder of [`${run}-51884.new-0VYjNO`, `${run}-51884`, run, `${other}-77a01.new-Q1wEr2`])
    await mkdir(join(dataDir, 'work', folder), { recursive: true })
  await writeFile(join(dataDir, 'work', `${run}-51884.new-0VYjNO.index`), 'half an index')

  await removeExports({ dataDir }, run)

  expect((await readdir(join(dataDir, 'work'))).sort()).toEqual([`${other}-77a01.new-Q1wEr2`, run].sort())
})
