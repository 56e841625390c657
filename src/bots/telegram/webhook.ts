import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Intake } from './intake.ts'

/** Updates are a few kilobytes. */
const MAX_BODY_BYTES = 1024 * 1024

export interface WebhookDeps {
  secret: string
  log: Log
  /** Undefined while the bot is not connected, or stops. */
  intake(): Pick<Intake, 'take'> | undefined
}

/**
 * POST /telegram/webhook. 401 and not a word without the secret; 200 once the row is written; 503 when it could
 * not be, so that Telegram delivers again. What we do not know is acknowledged and ignored.
 */
export const createWebhookRoutes = ({ secret, log, intake }: WebhookDeps): Hono => {
  const routes = new Hono()
  routes.post(
    '/telegram/webhook',
    async (c, next) => {
      if (!isEqual(c.req.header('x-telegram-bot-api-secret-token') ?? '', secret)) return c.body(null, 401)
      await next()
    },
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.body(null, 413) }),
    async (c) => {
      const update: unknown = await c.req.json().catch(() => undefined)
      if (update === undefined) return c.body(null, 400)
      const open = intake()
      if (!open) return c.body(null, 503)
      try {
        await open.take(update)
        return c.body(null, 200)
      } catch (error) {
        log.error({ reason: errorText(error) }, 'telegram-update-not-stored')
        return c.body(null, 503)
      }
    },
  )
  return routes
}

/** In the same time wherever they differ; hashing makes the lengths equal. */
const isEqual = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

const digest = (value: string) => createHash('sha256').update(value).digest()
