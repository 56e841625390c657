import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logTail } from '../../src/deploy/local/log-tail.ts'
import { createRotatingLog } from '../../src/deploy/local/rotating-log.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logs-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a chatty service keeps its newest lines and never more than its share of the disk', async () => {
  const log = createRotatingLog(join(folder, 'current.log'), { maxBytes: 1000, kept: 2 })
  for (let i = 0; i < 500; i++) log.write(`line ${i}\n`)
  expect((await readdir(folder)).sort()).toEqual(['1.log', '2.log', 'current.log'])
  for (const name of await readdir(folder))
    expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(1000)
  expect(await logTail(folder, 2)).toBe('line 498\nline 499')
  const lines = (await logTail(folder, 110)).split('\n')
  expect(lines).toHaveLength(110)
  expect(lines[0]).toBe('line 390')
})

test('a supervisor started again goes on in the same file', async () => {
  createRotatingLog(join(folder, 'current.log')).write('before\n')
  createRotatingLog(join(folder, 'current.log')).write('after\n')
  expect(await logTail(folder, 10)).toBe('before\nafter')
})

test('a service that never wrote has an empty log', async () => {
  expect(await logTail(join(folder, 'nothing'), 10)).toBe('')
})
