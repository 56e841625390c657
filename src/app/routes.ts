import { Hono } from 'hono'
import type { ChatAdapter, Platform } from '../bots/chat.ts'
import type { Config } from '../config.ts'
import { createGithubWebhook, type GithubWebhookDeps } from '../http/github-webhook.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Log } from '../log.ts'

type RoutesDeps = Pick<GithubWebhookDeps, 'db' | 'clock' | 'log' | 'wake'> & {
  metrics: Pick<Metrics, 'countForged'>
}

/** The webhooks of everybody who has one to call. */
export const routesOf = (
  { github }: Pick<Config, 'github'>,
  adapters: ReadonlyMap<Platform, Pick<ChatAdapter, 'routes'>>,
  { metrics, ...deps }: RoutesDeps,
): Hono[] => [
  ...[...adapters].flatMap(([platform, { routes }]) =>
    routes ? [countingForged(platform, routes, { metrics, log: deps.log })] : [],
  ),
  ...(github?.webhookSecret
    ? [
        createGithubWebhook({
          ...deps,
          secret: github.webhookSecret,
          onForged: () => metrics.countForged('github'),
        }),
      ]
    : []),
]

/** Of a request that the platform did not sign nothing is left but that there was one. */
const countingForged = (
  platform: Platform,
  routes: Hono,
  { metrics, log }: Pick<RoutesDeps, 'metrics'> & { log: Log },
): Hono =>
  new Hono()
    .use(`/${platform}/*`, async (c, next) => {
      await next()
      if (c.res.status !== 401) return
      log.warn({ platform }, 'webhook.forged')
      metrics.countForged(platform)
    })
    .route('/', routes)
