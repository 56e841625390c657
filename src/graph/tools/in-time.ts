import { type Clock, SECOND_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { AgentTool } from './tool.ts'

/** For a call of a tool that does not say how long it may take. */
export const TOOL_TIMEOUT_MS = 60 * SECOND_MS

/**
 * Runs a tool, and gives it up when it takes too long, whether it listens to its signal or not.
 * @throws AppError invalid when it was too slow; the signal's reason when stopped.
 */
export const runInTime = async (
  { clock, signal }: { clock: Clock; signal: AbortSignal },
  { name, timeoutMs = TOOL_TIMEOUT_MS, run }: Pick<AgentTool, 'name' | 'timeoutMs' | 'run'>,
  args: Record<string, unknown>,
  key: string,
): Promise<string> => {
  const late = new AbortController()
  const done = new AbortController()
  const timeout = clock.sleep(timeoutMs, AbortSignal.any([signal, done.signal])).then(() => {
    const error = new AppError(
      'invalid',
      `${name} took longer than ${timeoutMs / SECOND_MS} s and was given up.`,
    )
    late.abort(error)
    throw error
  })
  try {
    return await Promise.race([run(args, { key, signal: AbortSignal.any([signal, late.signal]) }), timeout])
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    timeout.catch(() => {})
    done.abort()
  }
}
