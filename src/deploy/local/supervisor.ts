import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Clock } from '../../clock.ts'
import { type ExceededLimit, watchLimits } from '../../workers/limit-watch.ts'
import {
  endTree,
  identify,
  isAlive,
  type ProcessIdentity,
  processTree,
  signalIfSame,
} from '../../workers/process-table.ts'
import type { SandboxLimits } from '../../workers/sandbox-policy.ts'
import type { RotatingLog } from './rotating-log.ts'
import type { SuperviseSpec, SupervisorState } from './service-folder.ts'

const WATCH_INTERVAL_MS = 2000
const END_POLL_MS = 50

export interface SupervisorDeps {
  spec: SuperviseSpec
  /** The state a supervisor before this one left. */
  before: SupervisorState | undefined
  log: RotatingLog
  save(state: SupervisorState): Promise<void>
  clock: Clock
}

export interface Supervisor {
  /** Keeps the service running until `stop` is called or it has failed too often. */
  run(): Promise<void>
  /** Asks the service to end, and ends it when it does not. */
  stop(): void
}

/** One service, one process at a time: started again with growing pauses, given up when it keeps failing. */
export const createSupervisor = ({ spec, before, log, save, clock }: SupervisorDeps): Supervisor => {
  const { policy } = spec
  const stopping = new AbortController()
  const note = (text: string) => log.write(`[prorab ${clock.now().toISOString()}] ${text}\n`)
  const self = identify(process.pid)
  if (!self) throw new Error('this process is not in /proc')
  const state: SupervisorState = {
    specId: spec.id,
    phase: 'starting',
    supervisor: identityOf(self),
    version: spec.version,
    since: clock.now().toISOString(),
    restarts: 0,
  }
  const move = (change: Partial<SupervisorState>) => save(Object.assign(state, change))

  /** @returns why it ended. */
  const runOnce = async (): Promise<string> => {
    const { file, args, ...options } = spec.command
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const ended = endOf(child)
    const service = child.pid === undefined ? undefined : identify(child.pid)
    child.stdout?.on('data', (chunk: Buffer) => log.write(chunk))
    child.stderr?.on('data', (chunk: Buffer) => log.write(chunk))
    if (!service) return ended
    await move({ phase: 'running', service: identityOf(service) })
    note(`started ${spec.name} ${spec.version} as process ${service.pid}`)
    let exceeded: ExceededLimit | undefined
    // Ended as a whole before the next start: what is still dying holds the port.
    let gone: Promise<void> | undefined
    const unwatch = watchLimits(
      service,
      spec.limits,
      (limit) => {
        exceeded = limit
        gone = endTree(service, clock)
      },
      WATCH_INTERVAL_MS,
    )
    const stop = () => {
      gone = endGently(service, policy.stopGraceMs, clock)
    }
    stopping.signal.addEventListener('abort', stop, { once: true })
    if (stopping.signal.aborted) stop()
    const reason = await ended
    stopping.signal.removeEventListener('abort', stop)
    unwatch()
    await (gone ?? endTree(service, clock))
    return exceeded ? exceededText(exceeded, spec.limits) : reason
  }

  const run = async () => {
    if (before?.service) await endTree(before.service, clock)
    await move({})
    for (let failures = 0; !stopping.signal.aborted; ) {
      const started = clock.now().getTime()
      const lastEnd = await runOnce()
      if (stopping.signal.aborted) break
      failures = clock.now().getTime() - started < policy.quickMs ? failures + 1 : 1
      note(`${spec.name} ended: ${lastEnd}`)
      if (failures >= policy.maxQuickFailures) {
        note(`given up: it ended ${failures} times in a row right after its start`)
        return move({ phase: 'crash-looping', service: undefined, lastEnd })
      }
      await move({ phase: 'backing-off', service: undefined, lastEnd })
      const delayMs = Math.min(policy.firstDelayMs * 2 ** (failures - 1), policy.longestDelayMs)
      await clock.sleep(delayMs, stopping.signal).catch(() => {})
      state.restarts++
    }
    note(`${spec.name} stopped`)
    await move({ phase: 'stopped', service: undefined })
  }

  return { run, stop: () => stopping.abort() }
}

const identityOf = ({ pid, startTime, bootId }: ProcessIdentity): ProcessIdentity => ({
  pid,
  startTime,
  bootId,
})

const endOf = async (child: ChildProcess): Promise<string> => {
  try {
    // Not `close`: whoever inherited the output must not keep the service from being started again.
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    return signal ? `signal ${signal}` : `exit code ${code}`
  } catch (error) {
    return `it could not be started: ${(error as Error).message}`
  }
}

/** bubblewrap's own processes are left out: they would end without letting the service finish what it does. */
const endGently = async (service: ProcessIdentity, graceMs: number, clock: Clock): Promise<void> => {
  for (const entry of processTree(service)) if (entry.name !== 'bwrap') signalIfSame(entry, 'SIGTERM')
  const deadline = clock.now().getTime() + graceMs
  while (isAlive(service) && clock.now().getTime() < deadline) await clock.sleep(END_POLL_MS)
  await endTree(service, clock)
}

const exceededText = (limit: ExceededLimit, { memoryMb, diskMb, processes }: SandboxLimits): string => {
  switch (limit) {
    case 'memory':
      return `more than ${memoryMb} MB of memory`
    case 'disk':
      return `more than ${diskMb} MB of data`
    case 'processes':
      return `more than ${processes} processes`
    default:
      return limit satisfies never
  }
}
