import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Clock, systemClock } from '../clock.ts'
import { identityOf, type ListedRepository, type RepositorySource } from '../domain/repositories/source.ts'
import { AppError, errorText } from '../errors.ts'
import { createGit } from './git.ts'

export interface LocalSourceOptions {
  dataDir: string
  clock?: Clock
  /** Where git is looked for; the usual places by default. */
  searchPath?: string
}

const ENDING = '.git'
const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/
const FILE_MAX_LENGTH = 64 * 1024

/** The bare repositories of this machine, as the local forge keeps them; known by their names alone. */
export const createLocalSource = ({
  dataDir,
  clock = systemClock,
  searchPath,
}: LocalSourceOptions): RepositorySource => {
  const forge = join(dataDir, 'forge')
  const gitDirOf = (name: string) => join(forge, `${name}${ENDING}`)
  const listed = (name: string): ListedRepository => ({
    id: null,
    repository: name,
    name,
    description: '',
    url: pathToFileURL(gitDirOf(name)).href,
    isPrivate: true,
    isArchived: false,
  })

  return {
    kind: 'local',
    owner: 'this machine',
    listRepositories: async () => {
      const entries = await readdir(forge).catch(gone([] as string[]))
      const names = entries
        .filter((entry) => entry.endsWith(ENDING))
        .map((entry) => entry.slice(0, -ENDING.length))
        .filter((name) => NAME.test(name))
        .sort()
      const found: ListedRepository[] = []
      for (const name of names) if (await isRepository(gitDirOf(name))) found.push(listed(name))
      return {
        marks: [undefined],
        requests: 0,
        changedPages: 0,
        page: async () => found,
        identities: async () => new Set(found.map(identityOf)),
      }
    },
    lookUp: async ({ repository }) => {
      if (await isRepository(gitDirOf(repository))) return { state: 'there', repository: listed(repository) }
      // With the whole folder away, such as on a disk that is not mounted, nothing can be said of one repository.
      await stat(forge).catch((error: unknown) => {
        throw unreadable(error)
      })
      return { state: 'gone' }
    },
    readFile: async ({ repository }, path) => {
      const git = createGit({ gitDir: gitDirOf(repository), clock, ...(searchPath && { searchPath }) })
      const found = await git(['ls-tree', '-z', '--name-only', 'HEAD', '--', path]).catch(() => '')
      if (found === '') return undefined
      return (await git(['cat-file', 'blob', `HEAD:${path}`])).slice(0, FILE_MAX_LENGTH)
    },
  }
}

/** A folder that git takes for a bare repository. @throws AppError platform_unavailable when it cannot be told. */
const isRepository = (gitDir: string): Promise<boolean> =>
  stat(join(gitDir, 'HEAD')).then((head) => head.isFile(), gone(false))

/** What is not there is an answer; a disk that cannot be read is none. */
const gone =
  <T>(answer: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return answer
    throw unreadable(error)
  }

const unreadable = (error: unknown) =>
  new AppError('platform_unavailable', `the repositories cannot be read: ${errorText(error)}`, {
    cause: error,
  })
