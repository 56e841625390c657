import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.ts'

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants
export const FOLDER_MODE = 0o755

/** A folder held open: paths below it stay below it, whatever is renamed or linked meanwhile. */
export interface OpenFolder extends AsyncDisposable {
  /** The path of an entry, for calls that do not follow a link in its last part. */
  at(name: string): string
}

/**
 * Goes down from the root one folder at a time, each opened relative to the one before and never through a link.
 * @throws AppError sandbox_refused for a link or a file in the way; not_found when a folder is missing and
 * `create` is not set.
 */
export const openFolder = async (
  root: string,
  segments: readonly string[],
  { create = false } = {},
): Promise<OpenFolder> => {
  let folder = asFolder(await open(root, O_RDONLY | O_DIRECTORY), root)
  for (const [i, name] of segments.entries()) {
    const path = segments.slice(0, i + 1).join('/')
    await using parent = folder
    if (create) await mkdir(parent.at(name), { mode: FOLDER_MODE }).catch(unless('EEXIST'))
    folder = asFolder(await openEntry(parent.at(name), path), parent.at(name))
  }
  return folder
}

const openEntry = (at: string, path: string): Promise<FileHandle> =>
  open(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new AppError('not_found', `There is no folder ${path}.`)
    if (error.code === 'ENOTDIR' || error.code === 'ELOOP')
      throw new AppError(
        'sandbox_refused',
        `${path} is not a folder but a file or a link; links are not followed.`,
      )
    throw error
  })

const asFolder = (handle: FileHandle, path: string): OpenFolder => ({
  // Linux names open files below /proc/self/fd: the equivalent of openat(2), which Node does not offer.
  at: (name) => join(process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : path, name),
  [Symbol.asyncDispose]: () => handle.close(),
})

/** For `.catch`: swallows the errors named. */
export const unless =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (!codes.includes(error.code ?? '')) throw error
    return undefined
  }
