import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { destroyEmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrateDatabase } from '../../src/db/migrate.ts'
import { createLog } from '../../src/log.ts'
import { scratchRoot } from './scratch.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: TestDatabaseServer
  }
}

export interface TestDatabaseServer {
  /** A database nobody tests in: connect here to create and drop the others. */
  adminUrl: string
  /** Migrated, and copied for every test file. */
  template: string
}

const FOLDER_PREFIX = 'prorab-test-postgres-'
const log = createLog({ level: 'error' })

interface Running {
  server: TestDatabaseServer
  stop(): Promise<void>
}

/** Vitest loads this file once per project, so what they share cannot be a variable of the module. */
const shared = globalThis as { prorabTestServer?: { users: number; running: Promise<Running> } }

/** Global set-up: one Postgres for the run, whatever number of projects needs it. */
export default async function setup(project: TestProject) {
  shared.prorabTestServer ??= { users: 0, running: start() }
  const mine = shared.prorabTestServer
  mine.users++
  project.provide('databaseServer', (await mine.running).server)
  return async () => {
    mine.users--
    if (mine.users > 0) return
    delete shared.prorabTestServer
    await (await mine.running).stop()
  }
}

const start = async (): Promise<Running> => {
  const base = await baseServer()
  const template = `prorab_template_${randomBytes(4).toString('hex')}`
  const admin = postgres(base.url, { max: 1, onnotice: () => {} })
  try {
    await admin.unsafe(`create database ${template}`)
    await migrateDatabase(databaseUrl(base.url, template), { log })
  } catch (error) {
    await admin.end()
    await base.stop()
    throw error
  }
  return {
    server: { adminUrl: base.url, template },
    stop: async () => {
      await admin.unsafe(`drop database ${template} with (force)`)
      await admin.end()
      await base.stop()
    },
  }
}

const baseServer = async () => {
  const given = process.env.PRORAB_TEST_DATABASE_URL
  if (given) return { url: given, stop: async () => {} }

  await removeAbandoned()
  const dataDir = await mkdtemp(join(scratchRoot(), FOLDER_PREFIX))
  const server = await startEmbeddedPostgres({ dataDir, log, durable: false })
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      await destroyEmbeddedPostgres(dataDir)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** What is younger may be between making its folder and locking it. */
const ABANDONED_AFTER_MS = 60_000

/** A run that was killed left its server behind. One that still runs holds its folder's lock and is let be. */
const removeAbandoned = async () => {
  for (const name of await readdir(scratchRoot())) {
    const dataDir = join(scratchRoot(), name)
    if (!name.startsWith(FOLDER_PREFIX) || !(await isOld(dataDir))) continue
    const destroyed = await destroyEmbeddedPostgres(dataDir).then(
      () => true,
      () => false,
    )
    if (destroyed) await rm(dataDir, { recursive: true, force: true })
  }
}

const isOld = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > ABANDONED_AFTER_MS,
    () => false,
  )

export const databaseUrl = (serverUrl: string, database: string): string => {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
