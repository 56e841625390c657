import { chmod, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Clock, systemClock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import { acquireFileLock } from '../workers/file-lock.ts'
import type { Forge } from './forge.ts'
import { createGit } from './git.ts'
import { mergeBranches } from './merge-branches.ts'
import { openWorkTree } from './work-tree.ts'

const REPOSITORY_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/
/** A safe subset of what git allows. */
const BRANCH_NAME = /^(?!.*(\.\.|\/\/|\.lock(\/|$)|\/\.|\.\/))[A-Za-z0-9][\w./-]{0,120}(?<![./])$/
const REVISION = /^[A-Za-z0-9][\w./-]{0,120}$/
const LOCK_WAIT_MS = 30_000

export interface LocalForgeOptions {
  dataDir: string
  log: Log
  clock?: Clock
  /** Where git is looked for; the usual places by default. */
  searchPath?: string
}

/** Bare repositories below `<dataDir>/forge`: the forge of a machine without a GitHub token. */
export const createLocalForge = ({
  dataDir,
  log,
  clock = systemClock,
  searchPath,
}: LocalForgeOptions): Forge => {
  const forge = join(dataDir, 'forge')
  const pathOf = (name: string) => {
    if (!REPOSITORY_NAME.test(name))
      throw new AppError(
        'invalid',
        `${JSON.stringify(name.slice(0, 80))} cannot be the name of a repository.`,
      )
    return join(forge, `${name}.git`)
  }
  const gitOf = async (name: string) => {
    const gitDir = pathOf(name)
    if (!(await exists(gitDir))) throw new AppError('not_found', `There is no repository ${name}.`)
    return createGit({ gitDir, clock, searchPath })
  }
  const locked = (name: string) =>
    acquireFileLock({ folder: join(forge, 'locks', name), clock, waitMs: LOCK_WAIT_MS })

  return {
    kind: 'local',

    async ensureRepository({ name, description }) {
      const gitDir = pathOf(name)
      await using _ = await locked(name)
      if (!(await exists(gitDir))) {
        // One name, under the lock: what a kill leaves is what the next call begins with.
        const making = join(forge, 'locks', name, 'new.git')
        await rm(making, { recursive: true, force: true })
        const git = createGit({ gitDir: making, clock, searchPath })
        await git(['init', '--quiet', '--bare', '--template='])
        const readme = `# ${name}\n${description.trim() ? `\n${description.trim()}\n` : ''}`
        const blob = (await git(['hash-object', '-w', '--stdin'], { input: readme })).trim()
        const tree = (await git(['mktree'], { input: `100644 blob ${blob}\tREADME.md\n` })).trim()
        const sha = (await git(['commit-tree', tree, '-F', '-'], { input: `Begin ${name}` })).trim()
        await git(['update-ref', 'refs/heads/main', sha])
        await git(['symbolic-ref', 'HEAD', 'refs/heads/main'])
        await rename(making, gitDir)
      }
      return { kind: 'local', name }
    },

    async checkout({ repository, branch, dir, base = 'main' }) {
      const { gitDir } = await gitOf(repository.name)
      requireName(BRANCH_NAME, branch)
      requireName(REVISION, base)
      const checkouts = join(forge, 'checkouts')
      await mkdir(checkouts, { recursive: true })
      return openWorkTree({ origin: gitDir, branch, base, dir, checkouts, clock, log, searchPath })
    },

    async merge({ repository, branch, into = 'main', message }) {
      const git = await gitOf(repository.name)
      await using _ = await locked(repository.name)
      return await mergeBranches(git, {
        branch: requireName(BRANCH_NAME, branch),
        into: requireName(BRANCH_NAME, into),
        message,
      })
    },

    async exportTree({ repository, ref, dir }) {
      const git = await gitOf(repository.name)
      const sha = (
        await git.ask(['rev-parse', '--quiet', '--verify', `${requireName(REVISION, ref)}^{commit}`])
      )?.trim()
      if (!sha) throw new AppError('not_found', `There is no branch or commit ${ref}.`)
      if (await exists(dir)) return { sha }
      await mkdir(dirname(dir), { recursive: true })
      const making = await mkdtemp(`${dir}.new-`)
      const index = `${making}.index`
      try {
        await git(['read-tree', sha], { index })
        await git(['checkout-index', '--all', `--prefix=${making}/`], { index, workTree: making })
        await chmod(making, 0o755)
        await rename(making, dir)
      } catch (error) {
        // Somebody else was as fast: theirs is the same.
        if (!(await exists(dir))) throw error
      } finally {
        await rm(making, { recursive: true, force: true })
        await rm(index, { force: true })
      }
      return { sha }
    },

    async archiveRepository({ name }) {
      const gitDir = pathOf(name)
      await using _ = await locked(name)
      if (!(await exists(gitDir))) return
      const archive = join(dataDir, 'archive', 'forge')
      await mkdir(archive, { recursive: true })
      await rename(gitDir, join(archive, `${name}-${clock.now().toISOString().replaceAll(/[:.]/g, '-')}.git`))
    },

    repositoryUrl: ({ name }) => pathToFileURL(pathOf(name)).href,
  }
}

const requireName = (pattern: RegExp, name: string): string => {
  if (!pattern.test(name))
    throw new AppError('invalid', `${JSON.stringify(name.slice(0, 80))} cannot be the name of a branch.`)
  return name
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
