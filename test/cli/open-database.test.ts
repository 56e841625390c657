import { afterEach, beforeEach, expect, test } from 'vitest'
import { withDatabase } from '../../src/cli/open-database.ts'
import { loadConfig } from '../../src/config.ts'
import { destroyEmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { createLog } from '../../src/log.ts'
import { createScratchFolder } from '../support/scratch.ts'

const log = createLog({ level: 'silent' })
let folder: Awaited<ReturnType<typeof createScratchFolder>>
let dataDir: string
beforeEach(async () => {
  folder = await createScratchFolder()
  dataDir = `${folder.path}/data`
})
afterEach(async () => {
  await destroyEmbeddedPostgres(dataDir).catch(() => {})
  await folder[Symbol.asyncDispose]()
})

const tables = () =>
  withDatabase(loadConfig({ PRORAB_DATA_DIR: dataDir }), async ({ sql }) => {
    const [row] = await sql`select count(*)::int as count from pg_tables where tablename = 'agents'`
    return row?.count
  })

test('a command beside a running prorab is a guest on its database, and leaves it running', async () => {
  const running = await startEmbeddedPostgres({ dataDir, log, durable: false })
  try {
    // Whoever runs it brings it up to date; a guest does not.
    expect(await tables()).toBe(0)
    expect(await tables()).toBe(0)
  } finally {
    await running.stop()
  }

  // Nobody is there any more: the command starts it for itself, up to date, and stops it again.
  expect(await tables()).toBe(1)
  const again = await startEmbeddedPostgres({ dataDir, log, durable: false })
  expect(again.adopted).toBe(false)
  await again.stop()
})

test('a database of another version is said to be, with what to do', async () => {
  const running = await startEmbeddedPostgres({ dataDir, log, durable: false })
  try {
    const reading = withDatabase(
      loadConfig({ PRORAB_DATA_DIR: dataDir }),
      ({ sql }) => sql`select from agents`,
    )
    await expect(reading).rejects.toThrow(/npm run prorab -- migrate/)
  } finally {
    await running.stop()
  }
})

test('a DATABASE_URL that does not work is said to be', async () => {
  const config = loadConfig({ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' })
  await expect(withDatabase(config, ({ sql }) => sql`select 1`)).rejects.toThrow(
    /DATABASE_URL cannot be used/,
  )
})
