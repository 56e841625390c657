import { createHmac, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/client.ts'
import { type DeliveryFacts, takeDelivery, WEBHOOK_EVENTS } from '../domain/repositories/deliveries.ts'
import { ENV_EXAMPLE } from '../domain/repositories/env-example.ts'
import type { Wake } from '../domain/wake.ts'
import type { Log } from '../log.ts'

export interface GithubWebhookDeps {
  db: Database
  secret: string
  clock: Clock
  log: Log
  wake: Pick<Wake, 'sync'>
  /** Told of every request that GitHub did not sign, for a metric. */
  onForged?: () => void
}

/** GitHub's own limit. */
const MAX_BODY_BYTES = 25 * 1024 * 1024
const ID = /^[\w.:-]{1,100}$/
/** A push names so many of its commits at most. */
const COMMITS_NAMED_MAX = 2_048

const payload = z.object({
  action: z.string().max(100).optional(),
  repository: z.object({ id: z.int().positive(), full_name: z.string().max(300) }).optional(),
  commits: z
    .array(
      z.object({
        added: z.array(z.string()).default([]),
        modified: z.array(z.string()).default([]),
        removed: z.array(z.string()).default([]),
      }),
    )
    .optional(),
})

/**
 * `/github/webhook` (M-5): what GitHub signed is a row before it is acknowledged, once for each id of a delivery, and
 * is acted on by a job. 401 means that the signature is not GitHub's; 503 that the row could not be written.
 */
export const createGithubWebhook = ({ db, secret, clock, log, wake, onForged }: GithubWebhookDeps): Hono => {
  const routes = new Hono()
  routes.use('/github/webhook', bodyLimit({ maxSize: MAX_BODY_BYTES }))
  routes.post('/github/webhook', async (c) => {
    const raw = new Uint8Array(await c.req.arrayBuffer())
    if (!isSignedByGithub({ secret, signature: c.req.header('x-hub-signature-256'), body: raw })) {
      log.warn({ event: c.req.header('x-github-event')?.slice(0, 40) }, 'github.forged')
      onForged?.()
      return c.body(null, 401)
    }
    const event = WEBHOOK_EVENTS.find((one) => one === c.req.header('x-github-event'))
    const id = c.req.header('x-github-delivery') ?? ''
    if (!ID.test(id)) return c.body(null, 400)
    // Whoever set the webhook up may have asked for every event there is.
    if (!event) return c.body(null, 202)
    const facts = factsOf(new TextDecoder().decode(raw), c.req.header('content-type') ?? '')
    if (!facts) return c.body(null, 400)
    try {
      const isNew = await takeDelivery(db, { id, event, facts }, clock.now())
      if (isNew && event !== 'ping') await wake.sync('github_webhooks')
    } catch (error) {
      log.error({ err: error }, 'github.not_received')
      return c.body(null, 503)
    }
    return c.body(null, 202)
  })
  return routes
}

/** True when this is the body that was signed with our secret (docs.github.com, "Validating webhook deliveries"). */
export const isSignedByGithub = ({
  secret,
  signature,
  body,
}: {
  secret: string
  signature: string | undefined
  body: Uint8Array
}): boolean => {
  if (!secret || !signature) return false
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** JSON, or a form that carries it, as the webhook was set up. */
const factsOf = (text: string, contentType: string): DeliveryFacts | undefined => {
  const json = contentType.startsWith('application/x-www-form-urlencoded')
    ? (new URLSearchParams(text).get('payload') ?? '')
    : text
  const parsed = payload.safeParse(parseJson(json))
  if (!parsed.success) return undefined
  const { action, repository, commits } = parsed.data
  return {
    ...(action !== undefined && { action }),
    ...(repository && { repositoryId: repository.id, repository: repository.full_name }),
    ...(commits && { touchesSettings: touchesSettings(commits) }),
  }
}

const touchesSettings = (commits: NonNullable<z.infer<typeof payload>['commits']>): boolean =>
  commits.length >= COMMITS_NAMED_MAX ||
  commits.some(({ added, modified, removed }) => [...added, ...modified, ...removed].includes(ENV_EXAMPLE))

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
