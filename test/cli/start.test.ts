import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { start } from '../../src/cli/start.ts'
import { loadConfig } from '../../src/config.ts'
import { createScratchFolder } from '../support/scratch.ts'

test('a data folder that cannot be written to is told in words, with what to do', async () => {
  await using folder = await createScratchFolder()
  await writeFile(join(folder.path, 'file'), '')
  const started = start({
    config: loadConfig({ PRORAB_DATA_DIR: join(folder.path, 'file', 'data'), PORT: '0' }),
    input: new PassThrough(),
    output: new PassThrough(),
    terminal: false,
    scripted: true,
    noColor: true,
    signal: new AbortController().signal,
  })
  await expect(started).rejects.toMatchObject({ code: 'misconfigured' })
  await expect(started).rejects.toThrow(/PRORAB_DATA_DIR/)
})
