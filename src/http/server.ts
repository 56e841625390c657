import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'

export interface HttpDeps {
  log: Log
  /** Webhook routes of the adapters. */
  routes: readonly Hono[]
  /** Everything this process needs, each with an answer or an error. */
  checks: Readonly<Record<string, () => Promise<unknown>>>
  /** Told besides, without a say in whether this process is ready. */
  details?(): Promise<Record<string, unknown>>
  metrics(): Promise<{ contentType: string; text: string }>
}

export interface HttpServer {
  port: number
  /** From now on /readyz says no, so that nobody sends more. */
  drain(): void
  close(): Promise<void>
}

const CHECK_TIMEOUT_MS = 3_000

/** Health, readiness, metrics (X-3) and the adapters' webhooks. A Request in, a Response out: tests need no port. */
export const createHttpApp = (
  { log, routes, checks, details, metrics }: HttpDeps,
  isDraining: () => boolean,
): Hono => {
  const app = new Hono()
  // Hono's own would print the error where the chat is.
  app.onError((error, c) => {
    log.error({ path: c.req.path, err: error }, 'http.failed')
    return c.text('Internal Server Error', 500)
  })
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const entries = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const),
    )
    const ready = !isDraining() && entries.every(([, outcome]) => outcome === 'ok')
    const told = await inTime(details?.() ?? Promise.resolve({})).catch(() => ({}))
    return c.json(
      { status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(entries), ...told },
      ready ? 200 : 503,
    )
  })
  app.get('/metrics', async (c) => {
    const { contentType, text } = await metrics()
    return c.text(text, 200, { 'content-type': contentType })
  })
  for (const route of routes) app.route('/', route)
  return app
}

const outcomeOf = (check: () => Promise<unknown>): Promise<'ok' | 'failed'> =>
  inTime(check()).then(
    () => 'ok' as const,
    () => 'failed' as const,
  )

const inTime = <T>(work: Promise<T>): Promise<T> => {
  const timeout = AbortSignal.timeout(CHECK_TIMEOUT_MS)
  const late = new Promise<never>((_, reject) =>
    timeout.addEventListener('abort', () => reject(timeout.reason)),
  )
  return Promise.race([work, late])
}

/**
 * Listens on `port`; when it is taken and nobody chose it, on any free one.
 * @throws AppError misconfigured when a chosen port is taken.
 */
export const startHttpServer = async (
  deps: HttpDeps,
  { port, portIsChosen, host }: { port: number; portIsChosen: boolean; host?: string },
): Promise<HttpServer> => {
  let draining = false
  const app = createHttpApp(deps, () => draining)
  const listen = (wanted: number) =>
    new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve, reject) => {
      const server = serve({ fetch: app.fetch, port: wanted, hostname: host }, (info) =>
        resolve({ server, port: info.port }),
      )
      server.once('error', reject)
    })
  const { server, port: actual } = await listen(port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    if (!portIsChosen) return listen(0)
    throw new AppError('misconfigured', `port ${port} is taken by another program; set PORT to a free one`, {
      cause: error,
    })
  })
  // Without a listener an error of the listening socket, such as no file handle left, would end the process.
  server.on('error', (error) => deps.log.error({ err: error }, 'http.server_error'))
  deps.log.info({ port: actual }, 'http.listening')
  return {
    port: actual,
    drain: () => {
      draining = true
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
