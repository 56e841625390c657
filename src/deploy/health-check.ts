import type { Clock } from '../clock.ts'
import { errorText } from '../errors.ts'

const DEFAULT_INTERVAL_MS = 250
const MAX_BODY_CHARS = 10_000

export interface HealthCheckOptions {
  /** The service's address; `/healthz` is asked. */
  url: string
  /** The answer must name it: an old process on the same port is not taken for the new one. */
  version: string
  /** For one attempt. */
  timeoutMs: number
  attempts: number
  intervalMs?: number
  /** Asked after each failed attempt; a text ends the waiting as the reason. */
  giveUp?: () => Promise<string | undefined>
}

export interface HealthCheckDeps {
  clock: Clock
  fetch?: typeof globalThis.fetch
}

export type Health = { ok: true } | { ok: false; reason: string }

/** Asks `GET /healthz` until it answers 200 with `{"version": …}`, or the attempts are used up. */
export const healthCheck = async (options: HealthCheckOptions, deps: HealthCheckDeps): Promise<Health> => {
  for (let attempt = 1; ; attempt++) {
    const health = await askOnce(options, deps.fetch ?? globalThis.fetch)
    if (health.ok) return health
    const reason = await options.giveUp?.()
    if (reason) return { ok: false, reason }
    if (attempt >= options.attempts) return health
    await deps.clock.sleep(options.intervalMs ?? DEFAULT_INTERVAL_MS)
  }
}

const askOnce = async (
  { url, version, timeoutMs }: HealthCheckOptions,
  fetch: typeof globalThis.fetch,
): Promise<Health> => {
  const no = (reason: string): Health => ({ ok: false, reason: `/healthz ${reason}` })
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(new URL('/healthz', url), {
      signal,
      redirect: 'error',
      headers: { connection: 'close' },
    })
    const text = (await answer.text()).slice(0, MAX_BODY_CHARS)
    if (answer.status !== 200) return no(`answered ${answer.status}`)
    const found = versionIn(text)
    if (found === undefined) return no('answered no version')
    return found === version
      ? { ok: true }
      : no(`answered version ${found.slice(0, 80)} instead of ${version}`)
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return no(`did not answer within ${timeoutMs} ms`)
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return no(`did not answer: ${errorText(cause)}`)
  }
}

const versionIn = (text: string): string | undefined => {
  try {
    const { version } = JSON.parse(text) as { version?: unknown }
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}
