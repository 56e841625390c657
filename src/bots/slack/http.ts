import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type Clock, systemClock } from '../../clock.ts'
import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { withoutSecrets } from './log.ts'
import type { Dispatch } from './receiver.ts'
import { isSignedBySlack } from './verify.ts'

/** Slack's largest payloads are a tenth of it. */
const MAX_BODY_BYTES = 1024 * 1024

export interface HttpDeps {
  signingSecret: string
  dispatch: Dispatch
  log: Log
  clock?: Clock
}

/**
 * `/slack/events`, the one address for events, interactions and slash commands. 200 means that the row is written;
 * 401 that the signature is not Slack's; 503 that Slack should deliver again.
 */
export const createSlackRoutes = ({ signingSecret, dispatch, log, clock = systemClock }: HttpDeps): Hono => {
  const routes = new Hono()
  routes.use('/slack/events', bodyLimit({ maxSize: MAX_BODY_BYTES }))
  routes.post('/slack/events', async (c) => {
    const raw = new Uint8Array(await c.req.arrayBuffer())
    const signed = isSignedBySlack({
      signingSecret,
      signature: c.req.header('x-slack-signature'),
      timestamp: c.req.header('x-slack-request-timestamp'),
      body: raw,
      now: clock.now(),
    })
    if (!signed) return c.body(null, 401)

    const body = parseBody(new TextDecoder().decode(raw), c.req.header('content-type') ?? '')
    if (!body) return c.body(null, 400)
    if (body.type === 'url_verification') return c.json({ challenge: body.challenge })
    // Slack's check that the address has a certificate carries nothing else.
    if (body.ssl_check !== undefined) return c.body(null, 200)

    try {
      const answer = await dispatch(body)
      return isObject(answer) ? c.json(answer) : c.body(null, 200)
    } catch (error) {
      log.error({ error: withoutSecrets(errorText(error)) }, 'slack.not_received')
      return c.body(null, 503)
    }
  })
  return routes
}

/** Events are JSON; interactions are JSON in a form's `payload`; slash commands are the form itself. */
const parseBody = (text: string, contentType: string): Record<string, unknown> | undefined => {
  if (!contentType.startsWith('application/x-www-form-urlencoded')) return parseJson(text)
  const form = new URLSearchParams(text)
  const payload = form.get('payload')
  return payload === null ? Object.fromEntries(form) : parseJson(payload)
}

const parseJson = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
