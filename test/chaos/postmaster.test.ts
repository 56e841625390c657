import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findCluster } from '../../src/db/embedded/cluster.ts'
import { findServer } from '../../src/db/embedded/server.ts'
import { destroyEmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { createLog } from '../../src/log.ts'
import { createScratchFolder } from '../support/scratch.ts'

const STUCK_MS = 300

test('a database whose postmaster alone was killed starts again as soon as its other processes have ended', async () => {
  await using folder = await createScratchFolder()
  const options = { dataDir: folder.path, log: createLog({ level: 'silent' }), durable: false }
  const first = await startEmbeddedPostgres(options)
  const cluster = await findCluster(folder.path)
  const { pid = 0 } = (cluster && (await findServer(cluster))) ?? {}
  const others = childrenOf(pid)
  expect(others.length).toBeGreaterThan(0)
  // Processes that wait for a disk, say, notice nothing.
  for (const other of others) signal(other, 'SIGSTOP')
  process.kill(pid, 'SIGKILL')
  await first.stop()
  setTimeout(() => {
    for (const other of others) signal(other, 'SIGCONT')
  }, STUCK_MS)

  const second = await startEmbeddedPostgres(options)
  expect(second.adopted).toBe(false)
  await second.stop()
  await destroyEmbeddedPostgres(folder.path)
})

/** A backend that served one query may be gone by now. */
const signal = (pid: number, name: NodeJS.Signals) => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return new RegExp(`^PPid:\\s+${parent}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'))
      } catch {
        return false
      }
    })
