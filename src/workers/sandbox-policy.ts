/**
 * What a sandboxed program may do. `run` and `wrap` take the same policy: a test run and a deployed service are
 * confined alike, they differ in how long they live.
 */
export interface SandboxPolicy {
  /** The program and its arguments; `node` stands for prorab's own Node. */
  command: readonly string[]
  /** An absolute folder; readable, and writable only when named below as well. */
  cwd: string
  /** Absolute folders. Started as root, prorab hands them over to the user the program runs as. */
  writable?: readonly string[]
  /** Further absolute files or folders. */
  readable?: readonly string[]
  /**
   * Everything the program sees besides PATH, HOME, TMPDIR and LANG. Values and arguments that are a folder of
   * this policy, or lie in one, are rewritten to the path it has inside.
   */
  env?: Readonly<Record<string, string>>
  /** For the program and all its children together. */
  memoryMb: number
  /** How much the writable folders may grow to, in total. */
  diskMb?: number
  /**
   * `none`: no connections. `loopback-own`: only to what it itself listens on. `host`: the machine's network, for
   * services.
   */
  network: 'none' | 'loopback-own' | 'host'
}

export interface SandboxRun extends SandboxPolicy {
  timeoutMs: number
  maxOutputBytes: number
  signal?: AbortSignal
}

export type SandboxOutcome =
  | 'ok'
  | 'failed' /** ended by itself with another exit code than 0 */
  | 'timeout'
  | 'memory'
  | 'disk'
  | 'processes'
  | 'output_limit'
  | 'stopped' /** the caller's signal */
  | 'refused' /** never started; the output says why */

export interface SandboxResult {
  exitCode: number | null
  signal: NodeJS.Signals | null
  /** Both streams in the order they were written; its last line says so when it was cut. */
  output: string
  outcome: SandboxOutcome
  durationMs: number
}

/** How to start a program under a policy: for `child_process.spawn(file, args, { cwd, env, uid, gid })`. */
export interface SandboxedCommand {
  file: string
  args: string[]
  cwd: string
  /** The whole environment, not an addition to the caller's. */
  env: Record<string, string>
  /** Set when a starter running as root must step down itself. */
  uid?: number
  gid?: number
}

export interface SandboxLimits {
  memoryMb: number
  diskMb: number
  processes: number
  /** Host paths of the folders whose size counts. */
  writable: readonly string[]
}

export const DEFAULT_DISK_MB = 256
/** Threads count as processes here; one Node has about a dozen. */
export const MAX_PROCESSES = 256
export const MAX_FILE_MB = 64
export const MAX_OPEN_FILES = 1024
export const TEMPORARY_FOLDER_MB = 64

/** V8's heap ends before the whole allowance does: the rest of the process needs memory too. */
export const heapMb = ({ memoryMb }: SandboxPolicy): number => Math.max(32, Math.floor(memoryMb * 0.75))
