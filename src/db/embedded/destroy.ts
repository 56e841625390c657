import { realpath, rm } from 'node:fs/promises'
import { findCluster, recordFileOf } from './cluster.ts'
import { lockDataDir } from './instance-lock.ts'
import { findServer, stopServer } from './server.ts'

/**
 * Removes the database of a data folder for good, wherever it lies, after stopping what runs on it. For folders
 * that were only made for a while; the folder itself stays.
 *
 * @throws AppError `misconfigured` while a prorab uses the folder.
 */
export const destroyEmbeddedPostgres = async (dataDir: string): Promise<void> => {
  const folder = await realpath(dataDir)
  const lock = await lockDataDir(folder)
  try {
    const cluster = await findCluster(folder)
    if (!cluster) return
    const server = await findServer(cluster)
    if (server) await stopServer(cluster, server.pid)
    await rm(cluster.home, { recursive: true, force: true })
    await rm(recordFileOf(folder), { force: true })
  } finally {
    lock.release()
  }
}
