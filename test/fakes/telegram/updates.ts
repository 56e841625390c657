import type { Update } from 'grammy/types'
import { badRequest, Refusal } from './refusal.ts'

/** As long as the server lets a poll wait, whatever is asked for. */
const MAX_POLL_SECONDS = 50
const DEFAULT_LIMIT = 100

export type NewUpdate = Omit<Update, 'update_id'>

export interface Webhook {
  url: string
  secret: string | undefined
  maxConnections: number
}

export interface Updates {
  /** @param queue updates of one queue (a chat) are pushed one after another. */
  push(update: NewUpdate, queue: number): number
  /** Sends an update once more, with the id it had, as happens after a lost answer. */
  repeat(updateId: number): void
  poll(request: PollRequest): Promise<Update[]>
  setWebhook(webhook: Webhook | undefined): void
  readonly webhook: Webhook | undefined
  allow(kinds: unknown): void
  /** Nobody took them yet. */
  pending(): Update[]
  /** How many the bot confirmed, by offset or by answering 200. */
  readonly confirmed: number
  drop(): void
  stop(): void
}

export interface PollRequest {
  offset?: unknown
  limit?: unknown
  timeout?: unknown
  /** Aborted when the poller hangs up. */
  gone: AbortSignal
}

interface Queued {
  update: Update
  queue: number
  /** A push of it is under way, or waits for its turn again. */
  busy: boolean
}

interface Waiting {
  wake: () => void
  conflict: () => void
}

/** @param redeliverAfterMs how long a webhook that did not answer 200 is left alone; real milliseconds. */
export const createUpdates = ({ redeliverAfterMs }: { redeliverAfterMs: number }): Updates => {
  const all = new Map<number, Update>()
  let queue: Queued[] = []
  let nextId = 100_000_001
  let confirmed = 0
  let waiting: Waiting | undefined
  let webhook: Webhook | undefined
  let allowed: string[] = []
  const stopped = new AbortController()

  const isAllowed = (update: object) =>
    allowed.length === 0 || Object.keys(update).some((kind) => allowed.includes(kind))

  const enqueue = (update: Update, queueId: number) => {
    queue.push({ update, queue: queueId, busy: false })
    waiting?.wake()
    pump()
  }

  const confirm = (which: (update: Update) => boolean) => {
    const before = queue.length
    queue = queue.filter(({ update }) => !which(update))
    confirmed += before - queue.length
  }

  /** Pushes the first of every chat that has none on the way, up to the number of connections. */
  const pump = () => {
    if (!webhook || stopped.signal.aborted) return
    const onTheWay = queue.filter(({ busy }) => busy)
    const busyChats = new Set(onTheWay.map((one) => one.queue))
    let free = webhook.maxConnections - onTheWay.length
    for (const one of queue) {
      if (free <= 0) break
      if (busyChats.has(one.queue)) continue
      busyChats.add(one.queue)
      one.busy = true
      free--
      void deliver(one, webhook)
    }
  }

  const deliver = async (one: Queued, { url, secret }: Webhook) => {
    const taken = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret !== undefined && { 'x-telegram-bot-api-secret-token': secret }),
      },
      body: JSON.stringify(one.update),
      signal: stopped.signal,
    }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.ok
      },
      () => false,
    )
    if (stopped.signal.aborted) return
    if (taken) confirm((update) => update === one.update)
    else await new Promise((resolve) => setTimeout(resolve, redeliverAfterMs))
    one.busy = false
    pump()
  }

  return {
    push: (update, queueId) => {
      const id = nextId++
      const complete = { update_id: id, ...update } as Update
      all.set(id, complete)
      if (isAllowed(update)) enqueue(complete, queueId)
      return id
    },
    repeat: (updateId) => {
      const update = all.get(updateId)
      if (!update) throw new Error(`there was no update ${updateId}`)
      // A queue of its own: the copies arrive at once.
      enqueue(update, Number.NaN)
    },
    poll: async ({ offset, limit, timeout, gone }) => {
      if (webhook)
        throw new Refusal(
          409,
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        )
      const size = limit === undefined ? DEFAULT_LIMIT : Number(limit)
      if (!Number.isInteger(size) || size < 1 || size > 100) throw badRequest('limit must be 1 to 100')
      waiting?.conflict()
      const from = Number(offset ?? 0)
      if (from > 0) confirm((update) => update.update_id < from)
      const batch = () => queue.slice(0, size).map(({ update }) => update)
      const seconds = Math.min(Number(timeout ?? 0), MAX_POLL_SECONDS)
      if (queue.length > 0 || seconds <= 0) return batch()

      const turn = Promise.withResolvers<void>()
      const mine: Waiting = {
        wake: turn.resolve,
        conflict: () =>
          turn.reject(
            new Refusal(
              409,
              'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
            ),
          ),
      }
      waiting = mine
      const timer = setTimeout(turn.resolve, seconds * 1000)
      gone.addEventListener('abort', () => turn.resolve(), { once: true })
      stopped.signal.addEventListener('abort', () => turn.resolve(), { once: true })
      try {
        await turn.promise
      } finally {
        clearTimeout(timer)
        if (waiting === mine) waiting = undefined
      }
      return batch()
    },
    setWebhook: (next) => {
      webhook = next
      if (next) waiting?.conflict()
      pump()
    },
    get webhook() {
      return webhook
    },
    allow: (kinds) => {
      if (Array.isArray(kinds)) allowed = kinds.map(String)
    },
    pending: () => queue.map(({ update }) => update),
    get confirmed() {
      return confirmed
    },
    drop: () => {
      queue = queue.filter(({ busy }) => busy)
    },
    stop: () => stopped.abort(),
  }
}
