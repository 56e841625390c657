import type { WebClient } from '@slack/web-api'
import { MINUTE_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { slackCall } from './errors.ts'
import { messageRef, type Place } from './keys.ts'

/** Names our messages to Slack, together with the key that every attempt of a part has in common. */
export const METADATA_TYPE = 'prorab_message'

/** Our clock and Slack's need not agree. */
const SKEW_MS = 5 * MINUTE_MS
/** Messages are few in the time between an attempt and the next. */
const PAGE = 100
/** Attempts whose end is unknown; the oldest are forgotten. */
const MAX_UNCERTAIN = 1000

export interface ReadBack {
  /** To be told when an attempt failed. An attempt that Slack may have carried out is remembered. */
  failed(key: string, startedAt: Date, error: unknown): void
  /** The reference of the message, when an earlier attempt did reach Slack. */
  find(key: string, place: Place): Promise<string | undefined>
}

/**
 * Slack has no idempotency key. When the connection breaks, the message may stand there all the same; the next
 * attempt then looks for it before it repeats it (B-10, design rule 7).
 */
export const createReadBack = (web: WebClient): ReadBack => {
  const uncertain = new Map<string, Date>()

  const messagesSince = async ({ channel, thread }: Place, since: Date) => {
    const page = {
      channel,
      oldest: String((since.getTime() - SKEW_MS) / 1000),
      limit: PAGE,
      include_all_metadata: true,
    }
    const { messages } = thread
      ? await slackCall('conversations.replies', () => web.conversations.replies({ ...page, ts: thread }))
      : await slackCall('conversations.history', () => web.conversations.history(page))
    return messages ?? []
  }

  return {
    failed: (key, startedAt, error) => {
      if (!(error instanceof AppError) || error.code !== 'platform_unavailable') return
      if (uncertain.size >= MAX_UNCERTAIN) uncertain.delete(uncertain.keys().next().value ?? '')
      if (!uncertain.has(key)) uncertain.set(key, startedAt)
    },
    find: async (key, place) => {
      const since = uncertain.get(key)
      if (!since) return undefined
      const messages = await messagesSince(place, since).catch((error: unknown) => {
        // Without the right to read, a repeated message is better than none.
        if (error instanceof AppError && !error.retryable) return []
        throw error
      })
      uncertain.delete(key)
      const found = messages.find(
        ({ metadata }) => metadata?.event_type === METADATA_TYPE && keyOf(metadata) === key,
      )
      return found?.ts ? messageRef(place.channel, found.ts) : undefined
    },
  }
}

const keyOf = ({ event_payload }: { event_payload?: unknown }): unknown =>
  typeof event_payload === 'object' && event_payload !== null && 'key' in event_payload
    ? event_payload.key
    : undefined
