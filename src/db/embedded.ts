import { realpath } from 'node:fs/promises'
import postgres from 'postgres'
import { makeDataFolder } from '../data-folder.ts'
import { AppError, errorText } from '../errors.ts'
import type { Log } from '../log.ts'
import { findBinaries } from './embedded/binaries.ts'
import { type Cluster, DATABASE_USER, findCluster, openCluster } from './embedded/cluster.ts'
import { asDataDirProblem } from './embedded/failure.ts'
import { lockDataDir } from './embedded/instance-lock.ts'
import { keepRunning } from './embedded/keep-running.ts'
import { serverOwner } from './embedded/owner.ts'
import { isServerOf, readPostmaster } from './embedded/postmaster.ts'
import { startServer, stopServer } from './embedded/server.ts'

export { destroyEmbeddedPostgres } from './embedded/destroy.ts'

export interface EmbeddedPostgres {
  url: string
  /** True when the server was already running: an earlier prorab was killed and left it. */
  adopted: boolean
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  dataDir: string
  log: Log
  /** False gives up crash safety for speed; only for tests. */
  durable?: boolean
  /** A free port by default; tests choose one that is taken. */
  pickPort?: () => Promise<number>
}

const DATABASE = 'prorab'
const INVALID_CATALOG_NAME = '3D000'

/**
 * A real Postgres in the data folder, for this machine alone: 127.0.0.1, a free port, a random password.
 * It outlives a killed prorab and is adopted by the next one; `stop` shuts it down.
 *
 * @throws AppError `misconfigured` that says what to do: folder in use by another prorab, disk full, no binaries.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  try {
    makeDataFolder(options.dataDir)
    return await startIn(await realpath(options.dataDir), options)
  } catch (error) {
    throw asDataDirProblem(error, options.dataDir)
  }
}

const startIn = async (
  dataDir: string,
  { log, durable = true, pickPort }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> => {
  const lock = await lockDataDir(dataDir)
  try {
    const owner = await serverOwner()
    const binaries = await findBinaries(owner)
    const cluster = await openCluster({ dataDir, binaries, owner, durable })
    const server = await startServer({ cluster, binaries, owner, durable, ...(pickPort && { pickPort }) })
    await ensureDatabase(cluster, server.port).catch(async (error) => {
      if (!server.adopted) await stopServer(cluster, server.pid)
      throw error
    })
    log.info({ home: cluster.home, port: server.port, adopted: server.adopted }, 'postgres.started')

    const kept = keepRunning(cluster, server, {
      startAgain: (port) => startServer({ cluster, binaries, owner, durable, pickPort: async () => port }),
      log,
    })
    const stop = async () => {
      try {
        await stopServer(cluster, (await kept.release()).pid)
      } finally {
        lock.release()
      }
      log.info('postgres.stopped')
    }
    let stopping: Promise<void> | undefined
    return {
      url: urlOf(cluster, server.port, DATABASE),
      adopted: server.adopted,
      stop: () => {
        stopping ??= stop()
        return stopping
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** The address of the server of a data folder that another prorab has in hand; undefined when none is running. */
export const findRunningPostgres = async (dataDir: string): Promise<string | undefined> => {
  const cluster = await findCluster(await realpath(dataDir).catch(() => dataDir))
  if (!cluster) return undefined
  const server = await readPostmaster(cluster.pgdata)
  if (!server?.ready || !(await isServerOf(server.pid, cluster.pgdata))) return undefined
  return urlOf(cluster, server.port, DATABASE)
}

const urlOf = ({ password }: Cluster, port: number, database: string) =>
  `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`

/** Also proves that the server knows our password, and so is ours. */
const ensureDatabase = async (cluster: Cluster, port: number) => {
  const ask = async (database: string, statement: string) => {
    const sql = postgres(urlOf(cluster, port, database), { max: 1, onnotice: () => {} })
    try {
      await sql.unsafe(statement)
    } finally {
      await sql.end()
    }
  }
  try {
    await ask(DATABASE, 'select 1')
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== INVALID_CATALOG_NAME)
      throw new AppError(
        'misconfigured',
        `The database in ${cluster.home} refuses prorab: ${errorText(error)}`,
        {
          cause: error,
        },
      )
    await ask('postgres', `create database ${DATABASE}`)
  }
}
