import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AppError } from '../../errors.ts'
import { serviceFiles } from './service-folder.ts'

const KEPT_RELEASES = 4
const START_SCRIPT = /^node( [\w./=-]+)+$/

/**
 * Copies a version's files to its place, complete or not at all. A version that is there with all its files is kept
 * as it is; one that was harmed is replaced.
 */
export const installRelease = async (folder: string, version: string, from: string): Promise<void> => {
  const { releases } = serviceFiles(folder)
  const place = join(releases, version)
  if (await holds(place, from)) return
  await mkdir(releases, { recursive: true })
  const making = await mkdtemp(join(releases, '.new-'))
  try {
    // Links could lead out of the release, so none is taken along.
    await cp(from, join(making, 'files'), { recursive: true, filter: async (path) => !(await isLink(path)) })
    // A process that dies in between leaves nothing in its place, and the next installs it.
    if (await exists(place)) await rename(place, join(making, 'harmed'))
    await rename(join(making, 'files'), place)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

/** Points `current` at a version, for people who look; in one step. */
export const pointCurrent = async (folder: string, version: string): Promise<void> => {
  const { current } = serviceFiles(folder)
  const making = `${current}.new`
  await rm(making, { force: true })
  await symlink(join('releases', version), making)
  await rename(making, current)
}

/** Removes all but the newest releases and those named. */
export const pruneReleases = async (folder: string, keep: readonly string[]): Promise<void> => {
  const { releases } = serviceFiles(folder)
  const found = await Promise.all(
    (await readdir(releases)).map(async (name) => ({ name, at: (await stat(join(releases, name))).ctimeMs })),
  )
  const old = found.sort((a, b) => b.at - a.at).slice(KEPT_RELEASES)
  for (const { name } of old)
    if (!keep.includes(name)) await rm(join(releases, name), { recursive: true, force: true })
}

/**
 * How a release is started: its package's start script, which must be a plain `node` command, else its `main`,
 * else `server.js`.
 * @throws AppError invalid when the start script is anything else.
 */
export const startCommand = async (release: string): Promise<string[]> => {
  const text = await readFile(join(release, 'package.json'), 'utf8').catch(() => '{}')
  const { scripts, main } = parsed(text)
  const start = scripts?.start
  if (start === undefined) return ['node', main ?? 'server.js']
  if (!START_SCRIPT.test(start))
    throw new AppError(
      'invalid',
      `The start script must be a plain node command such as "node server.js", not "${start.slice(0, 100)}".`,
    )
  return start.split(' ')
}

const parsed = (text: string): { scripts?: { start?: string }; main?: string } => {
  try {
    return JSON.parse(text) as { scripts?: { start?: string }; main?: string }
  } catch {
    throw new AppError('invalid', 'The package.json of the release is not valid JSON.')
  }
}

/** Whether every file is there with the same bytes. */
const holds = async (place: string, from: string): Promise<boolean> => {
  if (!(await exists(place))) return false
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const [wanted, found] = await Promise.all([
      readFile(file),
      readFile(join(place, relative(from, file))).catch(() => undefined),
    ])
    if (!found?.equals(wanted)) return false
  }
  return true
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
const isLink = async (path: string): Promise<boolean> => (await lstat(path)).isSymbolicLink()
