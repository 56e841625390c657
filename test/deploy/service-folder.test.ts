import { mkdir, readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeJson } from '../../src/deploy/local/service-folder.ts'
import { createLocalDeployer } from '../../src/deploy/local.ts'
import { createLog } from '../../src/log.ts'
import { createSandbox } from '../../src/workers/sandbox.ts'
import { createScratchFolder } from '../support/scratch.ts'

const log = createLog({ level: 'silent' })

/** As a kill between writing and renaming leaves it. */
const writeHalf = async (path: string) => {
  await mkdir(path)
  await expect(writeJson(path, { env: { TOKEN: 'secret' } })).rejects.toThrow()
  await rmdir(path)
  const left = await readdir(join(path, '..'))
  expect(left).toHaveLength(1)
}

test('what a kill left of a file that was being written does not outlive the next one', async () => {
  await using folder = await createScratchFolder()
  const path = join(folder.path, 'desired.json')
  await writeHalf(path)
  await writeJson(path, { running: true })
  expect(await readdir(folder.path)).toEqual(['desired.json'])
})

test('a service that is removed leaves none of its secrets, not even in a file that was being written', async () => {
  await using folder = await createScratchFolder()
  await mkdir(join(folder.path, 'services', 'shop'), { recursive: true })
  await writeHalf(join(folder.path, 'services', 'shop', 'desired.json'))
  await createLocalDeployer({ dataDir: folder.path, log, sandbox: createSandbox({ log }) }).remove('shop')
  const [archived = ''] = await readdir(join(folder.path, 'archive', 'services'))
  expect(await readdir(join(folder.path, 'archive', 'services', archived))).toEqual([])
})
