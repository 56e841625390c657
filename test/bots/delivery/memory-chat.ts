import type {
  ChatAdapter,
  ConversationKey,
  Outgoing,
  Platform,
  RenderedPart,
} from '../../../src/bots/chat.ts'
import { ConversationMoved } from '../../../src/bots/chat.ts'
import { splitMarkdown } from '../../../src/bots/split.ts'
import type { Clock } from '../../../src/clock.ts'
import { AppError } from '../../../src/errors.ts'

export const MEMORY_LIMIT = 200
export const MEMORY_EDIT_INTERVAL_MS = 1000

interface Message {
  ref: string
  text: string
  replyTo?: string
}

export interface Call {
  method: 'send' | 'edit' | 'remove' | 'tell'
  key: string
  text: string
  atMs: number
  idempotencyKey?: string
}

export interface MemoryChat {
  adapter: ChatAdapter
  /** What people see in a chat, oldest first. */
  shown(key: string): string[]
  messages(key: string): Message[]
  /** Every call that reached the platform, also those it answered with an error. */
  readonly calls: Call[]
  /** The next calls fail with these, whatever they are. */
  failNext(...errors: Error[]): void
  /** Answers 429 to a chat (or to everybody) until that much time has passed. */
  limit(key: string | 'everybody', forMs: number): void
  block(key: string): void
  migrate(from: string, to: ConversationKey): void
  deletes(key: string, ref: string): void
  /** The next message, or the one after so many others, arrives, but the answer never comes: what a process sees that is killed meanwhile. */
  hangNext(after?: number): void
  /** Holds every call from now on until the returned function is called. */
  hold(): () => void
}

/** A chat platform in memory that refuses what real ones refuse: long texts, early edits, unknown messages. */
export const createMemoryChat = (clock: Clock, platform: Platform = 'telegram'): MemoryChat => {
  const chats = new Map<string, Message[]>()
  const calls: Call[] = []
  const failures: Error[] = []
  const limits = new Map<string, number>()
  const blocked = new Set<string>()
  const moves = new Map<string, ConversationKey>()
  const editedAt = new Map<string, number>()
  let gate: Promise<void> | undefined
  let lastRef = 0
  let hangAfter = Number.POSITIVE_INFINITY

  const chat = (key: string) => {
    const messages = chats.get(key) ?? []
    chats.set(key, messages)
    return messages
  }

  const call = async (call: Omit<Call, 'atMs'>) => {
    const atMs = clock.now().getTime()
    calls.push({ ...call, atMs })
    await (gate ?? Promise.resolve())
    const failure = failures.shift()
    if (failure) throw failure
    for (const [name, scope] of [
      ['everybody', 'global'],
      [call.key, 'chat'],
    ] as const) {
      const until = limits.get(name) ?? 0
      if (until > atMs)
        throw new AppError('rate_limited', 'Too Many Requests', { retryAfterMs: until - atMs, scope })
    }
    if (blocked.has(call.key)) throw new AppError('platform_refused', 'bot was blocked by the user')
    const to = moves.get(call.key)
    if (to) throw new ConversationMoved(to)
    if (call.text.length > MEMORY_LIMIT) throw new AppError('platform_refused', 'message is too long')
    return atMs
  }

  const textOf = (part: RenderedPart) => part.payload as string

  const adapter: ChatAdapter = {
    platform,
    opensForms: false,
    editIntervalMs: { private: MEMORY_EDIT_INTERVAL_MS, group: 3 * MEMORY_EDIT_INTERVAL_MS },
    start: async () => {},
    stop: async () => {},
    render: (message: Outgoing) =>
      splitMarkdown(message.markdown ?? message.card?.title ?? '', {
        limit: MEMORY_LIMIT,
        measure: (piece) => piece.length,
      }).map((payload) => ({ payload, hash: payload })),
    send: async (key, part, { replyTo, idempotencyKey }) => {
      const atMs = await call({ method: 'send', key, text: textOf(part), idempotencyKey })
      lastRef += 1
      const ref = `m${lastRef}`
      chat(key).push({ ref, text: textOf(part), replyTo })
      editedAt.set(ref, atMs)
      if (hangAfter-- === 0) await new Promise(() => {})
      return ref
    },
    edit: async (key, ref, part) => {
      const atMs = await call({ method: 'edit', key, text: textOf(part) })
      const message = chat(key).find((one) => one.ref === ref)
      if (!message) return 'gone'
      if (message.text === textOf(part)) return 'unchanged'
      if (atMs - (editedAt.get(ref) ?? 0) < MEMORY_EDIT_INTERVAL_MS)
        throw new Error('edited sooner than the platform allows')
      editedAt.set(ref, atMs)
      message.text = textOf(part)
      return 'edited'
    },
    remove: async (key, ref) => {
      await call({ method: 'remove', key, text: '' })
      chats.set(
        key,
        chat(key).filter((one) => one.ref !== ref),
      )
    },
    tell: async (key, to, text) => {
      await call({ method: 'tell', key, text: `${to.platformUserId}: ${text}` })
    },
    typing: async () => {},
    check: async () => 'memory',
  }

  return {
    adapter,
    calls,
    shown: (key) => chat(key).map(({ text }) => text),
    messages: chat,
    failNext: (...errors) => failures.push(...errors),
    limit: (key, forMs) => limits.set(key, clock.now().getTime() + forMs),
    block: (key) => blocked.add(key),
    migrate: (from, to) => moves.set(from, to),
    deletes: (key, ref) =>
      chats.set(
        key,
        chat(key).filter((one) => one.ref !== ref),
      ),
    hangNext: (after = 0) => {
      hangAfter = after
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return () => {
        gate = undefined
        resolve()
      }
    },
  }
}
