import { and, asc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { DAY_MS } from '../../clock.ts'
import type { Executor } from '../../db/client.ts'
import { webhookDeliveries } from '../../db/schema/sync.ts'

/** The events that are taken in; each only says which repository to look at (M-5). */
export const WEBHOOK_EVENTS = ['repository', 'push', 'check_suite', 'pull_request', 'ping'] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** What is kept of a delivery: the truth is read back, so that neither order nor repetition matters. */
export const deliveryFacts = z.object({
  action: z.string().optional(),
  repositoryId: z.int().positive().optional(),
  repository: z.string().optional(),
  /** A push that may have changed what the repository wants. */
  touchesSettings: z.boolean().optional(),
})
export type DeliveryFacts = z.infer<typeof deliveryFacts>

export interface Delivery {
  /** GitHub's own id of it; a redelivery carries the same one. */
  id: string
  event: WebhookEvent
  facts: DeliveryFacts
}

const SOURCE = 'github'
const AT_ONCE = 100
/** After so many attempts the next listing has to do. */
const ATTEMPTS_MAX = 5
const KEPT_MS = 7 * DAY_MS

/** Writes a delivery down, once. @returns false for one that was taken in before. */
export const takeDelivery = async (
  db: Executor,
  { id, event, facts }: Delivery,
  now: Date,
): Promise<boolean> => {
  const rows = await db
    .insert(webhookDeliveries)
    .values({
      id: `${SOURCE}:${id}`,
      source: SOURCE,
      event,
      payload: facts,
      receivedAt: now,
      // A ping says only that somebody set the webhook up.
      ...(event === 'ping' && { handledAt: now }),
    })
    .onConflictDoNothing()
    .returning({ id: webhookDeliveries.id })
  return rows.length > 0
}

/** Deliveries that nobody acted on, the oldest first. */
export const openDeliveries = async (db: Executor): Promise<Delivery[]> => {
  const rows = await db
    .select()
    .from(webhookDeliveries)
    .where(and(isNull(webhookDeliveries.handledAt), eq(webhookDeliveries.source, SOURCE)))
    .orderBy(asc(webhookDeliveries.receivedAt))
    .limit(AT_ONCE)
  // Written by `takeDelivery`, in another version perhaps.
  return rows.map(({ id, event, payload }) => ({
    id,
    event: event as WebhookEvent,
    facts: deliveryFacts.safeParse(payload).data ?? {},
  }))
}

export const closeDeliveries = async (db: Executor, ids: readonly string[], now: Date): Promise<void> => {
  await db
    .update(webhookDeliveries)
    .set({ handledAt: now, error: null, attempts: sql`${webhookDeliveries.attempts} + 1` })
    .where(inArray(webhookDeliveries.id, [...ids]))
}

/** They are tried again a few times; then the next listing has to do. */
export const failDeliveries = async (
  db: Executor,
  ids: readonly string[],
  error: string,
  now: Date,
): Promise<void> => {
  const attempts = sql`${webhookDeliveries.attempts} + 1`
  await db
    .update(webhookDeliveries)
    .set({
      attempts,
      error,
      handledAt: sql`case when ${attempts} >= ${ATTEMPTS_MAX} then ${now.toISOString()}::timestamptz end`,
    })
    .where(inArray(webhookDeliveries.id, [...ids]))
}

/** GitHub redelivers for three days at most. */
export const forgetOldDeliveries = async (db: Executor, now: Date): Promise<void> => {
  await db
    .delete(webhookDeliveries)
    .where(
      and(
        isNotNull(webhookDeliveries.handledAt),
        lt(webhookDeliveries.receivedAt, new Date(now.getTime() - KEPT_MS)),
      ),
    )
}
