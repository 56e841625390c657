import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import { type OpenFolder, openFolder, unless } from './open-folder.ts'
import { TEMPORARY_FILE, workspacePath } from './workspace-path.ts'

const MB = 1024 * 1024
export const MAX_WORKSPACE_FILE_BYTES = MB
export const MAX_WORKSPACE_FILES = 2000
export const MAX_WORKSPACE_BYTES = 50 * MB
const FILE_MODE = 0o644
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants

export interface WorkspaceEntry {
  /** Relative to the root, with / between folders. */
  path: string
  kind: 'file' | 'folder' | 'link' | 'other'
  /** Bytes; 0 for anything but a file. */
  size: number
}

/**
 * The files of a work tree, as the developer's tools may touch them. Nothing outside the root is read or written,
 * whatever the paths or the links inside say, also when a program changes the tree meanwhile.
 *
 * Every method throws AppError: sandbox_refused for a path that would leave, not_found, invalid for what is
 * binary or too large.
 */
export interface Workspace {
  /** Everything below a folder, sorted by path. Links are named, not followed; git's data is left out. */
  list(folder?: string): Promise<WorkspaceEntry[]>
  /** The text of a file. */
  read(path: string): Promise<string>
  /** Replaces or creates a file at once: a reader sees the old text or the new one. Folders are made as needed. */
  write(path: string, content: string): Promise<void>
  /** Removes a file, or a folder with all in it; what is already gone is fine. */
  remove(path: string): Promise<void>
}

export const createWorkspace = ({ root }: { root: string }): Workspace => {
  const list = async (folder = ''): Promise<WorkspaceEntry[]> => {
    const found: WorkspaceEntry[] = []
    const visit = async (segments: string[]) => {
      await using at = await openFolder(root, segments)
      for (const entry of await readdir(at.at('.'), { withFileTypes: true })) {
        if (entry.name.toLowerCase() === '.git' || TEMPORARY_FILE.test(entry.name)) continue
        const stats = await lstat(at.at(entry.name)).catch(unless('ENOENT'))
        if (!stats) continue
        if (found.length >= MAX_WORKSPACE_FILES * 2) throw tooMany()
        const below = [...segments, entry.name]
        found.push({ path: below.join('/'), kind: kindOf(stats), size: stats.isFile() ? stats.size : 0 })
        if (stats.isDirectory()) await visit(below)
      }
    }
    await visit(workspacePath(folder))
    return found.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  const checkRoom = async (path: string, size: number) => {
    const others = (await list()).filter((entry) => entry.kind === 'file' && entry.path !== path)
    if (others.length >= MAX_WORKSPACE_FILES) throw tooMany()
    const total = others.reduce((sum, entry) => sum + entry.size, size)
    if (total > MAX_WORKSPACE_BYTES)
      throw new AppError('invalid', `The project would exceed ${MAX_WORKSPACE_BYTES / MB} MB.`)
  }

  return {
    list,

    async read(path) {
      const { parents, name } = filePath(path)
      await using folder = await openFolder(root, parents)
      await using file = await openFile(folder, name, path)
      const stats = await file.stat()
      if (!stats.isFile()) throw new AppError('invalid', `${path} is not a file.`)
      if (stats.size > MAX_WORKSPACE_FILE_BYTES) throw tooLarge(path, stats.size)
      return textOf(await file.readFile(), path)
    },

    async write(path, content) {
      const { parents, name } = filePath(path)
      const bytes = Buffer.from(content, 'utf8')
      if (bytes.length > MAX_WORKSPACE_FILE_BYTES) throw tooLarge(path, bytes.length)
      await checkRoom([...parents, name].join('/'), bytes.length)
      await using folder = await openFolder(root, parents, { create: true })
      const before = await lstat(folder.at(name)).catch(unless('ENOENT'))
      if (before && !before.isFile())
        throw new AppError('sandbox_refused', `${path} is a ${kindOf(before)}; only files are written.`)
      const temporary = folder.at(`.prorab-${randomBytes(6).toString('hex')}.tmp`)
      try {
        await using file = await open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, FILE_MODE)
        await file.writeFile(bytes)
        await file.chmod(before ? before.mode & 0o777 : FILE_MODE)
        await file.sync()
        await rename(temporary, folder.at(name))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },

    async remove(path) {
      const { parents, name } = filePath(path)
      try {
        await using folder = await openFolder(root, parents)
        // Node removes by path; the parent is held open, and links are removed, not followed.
        await rm(folder.at(name), { recursive: true, force: true })
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'not_found')) throw error
      }
    },
  }
}

const filePath = (path: string): { parents: string[]; name: string } => {
  const segments = workspacePath(path)
  const name = segments.at(-1)
  if (name === undefined) throw new AppError('invalid', 'A path is needed.')
  return { parents: segments.slice(0, -1), name }
}

const openFile = (folder: OpenFolder, name: string, path: string): Promise<FileHandle> =>
  // Without O_NONBLOCK a named pipe would hold the reader for ever.
  open(folder.at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new AppError('not_found', `There is no file ${path}.`)
    if (error.code === 'ELOOP')
      throw new AppError('sandbox_refused', `${path} is a link; links are not followed.`)
    if (error.code === 'ENXIO') throw new AppError('invalid', `${path} is not a file.`)
    throw error
  })

const textOf = (bytes: Buffer, path: string): string => {
  const binary = () =>
    new AppError('invalid', `${path} is a binary file of ${bytes.length} bytes; only text can be read.`)
  if (bytes.includes(0)) throw binary()
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw binary()
  }
}

const kindOf = (stats: Stats): WorkspaceEntry['kind'] => {
  if (stats.isSymbolicLink()) return 'link'
  if (stats.isDirectory()) return 'folder'
  return stats.isFile() ? 'file' : 'other'
}

const tooMany = () => new AppError('invalid', `The project holds more than ${MAX_WORKSPACE_FILES} files.`)
const tooLarge = (path: string, size: number) =>
  new AppError('invalid', `${path} has ${size} bytes; a file may have at most ${MAX_WORKSPACE_FILE_BYTES}.`)
