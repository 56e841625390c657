import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { connectDatabase } from '../../src/db/client.ts'
import { destroyEmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrateDatabase } from '../../src/db/migrate.ts'
import { admit } from '../../src/domain/users/admit.ts'
import { createLog } from '../../src/log.ts'
import type { BenchContext } from '../bench.ts'
import { personId, personName } from './updates.ts'

const log = createLog({ level: 'error' })

/** An empty folder that is gone, with any Postgres in it, at the end of the bench. */
export const temporaryFolder = async ({ cleanup }: BenchContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'prorab-bench-'))
  cleanup.defer(async () => {
    await destroyEmbeddedPostgres(folder)
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}

/** A migrated database that nobody else uses, as durable as in production. @returns its address. */
export const openDatabase = async (context: BenchContext): Promise<string> => {
  const { cleanup, databaseUrl } = context
  const url = databaseUrl ? await ownDatabase(context, databaseUrl) : await ownServer(context, cleanup)
  await migrateDatabase(url, { log })
  return url
}

const ownServer = async (context: BenchContext, cleanup: AsyncDisposableStack): Promise<string> => {
  const server = await startEmbeddedPostgres({ dataDir: await temporaryFolder(context), log })
  cleanup.defer(() => server.stop())
  return server.url
}

const ownDatabase = async ({ cleanup }: BenchContext, serverUrl: string): Promise<string> => {
  const name = `prorab_bench_${randomBytes(4).toString('hex')}`
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} })
  cleanup.defer(() => admin.end())
  await admin.unsafe(`create database ${name}`)
  cleanup.defer(async () => {
    await admin.unsafe(`drop database ${name} with (force)`)
  })
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Lets people in, so that the bot answers them. @returns their ids, the first at index 0. */
export const admitPeople = async (url: string, count: number): Promise<string[]> => {
  const handle = connectDatabase(url)
  try {
    return await handle.db.transaction(async (tx) => {
      const ids: string[] = []
      for (let person = 1; person <= count; person++) {
        const identity = {
          platform: 'telegram',
          platformUserId: String(personId(person)),
          name: personName(person),
          langHint: 'en' as const,
        }
        ids.push((await admit(tx, identity, 'member')).id)
      }
      return ids
    })
  } finally {
    await handle.close()
  }
}
