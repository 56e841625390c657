import { hash, timingSafeEqual } from 'node:crypto'
import { Hono, type MiddlewareHandler } from 'hono'
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
  const expected = digest(secret)
  routes.post(
    '/telegram/webhook',
    async (c, next) => {
      const given = digest(c.req.header('x-telegram-bot-api-secret-token') ?? '')
      if (!timingSafeEqual(given, expected)) return c.body(null, 401)
      await next()
    },
    withinLimit,
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

/** Of equal length for whatever is given, so that comparing takes the same time wherever two differ. */
const digest = (value: string): Buffer => hash('sha256', value, 'buffer')

const bounded = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.body(null, 413) })

/** Hono makes a stream of a body to measure it, which costs more than all else here; mostly the length was told. */
const withinLimit: MiddlewareHandler = (c, next) => {
  const told = Number(c.req.header('content-length') ?? Number.NaN)
  const isWhole = c.req.header('transfer-encoding') === undefined
  return isWhole && told <= MAX_BODY_BYTES ? next() : bounded(c, next)
}
