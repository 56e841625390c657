import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { insidePath, mountsOf } from './sandbox-paths.ts'
import type { SandboxedCommand, SandboxPolicy } from './sandbox-policy.ts'
import { heapMb, MAX_FILE_MB, MAX_OPEN_FILES, MAX_PROCESSES, TEMPORARY_FOLDER_MB } from './sandbox-policy.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

const MB = 1024 * 1024
const NODE_INSIDE = '/opt/node/bin/node'
const USER_INSIDE = '1000'
/** What programs need of the system; /etc only as far as names and certificates are looked up in it. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64']
const LOOKUPS = [
  '/etc/hosts',
  '/etc/nsswitch.conf',
  '/etc/ssl',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/localtime',
]
/** Made by bubblewrap itself, they would be closed to the user that root steps down to. */
const PARENTS = ['/opt', '/opt/node', '/opt/node/bin', '/mnt', '/etc']
const PROBE_TIMEOUT_MS = 10_000

export interface BubblewrapOptions {
  nodePath: string
  /** Whether prorab itself runs as root. */
  root: boolean
}

/**
 * The policy as a bubblewrap command. Namespaces of its own for processes, files, IPC and (unless `host`) network;
 * no capability; its own limits. Bubblewrap ends, and everything in it, when the process that started it ends.
 *
 * An ordinary user gets a user namespace. Root instead steps down to an unprivileged user once the mounts stand:
 * the kernel exempts root's processes from the limit on their number even in a user namespace.
 */
export const bubblewrapCommand = (policy: SandboxPolicy, options: BubblewrapOptions): SandboxedCommand => {
  const mounts = mountsOf(policy)
  const inside = (value: string) => insidePath(mounts, value)
  const command = policy.command.map((part, i) =>
    i === 0 && (part === 'node' || part === options.nodePath) ? NODE_INSIDE : inside(part),
  )
  const given = Object.entries(policy.env ?? {}).map(([name, value]) => [name, inside(value)])
  return {
    file: 'bwrap',
    args: [
      ...namespaces(policy, options),
      ...PARENTS.flatMap((path) => ['--perms', '0755', '--dir', path]),
      ...SYSTEM.flatMap((path) => ['--ro-bind-try', path, path]),
      ...LOOKUPS.flatMap((path) => ['--ro-bind-try', path, path]),
      ...(policy.network === 'host' ? ['--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf'] : []),
      ...['--proc', '/proc', '--dev', '/dev'],
      ...['/tmp', '/dev/shm'].flatMap((path) => [
        ...['--perms', '1777', '--size', String(TEMPORARY_FOLDER_MB * MB), '--tmpfs', path],
      ]),
      ...['--ro-bind', options.nodePath, NODE_INSIDE],
      ...mounts.flatMap(({ host, inside, writable }) => [writable ? '--bind' : '--ro-bind', host, inside]),
      // The root and /dev are memory: left writable they would be a way around every disk limit.
      ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', inside(policy.cwd), '--'],
      ...(options.root ? stepDown(unprivilegedUser(policy)) : []),
      ...limits,
      ...command,
    ],
    cwd: '/',
    env: {
      PATH: '/opt/node/bin:/usr/local/bin:/usr/bin:/bin',
      HOME: '/tmp',
      TMPDIR: '/tmp',
      LANG: 'C.UTF-8',
      ...Object.fromEntries(given),
      NODE_OPTIONS: `--max-old-space-size=${heapMb(policy)}`,
    },
  }
}

const namespaces = ({ network }: SandboxPolicy, { root }: BubblewrapOptions): string[] => [
  ...['--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try'],
  ...['--die-with-parent', '--new-session', '--hostname', 'sandbox', '--cap-drop', 'ALL'],
  ...(network === 'host' ? [] : ['--unshare-net']),
  ...(root
    ? ['--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID']
    : ['--unshare-user', '--uid', USER_INSIDE, '--gid', USER_INSIDE]),
]

const stepDown = (uid: number): string[] => [
  ...['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--inh-caps=-all', '--'],
]

const limits = [
  ...['prlimit', `--nproc=${MAX_PROCESSES}`, `--fsize=${MAX_FILE_MB * MB}`, `--nofile=${MAX_OPEN_FILES}`],
  ...['--core=0', '--'],
]

/**
 * Whether bubblewrap is there and allowed to work: containers and hardened kernels forbid its namespaces.
 * @returns undefined when it works, else the reason in a line.
 */
export const bubblewrapProblem = async (options: BubblewrapOptions): Promise<string | undefined> => {
  const policy: SandboxPolicy = { command: ['node', '-e', ''], cwd: '/usr', memoryMb: 256, network: 'none' }
  const { file, args, env } = bubblewrapCommand(policy, options)
  try {
    await promisify(execFile)(file, args, { cwd: '/', env, timeout: PROBE_TIMEOUT_MS })
    return undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'it is not installed'
    return String((error as { stderr?: unknown }).stderr || error).trim()
  }
}
