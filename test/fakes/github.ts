import { createHmac, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../../src/clock.ts'
import { createFakeApp } from './github/app.ts'
import { createOrganisation, type Organisation } from './github/organisation.ts'
import { createRateLimit } from './github/rate-limit.ts'
import { type Answer, answerGet, refusal } from './github/routes.ts'

export interface Request {
  path: string
  page: number | undefined
  status: number
  /** Whether it counted against the limit. */
  counted: boolean
}

/** Asked before every answer: what goes wrong instead, if anything. `cut` ends the connection without a word. */
export type Fault = (request: {
  path: string
  page: number | undefined
  number: number
}) => { status: number; headers?: Record<string, string>; message?: string } | 'cut' | undefined

export interface FakeGithub extends AsyncDisposable {
  root: string
  token: string
  /** A GitHub App instead of the token. */
  app: ReturnType<typeof createFakeApp>
  repositories: Organisation
  /** Everything that was asked, in order. */
  requests: Request[]
  /** What goes wrong from now on; undefined for nothing. */
  fault: Fault | undefined
  rateLimit: ReturnType<typeof createRateLimit>
  /** How long every answer takes, in milliseconds of real time. */
  answerMs: number
  /** Some 304 of the real one come without a Link header. */
  linksOn304: boolean
  close(): Promise<void>
}

const TOKEN = 'ghp_theTokenOfTheFake'

/**
 * GitHub's REST API over a real socket, as far as a sync needs it and as strict: it refuses a wrong token, a request
 * without a user agent, one too many in an hour; it pages, redirects renamed repositories, and answers conditional
 * requests with 304 that do not count.
 */
export const startFakeGithub = async ({
  org = 'acme',
  clock = systemClock,
  limit = 5_000,
}: {
  org?: string
  clock?: Clock
  limit?: number
} = {}): Promise<FakeGithub> => {
  const repositories = createOrganisation(org)
  const rateLimit = createRateLimit(clock, limit)
  const app = createFakeApp(org, clock)
  const requests: Request[] = []
  let root = ''

  const answer = (request: IncomingMessage, url: URL): Answer | 'cut' => {
    const page = url.searchParams.has('page') ? Number(url.searchParams.get('page')) : undefined
    const fault = fake.fault?.({ path: url.pathname, page, number: requests.length + 1 })
    if (fault === 'cut') return 'cut'
    if (fault) {
      const { status, headers, message = 'Something went wrong' } = fault
      const refused = refusal(status, message)
      return { ...refused, headers: { ...refused.headers, ...headers } }
    }
    if (!request.headers['user-agent']) return refusal(403, 'Request forbidden by administrative rules.')
    const asApp = app.answer(request.method ?? '', url.pathname, request.headers.authorization ?? '')
    if (asApp) return asApp
    if (!/^(token|bearer) /i.test(request.headers.authorization ?? ''))
      return refusal(401, 'Requires authentication')
    const token = request.headers.authorization?.replace(/^\w+ /, '') ?? ''
    if (token !== TOKEN && !app.tokens.has(token)) return refusal(401, 'Bad credentials')
    if (request.method !== 'GET') return refusal(404, 'Not Found')
    if (!rateLimit.take()) return refusal(403, 'API rate limit exceeded for installation.')
    const found = answerGet(repositories, root, { url, accept: request.headers.accept ?? '' })
    const { etag, link } = found.headers ?? {}
    if (etag === undefined || request.headers['if-none-match'] !== etag) return found
    rateLimit.giveBack()
    return { status: 304, headers: { etag, ...(link && fake.linksOn304 && { link }) } }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (fake.answerMs > 0) await systemClock.sleep(fake.answerMs)
    const url = new URL(request.url ?? '/', root)
    const page = url.searchParams.has('page') ? Number(url.searchParams.get('page')) : undefined
    const before = rateLimit.used
    const answered = answer(request, url)
    requests.push({
      path: url.pathname,
      page,
      status: answered === 'cut' ? 0 : answered.status,
      counted: rateLimit.used > before,
    })
    if (answered === 'cut') return response.destroy()
    const body = Buffer.from(answered.body ?? '')
    response.writeHead(answered.status, {
      ...rateLimit.headers(),
      ...answered.headers,
      ...(answered.status !== 304 && { 'content-length': body.length }),
    })
    return response.end(answered.status === 304 ? undefined : body)
  }

  const server = createServer((request, response) => void serve(request, response))
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const fake: FakeGithub = {
    root,
    token: TOKEN,
    app,
    repositories,
    requests,
    fault: undefined,
    rateLimit,
    answerMs: 0,
    linksOn304: true,
    close,
    [Symbol.asyncDispose]: close,
  }
  return fake
}

export interface Delivery {
  event: string
  payload: Record<string, unknown>
  /** The same one is a redelivery. */
  id?: string
}

/** A webhook as GitHub posts it, signed with the secret. */
export const webhookRequest = (
  secret: string,
  { event, payload, id = randomUUID() }: Delivery,
): RequestInit => {
  const body = JSON.stringify(payload)
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  }
}
