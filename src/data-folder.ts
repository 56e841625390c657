import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes the data folder, and the folders above it, for this user alone; one that is there stays as it is.
 *
 * Not `mkdir` with `recursive`: where a folder takes no children (/proc, say) and calls them missing, Node tries for
 * ever and can then not even be ended.
 *
 * @throws the error of the file system, e.g. EACCES, ENOTDIR, ENOENT.
 */
export const makeDataFolder = (path: string): void => {
  try {
    makeOne(path)
  } catch (error) {
    const parent = dirname(path)
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error
    makeDataFolder(parent)
    makeOne(path)
  }
}

const makeOne = (path: string): void => {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const isThere = codeOf(error) === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory()
    if (!isThere) throw error
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
