import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors.ts'

export interface InstanceLock {
  release(): void
}

/**
 * One prorab per data folder. An open SQLite transaction is the one lock Node offers that the kernel itself lets go
 * when the process dies, `kill -9` included: nothing stale is ever left to clean up or to judge by process ids.
 *
 * @throws AppError `misconfigured` naming the process that has the folder.
 */
export const lockDataDir = async (dataDir: string): Promise<InstanceLock> => {
  const pidFile = join(dataDir, 'instance.pid')
  const lock = new DatabaseSync(join(dataDir, 'instance.lock'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (!isBusy(cause)) throw cause
    const pid = (await readFile(pidFile, 'utf8').catch(() => 'unknown')).trim()
    throw new AppError(
      'misconfigured',
      `Another prorab (process ${pid}) is using ${dataDir}. ` +
        'Stop it first, or give this one a folder of its own with PRORAB_DATA_DIR.',
      { cause },
    )
  }
  await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return { release: () => lock.close() }
}

/** SQLITE_BUSY of the SQLite result codes. */
const SQLITE_BUSY = 5

const isBusy = (error: unknown) =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
