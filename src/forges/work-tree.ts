import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { WorkTree } from './forge.ts'
import { createGit, type Git, GitError } from './git.ts'

const MAX_DIFF_CHARS = 60_000
/** In git's data folder once the files stand: from then on they are somebody's work. */
const POPULATED = 'prorab-populated'
const EXCLUDES = '.prorab-*.tmp\n'

export interface WorkTreeOptions {
  /** The bare repository that is fetched from and pushed to. */
  origin: string
  branch: string
  base: string
  dir: string
  /** Where the git data of work trees is kept, apart from the trees. */
  checkouts: string
  clock: Clock
  log: Log
  searchPath?: string
}

/** Opens the work tree of a folder, making it on the first call. */
export const openWorkTree = async (options: WorkTreeOptions): Promise<WorkTree> => {
  const { origin, branch, dir, checkouts, clock, log, searchPath } = options
  const gitDir = join(checkouts, `${createHash('sha256').update(dir).digest('hex').slice(0, 24)}.git`)
  const git = createGit({ gitDir, workTree: dir, clock, searchPath })
  const made = await mkdir(dir, { recursive: true })
  // The folder was gone: its files are brought back rather than taken for deleted.
  if (made !== undefined) await rm(join(gitDir, POPULATED), { force: true })
  // Programs in the sandbox read the tree as another user; closed folders above it keep everybody else out.
  await chmod(dir, 0o755)
  if (!(await exists(join(gitDir, POPULATED)))) await populate(git, options)

  const head = async () => (await git(['rev-parse', '--verify', `refs/heads/${branch}`])).trim()

  const stage = async (paths?: readonly string[]) => {
    await removeNestedGit(dir, log)
    await git(['add', '--all', '--', ...(paths ?? ['.'])])
    return (await git(['write-tree'])).trim()
  }

  const commit: WorkTree['commit'] = async ({ message, paths }) => {
    const before = await head()
    // Other paths' changes that an earlier call staged do not belong into this commit.
    if (paths) await git(['read-tree', before])
    const tree = await stage(paths)
    if (tree === (await git(['rev-parse', `${before}^{tree}`])).trim()) return { sha: before, changed: false }
    const sha = (await git(['commit-tree', tree, '-p', before, '-F', '-'], { input: message })).trim()
    await git(['update-ref', `refs/heads/${branch}`, sha, before])
    return { sha, changed: true }
  }

  return {
    dir,
    branch,
    head,
    commit,

    async diff(base) {
      const tree = await stage()
      const text = await git([
        'diff',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        await commitOf(git, base),
        tree,
        '--',
      ])
      if (text.length <= MAX_DIFF_CHARS) return text
      return `${text.slice(0, MAX_DIFF_CHARS)}\n[diff cut: ${text.length - MAX_DIFF_CHARS} more characters]\n`
    },

    async push() {
      const refs = `refs/heads/${branch}:refs/heads/${branch}`
      await git(['push', '--quiet', origin, refs]).catch((error) => {
        if (!(error instanceof GitError && /rejected|non-fast-forward|fetch first/.test(error.message)))
          throw error
        throw new AppError('conflict', `The branch ${branch} has moved on in the repository.`, {
          cause: error,
        })
      })
    },

    async discard() {
      let rescued: string | undefined
      if (await exists(join(gitDir, POPULATED))) {
        const { sha } = await commit({ message: `Unfinished work on ${branch}` })
        rescued = await rescue(git, origin, sha, clock)
      }
      await rm(join(gitDir, POPULATED), { force: true })
      // In one step, so that a kill leaves no half of it; the folder goes last, by which a cleaner finds the rest.
      const gone = `${gitDir}.gone`
      await rm(gone, { recursive: true, force: true })
      if (await exists(gitDir)) await rename(gitDir, gone)
      await rm(gone, { recursive: true, force: true })
      await rm(dir, { recursive: true, force: true })
      return { rescued }
    },
  }
}

/** Everything up to the marker may be done again: until then nobody has worked in the folder. */
const populate = async (
  git: Git,
  { origin, branch, base, clock, searchPath }: WorkTreeOptions,
): Promise<void> => {
  if (!(await exists(join(git.gitDir, 'HEAD')))) {
    const making = `${git.gitDir}.new`
    await rm(making, { recursive: true, force: true })
    await createGit({ gitDir: making, clock, searchPath })(['init', '--quiet', '--bare', '--template='])
    await rename(making, git.gitDir)
  }
  await mkdir(join(git.gitDir, 'info'), { recursive: true })
  await writeFile(join(git.gitDir, 'info', 'exclude'), EXCLUDES)
  await git(['fetch', '--quiet', '--no-tags', origin, '+refs/heads/*:refs/remotes/origin/*'])
  const start =
    (await refOf(git, `refs/heads/${branch}`)) ??
    (await refOf(git, `refs/remotes/origin/${branch}`)) ??
    (await commitOf(git, base))
  await git(['update-ref', `refs/heads/${branch}`, start])
  await git(['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
  await git(['read-tree', '--reset', start])
  await git(['checkout-index', '--all', '--force'])
  await writeFile(join(git.gitDir, POPULATED), '')
}

/** @returns the ref the commit was kept under; undefined when a branch of the origin has it anyway. */
const rescue = async (git: Git, origin: string, sha: string, clock: Clock): Promise<string | undefined> => {
  await git(['fetch', '--quiet', '--no-tags', origin, '+refs/heads/*:refs/remotes/origin/*'])
  const holders = await git(['for-each-ref', '--contains', sha, 'refs/remotes/origin'])
  if (holders.trim() !== '') return undefined
  const ref = `refs/rescue/${clock.now().toISOString().replaceAll(/[:.]/g, '-')}-${sha.slice(0, 8)}`
  await git(['push', '--quiet', origin, `${sha}:${ref}`])
  return ref
}

const refOf = async (git: Git, ref: string): Promise<string | undefined> =>
  (await git.ask(['rev-parse', '--quiet', '--verify', `${ref}^{commit}`]))?.trim()

/** A branch of the origin, or a commit. */
const commitOf = async (git: Git, name: string): Promise<string> => {
  const sha = (await refOf(git, `refs/remotes/origin/${name}`)) ?? (await refOf(git, name))
  if (!sha) throw new AppError('not_found', `There is no branch or commit ${name}.`)
  return sha
}

/**
 * A repository inside the tree cannot be committed, and its configuration could make git run programs: what a
 * sandboxed program put there goes before git looks.
 */
const removeNestedGit = async (dir: string, log: Log): Promise<void> => {
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (entry.name.toLowerCase() !== '.git') continue
    log.warn({ dir }, 'git data inside a work tree removed')
    await rm(join(entry.parentPath, entry.name), { recursive: true, force: true })
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
