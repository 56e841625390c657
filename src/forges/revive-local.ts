import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../clock.ts'
import { serviceFiles } from '../deploy/local/service-folder.ts'
import { AppError } from '../errors.ts'
import { acquireFileLock } from '../workers/file-lock.ts'
import { createGit, type Git } from './git.ts'

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/
const LOCK_WAIT_MS = 30_000

/**
 * What is left of a repository that is gone: the git data of a work tree, with the history as of when it was fetched;
 * or the files of the version that runs, without any history.
 */
export interface Remains {
  kind: 'work_tree' | 'release'
  path: string
  /** When it was last in step with the repository. */
  at: Date
}

export interface ReviveOptions {
  dataDir: string
  clock: Clock
  /** Where git is looked for; the usual places by default. */
  searchPath?: string
}

export interface Lost {
  name: string
  /** Folders of work trees of this repository that may be there still. */
  workTrees: readonly string[]
  /** The version that runs, when one does. */
  release: string | undefined
}

/** The best of what is left on this machine of a repository of the local forge; undefined when nothing is. */
export const findRemains = async (
  { dataDir }: ReviveOptions,
  { name, workTrees, release }: Lost,
): Promise<Remains | undefined> => {
  if (!NAME.test(name)) return undefined
  const trees = await Promise.all(
    workTrees.map(async (dir): Promise<Remains | undefined> => {
      const hash = createHash('sha256').update(dir).digest('hex').slice(0, 24)
      const path = join(dataDir, 'forge', 'checkouts', `${hash}.git`)
      const at = await changedAt(join(path, 'FETCH_HEAD'))
      return at && { kind: 'work_tree', path, at }
    }),
  )
  const newest = trees.filter((one) => one !== undefined).sort((a, b) => b.at.getTime() - a.at.getTime())[0]
  if (newest) return newest
  if (!release) return undefined
  const path = join(serviceFiles(join(dataDir, 'services', name)).releases, release)
  const at = await changedAt(path)
  return at && (await readdir(path)).length > 0 ? { kind: 'release', path, at } : undefined
}

/** Whether the local forge has the repository. */
export const hasLocalRepository = async ({ dataDir }: ReviveOptions, name: string): Promise<boolean> =>
  (await changedAt(placeOf(dataDir, name))) !== undefined

/**
 * Makes the repository anew from what is left; complete or not at all. One that is there meanwhile stays as it is.
 * @throws AppError not_found when what was left is gone, too.
 */
export const reviveRepository = async (
  options: ReviveOptions,
  name: string,
  remains: Remains,
): Promise<void> => {
  const { dataDir, clock, searchPath } = options
  const place = placeOf(dataDir, name)
  const locks = join(dataDir, 'forge', 'locks', name)
  await using _ = await acquireFileLock({ folder: locks, clock, waitMs: LOCK_WAIT_MS })
  if (await changedAt(place)) return
  if (!(await changedAt(remains.path))) throw new AppError('not_found', `nothing is left of ${name}`)
  // One name, under the lock: what a kill leaves is what the next call begins with.
  const making = join(locks, 'revived.git')
  await rm(making, { recursive: true, force: true })
  const git = createGit({ gitDir: making, clock, ...(searchPath && { searchPath }) })
  await git(['init', '--quiet', '--bare', '--template='])
  await (remains.kind === 'work_tree' ? fromWorkTree(git, remains) : fromRelease(git, remains))
  await git(['symbolic-ref', 'HEAD', 'refs/heads/main'])
  await mkdir(dirname(place), { recursive: true })
  await rename(making, place)
}

const fromWorkTree = (git: Git, { path }: Remains) =>
  git(['fetch', '--quiet', '--no-tags', path, '+refs/remotes/origin/*:refs/heads/*'])

const fromRelease = async (git: Git, { path }: Remains) => {
  const at = { workTree: path, index: join(git.gitDir, 'revived.index') }
  await git(['add', '--all', '--force', '--', '.'], at)
  const tree = (await git(['write-tree'], at)).trim()
  await rm(at.index, { force: true })
  const message = 'Begin anew with the files of the version that ran'
  const sha = (await git(['commit-tree', tree, '-F', '-'], { input: message })).trim()
  await git(['update-ref', 'refs/heads/main', sha])
}

const placeOf = (dataDir: string, name: string): string => {
  if (!NAME.test(name)) throw new AppError('invalid', 'that cannot be the name of a repository')
  return join(dataDir, 'forge', `${name}.git`)
}

const changedAt = (path: string): Promise<Date | undefined> =>
  stat(path).then(
    ({ mtime }) => mtime,
    () => undefined,
  )
