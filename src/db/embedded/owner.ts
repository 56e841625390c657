import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { AppError, errorText } from '../../errors.ts'

const run = promisify(execFile)

/** The account the server runs as: passed to `spawn`. Undefined ids mean the account prorab itself runs as. */
export interface ServerOwner {
  uid?: number
  gid?: number
}

const USER = 'postgres'

/**
 * Postgres refuses to run as root, so root lends it the `postgres` user, which is made when it does not exist.
 *
 * @throws AppError `misconfigured` when that user is missing and cannot be made.
 */
export const serverOwner = async (): Promise<ServerOwner> => {
  if (process.getuid?.() !== 0) return {}
  const existing = await findUser()
  if (existing) return existing
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      USER,
    ])
  } catch (error) {
    throw new AppError(
      'misconfigured',
      `Postgres does not run as root, and the user "${USER}" could not be made (${errorText(error)}). ` +
        `Run prorab as an ordinary user, make a system user named ${USER}, or set DATABASE_URL.`,
      { cause: error },
    )
  }
  const made = await findUser()
  if (made) return made
  throw new AppError(
    'misconfigured',
    `The user "${USER}" was made but is not in /etc/passwd; set DATABASE_URL.`,
  )
}

const findUser = async (): Promise<ServerOwner | undefined> => {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${USER}:`))
    ?.split(':')
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined
}
