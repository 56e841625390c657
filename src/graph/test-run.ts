import type { Sandbox } from '../workers/sandbox.ts'
import type { SandboxOutcome, SandboxResult } from '../workers/sandbox-policy.ts'

export interface TestRun {
  ok: boolean
  passed: number
  failed: number
  /** What the runner printed last, bounded. */
  output: string
}

export const TEST_LIMITS = { timeoutMs: 120_000, memoryMb: 512, maxOutputBytes: 200_000 }
const SHOWN_CHARS = 4_000

/** Runs a project's own tests, confined: no network but its own loopback, bounded in time, memory and output. */
export const runTests = async (
  sandbox: Sandbox,
  dir: string,
  signal: AbortSignal,
  limits = TEST_LIMITS,
): Promise<TestRun> => {
  const result = await sandbox.run({
    command: ['node', '--test', '--test-isolation=none', '--test-reporter=tap'],
    cwd: dir,
    network: 'loopback-own',
    signal,
    ...limits,
  })
  return readResult(result)
}

/** Why a run was ended before its end; the model that wrote the tests reads this, and so does a person. */
const ENDED: Partial<Record<SandboxOutcome, string>> = {
  timeout: 'The tests did not end in time, so they were ended.',
  memory: 'The tests used more memory than they may, so they were ended.',
  disk: 'The tests wrote more to disk than they may, so they were ended.',
  processes: 'The tests started more processes than they may, so they were ended.',
  output_limit: 'The tests printed more than they may, so they were ended.',
  stopped: 'The tests were stopped.',
  refused: 'The tests could not be run here.',
}

/** A run without a single test has verified nothing, so it does not count as passed. */
export const readResult = (result: SandboxResult): TestRun => {
  const passed = tapCount(result.output, 'pass')
  const failed = tapCount(result.output, 'fail') + tapCount(result.output, 'cancelled')
  const ok = result.outcome === 'ok' && result.exitCode === 0 && failed === 0 && passed > 0
  const ended = ENDED[result.outcome]
  const cause = ended ? `${ended}\n` : ''
  const none = passed + failed === 0 && !ended ? 'No test ran.\n' : ''
  return { ok, passed, failed, output: cause + none + failuresFirst(result.output) }
}

/** The last such line is the runner's summary; earlier ones may be the program's own words. */
const tapCount = (output: string, name: string): number =>
  Number([...output.matchAll(new RegExp(`^# ${name} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0)

/** What failed is what the reader needs; the rest is cut. */
const failuresFirst = (output: string): string => {
  const start = output.search(/^\s*not ok /m)
  const from = start < 0 ? Math.max(0, output.length - SHOWN_CHARS) : start
  return output.slice(from, from + SHOWN_CHARS)
}
