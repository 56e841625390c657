import { type Clock, SECOND_MS, systemClock } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import {
  type Claimed,
  claimDue,
  conversationsDue,
  hasDeliverable,
  type Progress,
  recordProgress,
  renewClaims,
} from '../../domain/conversations/outbox-claims.ts'
import { createGroupCommit, LOOKUPS_AT_ONCE } from '../../group-commit.ts'
import type { Log } from '../../log.ts'
import type { ChatAdapter, Platform } from '../chat.ts'
import { createClaimKeeper } from './claim-keeper.ts'
import { type DeliverRowDeps, deliverRow } from './deliver-row.ts'
import type { Present } from './draw.ts'
import { createPace } from './pace.ts'
import { createPauses } from './pauses.ts'
import { createTimers } from './timers.ts'

export type { Present } from './draw.ts'

export interface DeliveryDeps {
  db: Database
  adapters: ReadonlyMap<Platform, ChatAdapter>
  present: Present
  log: Log
  /** New at every start of a process: what a dead one had claimed is not this one's. */
  instanceId: string
  clock?: Clock
  /** For the jitter of retries, 0 to 1. */
  random?: () => number
}

export interface Delivery {
  /** Something may be due in this conversation. Cheap; many kicks become one look. */
  kick(conversationId: string): void
  /** Kicks every conversation with something due that nobody came for, or whose sender died. */
  sweep(): Promise<void>
  /** Resolves when nothing is left but what waits for a platform in trouble. For shutdown and piped input. */
  drain(): Promise<void>
  /** Takes nothing new and waits for what is being sent. */
  stop(): Promise<void>
}

/** Conversations looked after at once; a platform that hangs holds each of its own for up to a minute. */
const MAX_CONVERSATIONS_AT_ONCE = 200
const DATABASE_RETRY_MS = SECOND_MS
/** A database that is away for longer than a minute takes the memory of what was sent with it. */
const RECORD_ATTEMPTS = 60
const DRAIN_POLL_MS = 100

/**
 * Shows what is in the outbox (design rule 5): in order within a conversation, many conversations at once, each row
 * claimed before it is sent. Several processes may do this for one database.
 */
export const createDelivery = (deps: DeliveryDeps): Delivery => {
  const { db, adapters, log, instanceId, clock = systemClock, random = Math.random } = deps
  const claimant = () => ({ instanceId, platforms: [...adapters.keys()], now: clock.now() })
  const stopping = new AbortController()
  const waiting = new Set<string>()
  const active = new Map<string, Promise<void>>()

  const claims = createGroupCommit<string, Claimed | undefined>(
    async (ids) => {
      const claimed = await claimDue(db, claimant(), ids)
      const byId = new Map(claimed.map((one) => [one.conversation.id, one]))
      return ids.map((id) => byId.get(id))
    },
    { atOnce: LOOKUPS_AT_ONCE },
  )
  const writes = createGroupCommit<Progress, string | undefined>((items) =>
    recordProgress(db, claimant(), items),
  )

  const kick = (conversationId: string) => {
    if (stopping.signal.aborted) return
    waiting.add(conversationId)
    start()
  }
  const timers = createTimers(clock, kick)
  const keeper = createClaimKeeper(() => renewClaims(db, claimant()), clock, log)

  /** A message that was sent must not be sent again only because the database was away for a moment. */
  const record = async (progress: Progress): Promise<string | undefined> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await writes.add(progress)
      } catch (error) {
        log.error({ err: error, outboxId: progress.id }, 'delivery.cannot_record')
        if (stopping.signal.aborted || attempt >= RECORD_ATTEMPTS) return undefined
        await clock.sleep(DATABASE_RETRY_MS, stopping.signal).catch(() => {})
      }
    }
  }

  const rowDeps: DeliverRowDeps = {
    db,
    clock,
    log,
    random,
    present: deps.present,
    pauses: createPauses(clock),
    paces: new Map(
      [...adapters].flatMap(([platform, { callRate }]) =>
        callRate ? [[platform, createPace(clock, callRate)] as const] : [],
      ),
    ),
    stopping: stopping.signal,
    record,
  }

  const lookAfter = async (conversationId: string): Promise<void> => {
    while (!stopping.signal.aborted) {
      waiting.delete(conversationId)
      const claimed = await claims.add(conversationId)
      if (!claimed) return
      const { conversation, rows, nextAt } = claimed
      if (nextAt) timers.at(conversationId, nextAt)
      for (const row of rows) {
        const adapter = adapters.get(conversation.platform as Platform)
        if (!adapter) return
        const more = await record(await deliverRow(rowDeps, conversation, row, adapter))
        // Another conversation than this one, when the row moved with its chat.
        if (more) kick(more)
      }
      if (!waiting.has(conversationId)) return
    }
  }

  const start = () => {
    for (const id of waiting) {
      if (active.size >= MAX_CONVERSATIONS_AT_ONCE) return
      if (active.has(id)) continue
      waiting.delete(id)
      const work = lookAfter(id)
        .catch((error) => {
          log.error({ err: error, conversationId: id }, 'delivery.cannot_claim')
          timers.at(id, new Date(clock.now().getTime() + DATABASE_RETRY_MS))
        })
        .then(() => {
          active.delete(id)
          start()
          if (active.size === 0) keeper.stop()
        })
      active.set(id, work)
      keeper.start()
    }
  }

  const idle = async () => {
    while (active.size > 0) await Promise.all(active.values())
  }

  const sweep = async () => {
    for (const id of await conversationsDue(db, claimant())) kick(id)
  }

  return {
    kick,
    sweep,
    drain: async () => {
      while (!stopping.signal.aborted) {
        await sweep()
        await idle()
        if (!(await hasDeliverable(db, claimant()))) return
        await clock.sleep(DRAIN_POLL_MS, stopping.signal).catch(() => {})
      }
    },
    stop: async () => {
      stopping.abort()
      waiting.clear()
      await idle()
      timers.clear()
    },
  }
}
