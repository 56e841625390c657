import { spawn } from 'node:child_process'
import { createBoundedOutput } from './bounded-output.ts'
import { diskOver, watchLimits } from './limit-watch.ts'
import { identify, killTree } from './process-table.ts'
import type {
  SandboxedCommand,
  SandboxLimits,
  SandboxOutcome,
  SandboxResult,
  SandboxRun,
} from './sandbox-policy.ts'

const HEAP_EXHAUSTED = /JavaScript heap out of memory|Array buffer allocation failed/

/** Runs a wrapped program to its end, or to the first limit it meets; then nothing of it is left running. */
export const runConfined = (
  { file, args, ...spawning }: SandboxedCommand,
  {
    timeoutMs,
    maxOutputBytes,
    signal,
    limits,
  }: Pick<SandboxRun, 'timeoutMs' | 'maxOutputBytes' | 'signal'> & { limits: SandboxLimits },
): Promise<SandboxResult> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const output = createBoundedOutput(maxOutputBytes)
    let ended: SandboxOutcome | undefined
    // One shell for both streams, so that they keep their order.
    const child = spawn('/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', file, ...args], {
      ...spawning,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    })
    const identity = child.pid === undefined ? undefined : identify(child.pid)

    const end = (outcome: SandboxOutcome) => {
      ended ??= outcome
      if (identity) killTree(identity)
    }
    const stop = () => end('stopped')
    const timer = setTimeout(() => end('timeout'), timeoutMs)
    const unwatch = identity ? watchLimits(identity, limits, end) : () => {}
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    const settle = () => {
      clearTimeout(timer)
      unwatch()
      signal?.removeEventListener('abort', stop)
    }

    child.stdout.on('data', (chunk: Buffer) => {
      if (!output.add(chunk)) end('output_limit')
    })
    child.on('error', (error) => {
      settle()
      reject(error)
    })
    // Whoever outlives the program holds its output open: it ends with the program.
    child.on('exit', () => identity && killGroup(identity.pid))
    child.on('close', async (exitCode, signal) => {
      settle()
      const text = output.text()
      const outcome = ended ?? (await diskOver(limits)) ?? outcomeOf(exitCode, text)
      resolve({
        exitCode,
        signal,
        output: text,
        outcome,
        durationMs: Math.round(performance.now() - started),
      })
    })
  })

const outcomeOf = (exitCode: number | null, output: string): SandboxOutcome => {
  if (exitCode === 0) return 'ok'
  return HEAP_EXHAUSTED.test(output) ? 'memory' : 'failed'
}

const killGroup = (leader: number) => {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody was left in it.
  }
}
