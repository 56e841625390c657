import type { Hono } from 'hono'
import type { ChatAdapter, Platform } from '../bots/chat.ts'
import type { Config } from '../config.ts'
import { createGithubWebhook, type GithubWebhookDeps } from '../http/github-webhook.ts'
import type { Metrics } from '../http/metrics.ts'

/** The webhooks of everybody who has one to call. */
export const routesOf = (
  { github }: Config,
  adapters: ReadonlyMap<Platform, ChatAdapter>,
  { metrics, ...deps }: Pick<GithubWebhookDeps, 'db' | 'clock' | 'log' | 'wake'> & { metrics: Metrics },
): Hono[] => [
  ...[...adapters.values()].flatMap(({ routes }) => routes ?? []),
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
