import { chmod, lstat, mkdir } from 'node:fs/promises'
import { AppError } from '../../errors.ts'

/** Where root keeps what the `postgres` user must reach although the checkout or data folder is closed to it. */
export const SHARED_DIR = '/var/lib/prorab'

/** Makes a folder that everybody can enter and only we can write to, whatever the umask. */
export const prepareSharedDir = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true })
  await assertOursAlone(path)
  await chmod(path, 0o755)
}

/**
 * What anybody else could have written must not be run with the database in its hands.
 * @throws AppError `misconfigured`
 */
export const assertOursAlone = async (path: string): Promise<void> => {
  const found = await lstat(path)
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return
  throw new AppError(
    'misconfigured',
    `${path} must be a folder that belongs to the account prorab runs as and that nobody else may write to. ` +
      'Remove it, or set DATABASE_URL.',
  )
}
