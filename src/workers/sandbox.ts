import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, errorText } from '../errors.ts'
import type { Log } from '../log.ts'
import { bubblewrapCommand, bubblewrapProblem } from './bubblewrap.ts'
import { permissionCommand } from './node-permission.ts'
import { runConfined } from './run-confined.ts'
import {
  DEFAULT_DISK_MB,
  MAX_PROCESSES,
  type SandboxedCommand,
  type SandboxLimits,
  type SandboxPolicy,
  type SandboxResult,
  type SandboxRun,
} from './sandbox-policy.ts'
import { handOver } from './unprivileged-user.ts'

export interface SandboxOptions {
  log: Log
  /** `off`: do without bubblewrap even where it works. */
  bubblewrap?: 'auto' | 'off'
  /** The Node programs run with; prorab's own by default. */
  nodePath?: string
}

/** Runs code that a model wrote. What it may do is its policy; nothing of prorab's is ever part of that. */
export interface Sandbox {
  /** Runs a program to its end. Never throws for what the program does: the outcome says what happened. */
  run(run: SandboxRun): Promise<SandboxResult>
  /**
   * How to start a long-lived program under the same policy; `limits` are for `watchLimits`.
   * The first writable folder, if any, also holds temporary files where bubblewrap does not give it its own.
   * @throws AppError sandbox_refused when the policy cannot be kept on this machine.
   */
  wrap(policy: SandboxPolicy): Promise<{ command: SandboxedCommand; limits: SandboxLimits }>
  /** What confines programs on this machine, for the start screen and `prorab doctor`. */
  describe(): Promise<{ by: 'bubblewrap' } | { by: 'node-permission'; reason: string }>
}

export const createSandbox = ({
  log,
  bubblewrap = 'auto',
  nodePath = process.execPath,
}: SandboxOptions): Sandbox => {
  const root = process.getuid?.() === 0
  let probed: Promise<string | undefined> | undefined
  const problem = (): Promise<string | undefined> => {
    probed ??= bubblewrap === 'off' ? Promise.resolve('it is switched off') : probe()
    return probed
  }
  const probe = async () => {
    const reason = await bubblewrapProblem({ nodePath, root })
    if (reason) log.warn({ reason }, 'sandbox without bubblewrap')
    return reason
  }

  const command = async (policy: SandboxPolicy, temporary: string, timeoutMs?: number) => {
    if ((await problem()) === undefined) {
      if (root) await handOver(policy)
      return bubblewrapCommand(policy, { nodePath, root })
    }
    const confined = await permissionCommand(policy, { nodePath, root, temporary, timeoutMs })
    if (typeof confined !== 'string' && confined.uid !== undefined)
      await handOver({ ...policy, writable: [...(policy.writable ?? []), temporary] })
    return confined
  }

  return {
    async run(run) {
      const temporary = await mkdtemp(join(await realpath(tmpdir()), 'sandbox-'))
      try {
        const policy = await realPaths(run)
        const confined = await command(policy, temporary, run.timeoutMs)
        if (typeof confined === 'string') return refused(confined)
        const limits = limitsOf(policy)
        return await runConfined(confined, {
          ...run,
          limits: { ...limits, writable: [...limits.writable, temporary] },
        })
      } catch (error) {
        return refused(errorText(error))
      } finally {
        await rm(temporary, { recursive: true, force: true })
      }
    },

    async wrap(given) {
      const policy = await realPaths(given)
      const confined = await command(policy, policy.writable?.[0] ?? policy.cwd)
      if (typeof confined === 'string') throw new AppError('sandbox_refused', confined)
      return { command: confined, limits: limitsOf(policy) }
    },

    async describe() {
      const reason = await problem()
      return reason === undefined ? { by: 'bubblewrap' } : { by: 'node-permission', reason }
    },
  }
}

const limitsOf = ({ memoryMb, diskMb = DEFAULT_DISK_MB, writable = [] }: SandboxPolicy): SandboxLimits => ({
  memoryMb,
  diskMb,
  processes: MAX_PROCESSES,
  writable,
})

/** Links in the folders' own paths are resolved once, here: what is mounted is what was checked. */
const realPaths = async <P extends SandboxPolicy>(policy: P): Promise<P> => ({
  ...policy,
  cwd: await realpath(policy.cwd),
  writable: await Promise.all((policy.writable ?? []).map((path) => realpath(path))),
  readable: await Promise.all((policy.readable ?? []).map((path) => realpath(path))),
})

const refused = (output: string): SandboxResult => ({
  exitCode: null,
  signal: null,
  output,
  outcome: 'refused',
  durationMs: 0,
})
