import type { Octokit } from '@octokit/core'
import { type Clock, SECOND_MS } from '../../clock.ts'
import type { Config } from '../../config.ts'
import { AppError, errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { createAuthentication } from './authentication.ts'
import { createLimits, type Headers } from './limits.ts'

export interface GithubClientOptions {
  auth: NonNullable<Config['github']>['auth']
  org: string
  apiUrl: string
  clock: Clock
  log: Log
}

export interface Ask {
  signal: AbortSignal
  /** Of the answer that we have: an unchanged one comes back as 304, and costs nothing. */
  etag?: string | undefined
  accept?: string
}

export interface GithubAnswer {
  /** 200, 304, or a refusal that is an answer: 403, 404, 410, 451. */
  status: number
  headers: Headers
  /** Empty for 304. */
  text: string
}

export interface GithubClient {
  /**
   * @param path below the API's root, with its query.
   * @throws AppError platform_unavailable for 5xx and everything on the way; rate_limited for a wait that is too
   *   long; misconfigured when GitHub does not accept who we are.
   */
  get(path: string, ask: Ask): Promise<GithubAnswer>
}

const REQUEST_TIMEOUT_MS = 30 * SECOND_MS
const VERSION = '2022-11-28'
const ANSWERS: ReadonlySet<number> = new Set([304, 403, 404, 410, 451])

/** GitHub's REST API, read only, as the token or the GitHub App of the configuration; limits are waited out (M-5). */
export const createGithubClient = ({ auth, org, apiUrl, clock, log }: GithubClientOptions): GithubClient => {
  // Octokit's own log goes to the console; what matters of it reaches us as errors.
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const base = { baseUrl: apiUrl.replace(/\/+$/, ''), userAgent: 'prorab', log: quiet }
  const octokit = createAuthentication({ auth, org, base })
  const limits = createLimits({ clock, log })

  const get = async (path: string, ask: Ask): Promise<GithubAnswer> => {
    for (let waits = 0; ; waits++) {
      await limits.ready(ask.signal)
      const answer = await once(await octokit(ask.signal), path, ask, clock)
      limits.note(answer.headers)
      if (!limits.isLimited(answer.status, answer.headers, answer.text, waits)) return known(answer)
    }
  }
  return { get }
}

const once = async (octokit: Octokit, path: string, ask: Ask, clock: Clock): Promise<GithubAnswer> => {
  const done = new AbortController()
  const late = new AbortController()
  clock.sleep(REQUEST_TIMEOUT_MS, done.signal).then(
    () => late.abort(new Error(`no answer within ${REQUEST_TIMEOUT_MS / SECOND_MS} s`)),
    () => {},
  )
  try {
    const { status, headers, data } = await octokit.request(`GET ${escaped(path)}`, {
      headers: {
        accept: ask.accept ?? 'application/vnd.github+json',
        'x-github-api-version': VERSION,
        ...(ask.etag && { 'if-none-match': ask.etag }),
      },
      // Octokit would parse with a check for large numbers, which takes longer than GitHub itself.
      request: { signal: AbortSignal.any([ask.signal, late.signal]), parseSuccessResponseBody: false },
    })
    return { status, headers, text: await textOf(data) }
  } catch (error) {
    ask.signal.throwIfAborted()
    const refusal = refusalOf(error)
    if (refusal) return refusal
    throw new AppError('platform_unavailable', `GitHub cannot be reached: ${errorText(error)}`, {
      cause: error,
    })
  } finally {
    done.abort()
  }
}

/** Octokit expands `{…}` and `:name` as templates. */
const escaped = (path: string): string =>
  path.replaceAll('{', '%7B').replaceAll('}', '%7D').replaceAll(':', '%3A')

const textOf = async (body: unknown): Promise<string> =>
  body instanceof ReadableStream ? await new Response(body).text() : typeof body === 'string' ? body : ''

interface Refusal {
  status: number
  headers: Headers
  data?: unknown
}

const refusalOf = (error: unknown): GithubAnswer | undefined => {
  const { response } = error as { response?: Refusal }
  if (!response) return undefined
  return { status: response.status, headers: response.headers, text: messageOf(response.data) }
}

const messageOf = (data: unknown): string => {
  if (typeof data === 'string') return data.slice(0, 500)
  const { message } = (data ?? {}) as { message?: unknown }
  return typeof message === 'string' ? message.slice(0, 500) : ''
}

const known = (answer: GithubAnswer): GithubAnswer => {
  const { status, text } = answer
  if ((status >= 200 && status < 300) || ANSWERS.has(status)) return answer
  if (status === 401)
    throw new AppError(
      'misconfigured',
      `GitHub does not accept the token or the app: ${text || 'status 401'}`,
    )
  if (status >= 500) throw new AppError('platform_unavailable', `GitHub answered ${status}`)
  throw new AppError('platform_refused', `GitHub answered ${status}: ${text}`)
}
