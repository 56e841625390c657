import type { Log } from '../../log.ts'
import type { Incoming, Receive } from '../chat.ts'
import { parseUpdate } from './parse.ts'
import { type TelegramUpdate, telegramUpdate } from './update.ts'
import type { Self } from './words.ts'

export interface Intake {
  /** Resolves once the row is written or there is nothing to write. Rejects when Telegram must deliver again. */
  take(update: unknown): Promise<void>
  /**
   * The same for many: one after another within a conversation, so that nobody's second sentence overtakes the
   * first; conversations side by side. Rejects, after all were tried, when one of them did.
   */
  takeAll(updates: unknown[]): Promise<void>
  /** Resolves when nothing is being taken in any more. */
  idle(): Promise<void>
}

/** Where updates enter, whichever way they came. */
export const createIntake = (self: Self, receive: Receive, log: Log): Intake => {
  const working = new Set<Promise<void>>()

  const understand = (raw: unknown): Incoming | undefined => {
    const parsed = telegramUpdate.safeParse(raw)
    if (parsed.success) return parseUpdate(parsed.data, self)
    // Asking for it again would not make it clearer.
    const { update_id } = (raw ?? {}) as Partial<TelegramUpdate>
    log.warn({ update: update_id, problems: parsed.error.issues.length }, 'telegram-update-not-understood')
    return undefined
  }

  const tracked = async (work: Promise<void>) => {
    working.add(work)
    try {
      await work
    } finally {
      working.delete(work)
    }
  }

  const inOrder = async (conversation: Incoming[]) => {
    for (const incoming of conversation) await receive(incoming)
  }

  return {
    take: async (update) => {
      const incoming = understand(update)
      if (incoming) await tracked(receive(incoming))
    },
    takeAll: async (updates) => {
      const incoming = updates.map(understand).filter((one) => one !== undefined)
      const conversations = Map.groupBy(incoming, ({ conversation }) => conversation.key)
      const taken = await Promise.allSettled([...conversations.values()].map((one) => tracked(inOrder(one))))
      const failed = taken.find((one) => one.status === 'rejected')
      if (failed) throw failed.reason
    },
    idle: async () => {
      await Promise.allSettled(working)
    },
  }
}
