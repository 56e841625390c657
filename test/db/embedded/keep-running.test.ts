import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectDatabase } from '../../../src/db/client.ts'
import { destroyEmbeddedPostgres, startEmbeddedPostgres } from '../../../src/db/embedded.ts'
import { createLog } from '../../../src/log.ts'
import { createScratchFolder } from '../../support/scratch.ts'
import { waitFor } from '../../support/wait-for.ts'

const log = createLog({ level: 'silent' })

test('a database that is killed under a running prorab is started again, at the same address', async () => {
  await using folder = await createScratchFolder()
  const embedded = await startEmbeddedPostgres({ dataDir: folder.path, log })
  const { home } = JSON.parse(await readFile(join(folder.path, 'postgres.json'), 'utf8'))
  const pidFile = join(home, 'data', 'postmaster.pid')
  const { sql, close } = connectDatabase(embedded.url)
  try {
    await sql`create table kept (word text)`
    await sql`insert into kept values ('kept')`
    const pid = async () => Number.parseInt(await readFile(pidFile, 'utf8'), 10)
    const killed = await pid()
    process.kill(killed, 'SIGKILL')
    await waitFor(async () => (await pid()) !== killed, 'another server')
    expect(await waitFor(async () => (await sql`select word from kept`)[0]?.word, 'the database')).toBe(
      'kept',
    )
  } finally {
    await close()
    await embedded.stop()
  }
  // Nothing of either is left running: the folder may be taken away.
  await expect(readFile(pidFile)).rejects.toThrow('ENOENT')
  await destroyEmbeddedPostgres(folder.path)
})
