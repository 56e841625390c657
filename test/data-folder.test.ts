import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDataFolder } from '../src/data-folder.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'prorab-folder-'))
})
afterAll(() => rm(home, { recursive: true }))

test('the data folder is made with all above it, for this user alone, and left as it is the next time', async () => {
  const path = join(home, 'a', 'b', 'c')
  makeDataFolder(path)
  makeDataFolder(path)
  expect((await stat(path)).mode & 0o777).toBe(0o700)
})

test.each([
  ['a file', 'file'],
  ['a place below a file', 'file/data'],
  ['a place where no folder can be made', '/proc/nowhere/data'],
])('%s is refused, and at once', async (_, place) => {
  await writeFile(join(home, 'file'), 'a file stands here')
  expect(() => makeDataFolder(resolve(home, place))).toThrow(/EEXIST|ENOTDIR|ENOENT|EACCES/)
})
