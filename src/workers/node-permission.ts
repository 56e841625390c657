import { lstatSync } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isWithin } from './sandbox-paths.ts'
import type { SandboxedCommand, SandboxPolicy } from './sandbox-policy.ts'
import { heapMb, MAX_FILE_MB, MAX_OPEN_FILES } from './sandbox-policy.ts'
import { reachableByOthers, unprivilegedUser } from './unprivileged-user.ts'

const GUARD = fileURLToPath(new URL('permission-guard.cts', import.meta.url))
const BLOCKS_PER_MB = 2048

export interface PermissionOptions {
  nodePath: string
  root: boolean
  /** A folder for temporary files; writable. */
  temporary: string
  /** Wall time the program may take, as a bound on its processor time; absent for services. */
  timeoutMs?: number
}

/**
 * The policy by Node's own permission model, for machines without bubblewrap: only `node`, files of the policy
 * only, no children, workers or add-ons, and `permission-guard.cts` for signals and connections. As root, another
 * user as well, if the folders' parents let him through.
 * @returns a text instead, when this policy cannot be kept without bubblewrap.
 */
export const permissionCommand = async (
  policy: SandboxPolicy,
  options: PermissionOptions,
): Promise<SandboxedCommand | string> => {
  const [program, ...rest] = policy.command
  if (program !== 'node' && program !== options.nodePath)
    return `only node programs can be confined without bubblewrap, not ${program}: install bubblewrap`
  const writable = [...(policy.writable ?? []), options.temporary]
  const readable = [GUARD, policy.cwd, ...(policy.readable ?? []), ...writable]
  for (const folder of readable) {
    const link = await linkOutOf(folder, readable)
    if (link) return `the link ${link} leads out of the folders this program may read`
  }
  const uid =
    options.root && (await canStepDown(options.nodePath, readable)) ? unprivilegedUser(policy) : undefined
  return {
    file: '/bin/sh',
    args: [
      '-c',
      // The shell knows who started it even when that one is gone before the program's first line.
      `export SANDBOX_PARENT=$PPID; ${ulimits(options.timeoutMs)}; exec "$@"`,
      'sh',
      options.nodePath,
      ...['--permission', '--no-experimental-sqlite', '--no-experimental-webstorage'],
      ...readable.map((path) => `--allow-fs-read=${path}`),
      ...writable.map((path) => `--allow-fs-write=${path}`),
      `--max-old-space-size=${heapMb(policy)}`,
      ...['--require', GUARD],
      // Test files share the process: without bubblewrap there are no children.
      ...(rest.includes('--test') ? ['--test-isolation=none'] : []),
      ...rest,
    ],
    cwd: policy.cwd,
    env: {
      PATH: '/usr/bin:/bin',
      HOME: options.temporary,
      TMPDIR: options.temporary,
      LANG: 'C.UTF-8',
      ...policy.env,
      SANDBOX_NETWORK: policy.network,
    },
    uid,
    gid: uid,
  }
}

const ulimits = (timeoutMs: number | undefined): string =>
  [
    `ulimit -f ${MAX_FILE_MB * BLOCKS_PER_MB}`,
    `ulimit -n ${MAX_OPEN_FILES}`,
    'ulimit -c 0',
    ...(timeoutMs ? [`ulimit -t ${Math.ceil(timeoutMs / 1000) * 4}`] : []),
  ].join('; ')

/** The permission model follows links, so the folders may hold none that leaves them. */
const linkOutOf = async (path: string, allowed: readonly string[]): Promise<string | undefined> => {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return undefined
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) continue
    const link = join(entry.parentPath, entry.name)
    const target = await realpath(link).catch(() => undefined)
    if (!target || !allowed.some((folder) => isWithin(folder, target))) return link
  }
  return undefined
}

/** The folders themselves are handed over; what counts is the way to them. */
const canStepDown = async (nodePath: string, paths: readonly string[]): Promise<boolean> => {
  const ways = await Promise.all([nodePath, ...paths].map((path) => reachableByOthers(dirname(path))))
  return ways.every(Boolean)
}
