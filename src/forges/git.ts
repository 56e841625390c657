import { execFile } from 'node:child_process'
import { glob, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'

const run = promisify(execFile)

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024
const TIMEOUT_MS = 120_000
/** Where systems keep git; the environment of prorab is not looked at. */
export const SEARCH_PATH = '/usr/local/bin:/opt/homebrew/bin:/run/current-system/sw/bin:/usr/bin:/bin'
/** git holds its lock files for milliseconds: an old one is what a killed process left. */
const STALE_LOCK_MS = 5000
const LOCK_RETRIES = 40
const LOCK_RETRY_MS = 250
const LOCKED = /Unable to create '.*\.lock': File exists|cannot lock ref/

export interface Git {
  readonly gitDir: string
  /** Runs a git command and answers its standard output. @throws GitError when it fails. */
  (args: readonly string[], options?: GitOptions): Promise<string>
  /** As above, but a refusal (exit code 1, such as "no" or "not found") answers undefined. */
  ask(args: readonly string[], options?: GitOptions): Promise<string | undefined>
}

export interface GitOptions {
  /** An index file other than the repository's own. */
  index?: string
  workTree?: string
  cwd?: string
  input?: string
}

export interface GitPlace {
  gitDir: string
  workTree?: string
  clock: Clock
  searchPath?: string
}

export class GitError extends Error {
  override readonly name = 'GitError'
  readonly exitCode: number | undefined
  constructor(command: string, exitCode: number | undefined, output: string) {
    super(`git ${command} failed: ${output.trim().slice(-2000)}`)
    this.exitCode = exitCode
  }
}

/**
 * git bound to one repository. It reads no configuration of the machine, the user or the work tree, runs no hook,
 * helper, pager or editor, follows no protocol but local files, and checks out no symbolic links.
 */
export const createGit = ({ gitDir, workTree, clock, searchPath = SEARCH_PATH }: GitPlace): Git => {
  const once = async (args: readonly string[], options: GitOptions) => {
    const tree = options.workTree ?? workTree
    const env = {
      ...environment(clock, searchPath),
      ...(options.index ? { GIT_INDEX_FILE: options.index } : {}),
    }
    const place = [`--git-dir=${gitDir}`, ...(tree ? [`--work-tree=${tree}`] : [])]
    const cwd = options.cwd ?? tree ?? '/'
    const running = run('git', [...place, ...CONFIG, ...args], {
      cwd,
      env,
      maxBuffer: MAX_OUTPUT_BYTES,
      timeout: TIMEOUT_MS,
    })
    running.child.stdin?.on('error', () => {})
    running.child.stdin?.end(options.input ?? '')
    return await running.then(
      ({ stdout }) => stdout,
      (error) => Promise.reject(asGitError(args, error)),
    )
  }

  const git = async (args: readonly string[], options: GitOptions = {}): Promise<string> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(args, options)
      } catch (error) {
        if (!(error instanceof GitError && LOCKED.test(error.message)) || attempt > LOCK_RETRIES) throw error
        await removeStaleLocks(gitDir, clock)
        await clock.sleep(LOCK_RETRY_MS)
      }
    }
  }

  const ask = (args: readonly string[], options?: GitOptions) =>
    git(args, options).catch((error) => {
      if (error instanceof GitError && error.exitCode === 1) return undefined
      throw error
    })

  return Object.assign(git, { gitDir, ask })
}

const CONFIG = Object.entries({
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.untrackedCache': 'false',
  'core.symlinks': 'false',
  'core.attributesFile': '/dev/null',
  'core.excludesFile': '/dev/null',
  'core.quotePath': 'false',
  'core.autocrlf': 'false',
  'core.pager': 'cat',
  'credential.helper': '',
  'commit.gpgSign': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'protocol.allow': 'never',
  'protocol.file.allow': 'always',
  'safe.directory': '*',
  'submodule.recurse': 'false',
  'diff.ignoreSubmodules': 'all',
  'fetch.recurseSubmodules': 'false',
  'advice.detachedHead': 'false',
  'init.defaultBranch': 'main',
}).flatMap(([name, value]) => ['-c', `${name}=${value}`])

const environment = (clock: Clock, searchPath: string): Record<string, string> => {
  const date = `${Math.floor(clock.now().getTime() / 1000)} +0000`
  return {
    PATH: searchPath,
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_AUTHOR_NAME: 'prorab',
    GIT_AUTHOR_EMAIL: 'prorab@localhost',
    GIT_COMMITTER_NAME: 'prorab',
    GIT_COMMITTER_EMAIL: 'prorab@localhost',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  }
}

const asGitError = (args: readonly string[], error: unknown): Error => {
  const { code, stderr, stdout, killed } = error as {
    code?: number | string
    stderr?: string
    stdout?: string
    killed?: boolean
  }
  if (code === 'ENOENT')
    return new AppError(
      'misconfigured',
      'git is not installed: prorab keeps every project in a git repository. Install the package "git".',
    )
  const output = killed ? 'it took too long' : `${stderr ?? ''}${stdout ?? ''}` || String(error)
  return new GitError(
    args.find((arg) => !arg.startsWith('-')) ?? '',
    typeof code === 'number' ? code : undefined,
    output,
  )
}

const removeStaleLocks = async (gitDir: string, clock: Clock): Promise<void> => {
  for await (const name of glob('{*.lock,refs/**/*.lock}', { cwd: gitDir })) {
    const path = join(gitDir, name)
    const age = await stat(path).then(
      ({ mtimeMs }) => clock.now().getTime() - mtimeMs,
      () => 0,
    )
    if (age > STALE_LOCK_MS) await rm(path, { force: true })
  }
}
